"""Addresses of trees, packages, contributions and spaces that are no pages."""

from django.urls import URLPattern, path

from pedatech.accounts import views as accounts
from pedatech.accounts.views import pedatech_only
from pedatech.contributions import views as contributions
from pedatech.packages import views as packages
from pedatech.spaces import views as spaces

urlpatterns: list[URLPattern] = [
    path("connexion/", accounts.login, name="pedatech_login"),
    path("deconnexion/", pedatech_only(accounts.Logout.as_view()), name="pedatech_logout"),
    path("mot-de-passe/", pedatech_only(accounts.Reset.as_view()), name="pedatech_reset"),
    path(
        "mot-de-passe/envoye/",
        pedatech_only(accounts.ResetSent.as_view()),
        name="pedatech_reset_sent",
    ),
    path(
        "mot-de-passe/<uidb64>/<token>/",
        pedatech_only(accounts.NewPassword.as_view()),
        name="pedatech_new_password",
    ),
    path("espaces/invitation/<str:token>/", spaces.invitation, name="pedatech_invitation"),
    path(
        "espaces/invitation/<str:token>/nouveau-lien/",
        spaces.ask_new_link,
        name="pedatech_ask_new_link",
    ),
    path("proposer/", contributions.mine, name="pedatech_contributions"),
    path("proposer/nouvelle/", contributions.new, name="pedatech_contribution_new"),
    path("proposer/<int:pk>/", contributions.edit, name="pedatech_contribution"),
    path(
        "proposer/<int:pk>/fichiers/<int:file_pk>/",
        contributions.file,
        name="pedatech_contribution_file",
    ),
    path("activites/<int:pk>/", packages.play, name="pedatech_package"),
    path(
        "activites/<int:pk>/avancement/", packages.keep_progress, name="pedatech_package_progress"
    ),
    path("activites/<int:pk>/page/", packages.alone, name="pedatech_package_page"),
    path(
        "activites/<int:pk>/<str:token>/<path:path>",
        packages.package_file,
        name="pedatech_package_file",
    ),
]
