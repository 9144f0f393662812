"""States of trees, packages, contributions and spaces."""

from playwright.sync_api import Page, expect

from tests.journeys.state import State

MEMBER = ("membre@example.org", "une phrase assez longue")
TEAM = ("equipe@example.org", "une autre phrase longue")

HOSTILE = """<!DOCTYPE html>
<html lang="fr"><head><meta charset="utf-8"><title>Hostile</title></head>
<body><pre id="bilan"></pre><script>
const bilan = {};
function essai(nom, action) {
  try { bilan[nom] = String(action()); } catch (erreur) { bilan[nom] = "refusé"; }
}
essai("cookie", () => document.cookie || "rien");
essai("stockage", () => { localStorage.setItem("x", "1"); return "lu"; });
essai("parent", () => parent.document.title);
essai("haut", () => { top.location = "/?vole=1"; return "parti"; });
essai("fenetre", () => (window.open("/?vole=2") ? "ouverte" : "refusé"));
essai("formulaire", () => {
  const form = document.createElement("form");
  form.method = "post"; form.action = "/deconnexion/"; form.target = "_top";
  document.body.append(form); form.submit(); return "envoyé";
});
function demande(nom, adresse) {
  return fetch(adresse, { credentials: "include" }).then(
    (reponse) => reponse.text().then((texte) => { bilan[nom] = texte.slice(0, 40); }),
    () => { bilan[nom] = "refusé"; });
}
function image(nom, adresse) {
  return new Promise((fini) => {
    const dessin = new Image();
    dessin.onload = () => { bilan[nom] = "lu"; fini(); };
    dessin.onerror = () => { bilan[nom] = "refusé"; fini(); };
    dessin.src = adresse;
  });
}
Promise.all([
  demande("gestion", "/gestion/"),
  demande("espaces", "/espaces/"),
  demande("ailleurs", "https://exemple.invalid/?secret=1"),
  image("image", "/static/img/favicon-pedatech.svg"),
]).then(() => {
  bilan.origine = self.origin;
  document.getElementById("bilan").textContent = JSON.stringify(bilan);
});
</script></body></html>
"""


def seed(home) -> dict:
    """Make what `load_demo` does not; returns the addresses that `states` asks for."""
    import io
    import zipfile
    from datetime import timedelta

    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import Group
    from django.utils import timezone

    from pedatech.models import (
        Contribution,
        DecisionTreePage,
        InteractivePackage,
        Invitation,
        Membership,
        ResourceActivity,
        ResourcePage,
        SpacePage,
    )
    from pedatech.models.contributions import GROUP
    from pedatech.packages.store import store
    from pedatech.spaces.invitations import link

    hostile = io.BytesIO()
    with zipfile.ZipFile(hostile, "w") as archive:
        archive.writestr("index.html", HOSTILE)
    package = InteractivePackage(title="Un paquet hostile")
    package.keep(store(hostile, hostile.getbuffer().nbytes))
    package.save()
    page = ResourcePage.objects.live().get(slug="canva")
    page.activities.add(ResourceActivity(package=package))
    page.save_revision().publish()

    open_space = SpacePage.objects.get(title="Prendre en main la démarche référentielle")
    finished = SpacePage.objects.exclude(pk=open_space.pk).first()
    users = {}
    for (address, password), role in ((MEMBER, "participant"), (TEAM, "equipe")):
        user = get_user_model().objects.create_user(
            address, address, password, first_name="Personne", last_name=f"d’essai ({role})"
        )
        user.groups.add(Group.objects.get(name=GROUP))
        for space in (open_space, finished):
            Membership.objects.create(space=space, user=user, role=role)
        users[role] = user
    invited = Invitation.objects.create(space=open_space, email="invitee@example.org")
    expired = Invitation.objects.create(
        space=finished,
        email="expiree@example.org",
        sent_at=timezone.now() - timedelta(days=60),
    )
    returned = Contribution.objects.create(
        author=users["participant"],
        organisation="Centre d’essai",
        title="Jeu de cartes du chantier",
        summary="Un jeu pour apprendre à mesurer.",
        kind="outil",
        licence_accepted=True,
        link="https://example.org/",
        state="a-revoir",
        remark="Ajoutez les règles du jeu.",
        sent_at=timezone.now(),
    )
    tree = DecisionTreePage.objects.get(slug="logigramme-formation-professionnalisante")
    h5p = InteractivePackage.objects.get(kind="h5p").pages().filter(live=True).public().first()
    return {
        "tree": tree.get_url(),
        "space": open_space.get_url(),
        "finished": finished.get_url(),
        "invitation": link(invited),
        "expired": link(expired),
        "contribution": f"/proposer/{returned.pk}/",
        "hostile": page.get_url(),
        "quiz": h5p.get_url(),
    }


def sign_in(page: Page, who: tuple[str, str] = MEMBER) -> None:
    """Fill in the form that is shown."""
    page.get_by_label("Adresse e-mail").fill(who[0])
    page.get_by_label("Mot de passe").fill(who[1])
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url(lambda url: "/connexion/" not in url)


def sign_in_team(page: Page) -> None:
    sign_in(page, TEAM)


def lay_open(page: Page) -> None:
    page.locator("main details").evaluate_all("all => all.forEach((each) => { each.open = true; })")


def _team_and_open(page: Page) -> None:
    sign_in_team(page)
    lay_open(page)


def _wrong_password(page: Page) -> None:
    page.get_by_label("Adresse e-mail").fill("personne@example.org")
    page.get_by_label("Mot de passe").fill("faux")
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("alert")).to_be_visible()


def _bad_addresses(page: Page) -> None:
    sign_in_team(page)
    page.get_by_label("Adresses e-mail").fill("pas une adresse")
    page.get_by_role("button", name="Envoyer les invitations").click()
    expect(page.locator(".field__error")).to_be_visible()


def _play(page: Page) -> None:
    page.get_by_role("button", name="Lancer l’activité").first.click()
    frame = page.frame_locator(".activity__frame")
    expect(frame.get_by_text("Question 1 sur 3")).to_be_visible()


def states(manifest: dict) -> list[State]:
    """Every state."""
    tree = manifest["tree"]
    space = manifest["space"]

    def signed(name, path, prepare=sign_in, prepared_status=None):
        return State(
            name,
            "pedatech",
            "/connexion/",
            {"next": path},
            prepare=prepare,
            prepared_status=prepared_status,
            may_keep_cookies=True,
        )

    return [
        State("arbre", "pedatech", tree),
        State("arbre-question", "pedatech", tree, {"chemin": "1.2"}),
        State("arbre-resultats", "pedatech", tree, {"chemin": "1.2.1"}),
        State("arbre-entier", "pedatech", tree, prepare=lay_open),
        State("arbre-coupe", "pedatech", tree, {"chemin": "1.9"}),
        State("activite", "pedatech", manifest["quiz"], prepare=_play),
        State("connexion", "pedatech", "/connexion/", may_keep_cookies=True),
        State(
            "connexion-erreur",
            "pedatech",
            "/connexion/",
            prepare=_wrong_password,
            may_keep_cookies=True,
        ),
        State("mot-de-passe", "pedatech", "/mot-de-passe/", may_keep_cookies=True),
        State("mot-de-passe-envoye", "pedatech", "/mot-de-passe/envoye/"),
        State("invitation", "pedatech", manifest["invitation"], may_keep_cookies=True),
        State(
            "invitation-perimee",
            "pedatech",
            manifest["expired"],
            status=410,
            may_keep_cookies=True,
        ),
        State("invitation-fausse", "pedatech", "/espaces/invitation/rien/", status=410),
        signed("espaces", "/espaces/"),
        signed("espace", space),
        signed("espace-equipe", space, _team_and_open),
        signed("espace-fini", manifest["finished"]),
        signed("espace-membres", f"{space}membres/", sign_in_team),
        signed("espace-adresses", f"{space}membres/", _bad_addresses, 422),
        signed("propositions", "/proposer/"),
        signed("proposition-nouvelle", "/proposer/nouvelle/"),
        signed("proposition-a-revoir", manifest["contribution"]),
    ]
