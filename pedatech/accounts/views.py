"""Log-in, log-out and forgotten password on pedatechcisp.be; editors sign in under /gestion/."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth import views
from django.contrib.auth.forms import PasswordResetForm, SetPasswordForm
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from wagtail.models import Site

from home.logins import BrakedReset
from home.models import SiteBranding
from home.seo import view_seo
from home.themes import Theme
from pedatech.accounts.forms import LoginForm

LOGIN_BACKEND = "django.contrib.auth.backends.ModelBackend"


def pedatech_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """404 on the two other sites: these addresses are not theirs."""

    @wraps(view)
    def inner(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        site = Site.find_for_request(request)
        if not SiteBranding.objects.filter(site=site, theme=Theme.PEDATECH).exists():
            raise Http404("autre site")
        return view(request, *args, **kwargs)

    return inner


def login(request: HttpRequest) -> HttpResponseBase:
    """`/connexion/`, where Wagtail sends who may not see a page: on the two other sites only
    editors have an account, and theirs is the log-in of the admin.
    """
    try:
        return pedatech_only(Login.as_view())(request)
    except Http404:
        query = request.GET.urlencode()
        return redirect(f"{reverse('wagtailadmin_login')}{'?' if query else ''}{query}")


class _Seo:
    """What base.html asks of every page."""

    heading = ""

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        """Add `seo`, `breadcrumbs` and `heading`."""
        context = super().get_context_data(**kwargs)  # type: ignore[misc]
        request = self.request  # type: ignore[attr-defined]
        context["heading"] = self.heading
        context["seo"] = view_seo(request, self.heading)
        context["breadcrumbs"] = []
        return context


class Login(_Seo, views.LoginView):
    """`/connexion/?next=`: `next` leads to our own host only (Django checks it)."""

    heading = "Connexion"
    template_name = "pedatech/login.html"
    authentication_form = LoginForm
    next_page = "/espaces/"
    redirect_authenticated_user = False


class Logout(views.LogoutView):
    """`/deconnexion/`, by POST."""

    next_page = "/"


class _ResetForm(BrakedReset, PasswordResetForm):
    pass


class Reset(_Seo, views.PasswordResetView):
    """`/mot-de-passe/`: says the same whether the address has an account or not."""

    heading = "Mot de passe oublié"
    template_name = "pedatech/password_reset.html"
    email_template_name = "pedatech/mails/password_reset.txt"
    subject_template_name = "pedatech/mails/password_reset_subject.txt"
    form_class = _ResetForm
    success_url = reverse_lazy("pedatech_reset_sent")

    def get_form(self, form_class=None):  # noqa: ANN001, ANN201 (as Django's)
        """French words for the one field."""
        form = super().get_form(form_class)
        form.fields["email"].label = "Adresse e-mail"
        form.fields["email"].error_messages["required"] = "Écrivez votre adresse e-mail."
        return form


class ResetSent(_Seo, views.PasswordResetDoneView):
    """The mail is on its way, if the address has an account."""

    heading = "Regardez vos e-mails"
    template_name = "pedatech/password_reset_sent.html"


class _NewPasswordForm(SetPasswordForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].label = "Nouveau mot de passe"
        self.fields["new_password1"].help_text = "12 signes au moins."
        self.fields["new_password2"].label = "Le même mot de passe"
        self.fields["new_password2"].help_text = ""


class NewPassword(_Seo, views.PasswordResetConfirmView):
    """The link of the mail."""

    heading = "Nouveau mot de passe"
    template_name = "pedatech/password_new.html"
    form_class = _NewPasswordForm
    post_reset_login = True
    post_reset_login_backend = LOGIN_BACKEND
    success_url = "/espaces/"
