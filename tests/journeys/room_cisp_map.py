"""States of what keeps the training sites right: the personal link of a centre, errors told."""

from playwright.sync_api import Page, expect

from tests.journeys.state import State

NAME = "cisp_map"


def seed(home) -> dict:
    """A campaign with an open link, one that is used and one that is too old."""
    from django.core import signing
    from django.utils import timezone

    from cisp_map.models import Campaign, CampaignLink, Centre, TrainingSitePage
    from cisp_map.models.upkeep import LINK_SALT, new_nonce

    campaign = Campaign.objects.create(name="Campagne d’essai", started_at=timezone.now())
    centres = Centre.objects.filter(is_demo=True, sites__live=True).order_by("pk").distinct()
    open_centre, used_centre, journey_centre = centres[:3]
    open_centre.email = used_centre.email = "centre@example.org"
    link = CampaignLink.objects.create(
        campaign=campaign, centre=open_centre, email=open_centre.email, sent_at=timezone.now()
    )
    used = CampaignLink.objects.create(
        campaign=campaign, centre=used_centre, email=used_centre.email, sent_at=timezone.now()
    )
    used_token = used.token
    used.nonce, used.confirmed_at = new_nonce(), timezone.now()
    used.save()
    journey = CampaignLink.objects.create(
        campaign=campaign, centre=journey_centre, email="centre@example.org", sent_at=timezone.now()
    )
    payload = link.token.rpartition(":")[0].rpartition(":")[0]
    stamp = signing.b62_encode(int(timezone.now().timestamp()) - 70 * 24 * 3600)
    old_token = signing.Signer(salt=LINK_SALT).sign(f"{payload}:{stamp}")
    page = TrainingSitePage.objects.filter(centre=open_centre, live=True).order_by("pk").first()
    return {
        "open": f"/mise-a-jour/{link.token}/",
        "site": f"/mise-a-jour/{link.token}/lieu/{page.pk}/",
        "rome": f"/mise-a-jour/{link.token}/codes-rome/",
        "used": f"/mise-a-jour/{used_token}/",
        "old": f"/mise-a-jour/{old_token}/",
        "report": f"{page.get_url()}signaler/",
        "journey": f"/mise-a-jour/{journey.token}/",
    }


def send_empty(page: Page) -> None:
    """The form with its errors."""
    page.locator("main button[type=submit]").first.click()
    expect(page.locator(".message--error").first).to_be_visible()


def lay_codes_open(page: Page) -> None:
    """Every fold of the ROME codes."""
    page.locator("details.update__fold").evaluate_all(
        "all => all.forEach((e) => { e.open = true; })"
    )


def send_wrong_code(page: Page) -> None:
    """A code that is none."""
    page.locator("details.update__fold > summary").first.click()
    page.get_by_label("Tous les codes de cette formation").first.fill("X1")
    page.get_by_role("button", name="Enregistrer la correction").first.click()
    expect(page.locator(".field__error")).to_be_visible()


def report(page: Page) -> None:
    """An error told: the acknowledgement."""
    page.get_by_label("Qu’est-ce qui est faux ?").select_option("telephone")
    page.get_by_label("Expliquez en quelques mots").fill("Ce numéro ne répond plus.")
    page.get_by_role("button", name="Envoyer", exact=True).click()
    expect(page.get_by_text("votre message est arrivé")).to_be_visible()


def states(manifest: dict) -> list[State]:
    """Every state of these pages."""
    keeps = {"may_keep_cookies": True}
    return [
        State("mise-a-jour", "cisp", manifest["open"], **keeps),
        State("mise-a-jour-lieu", "cisp", manifest["site"], **keeps),
        State(
            "mise-a-jour-erreurs",
            "cisp",
            manifest["site"],
            prepare=send_empty,
            prepared_status=400,
            **keeps,
        ),
        State("codes-rome", "cisp", manifest["rome"], prepare=lay_codes_open, **keeps),
        State(
            "codes-rome-erreur",
            "cisp",
            manifest["rome"],
            prepare=send_wrong_code,
            prepared_status=400,
            **keeps,
        ),
        State("mise-a-jour-merci", "cisp", "/mise-a-jour/merci/"),
        State("mise-a-jour-servi", "cisp", manifest["used"], status=410, **keeps),
        State("mise-a-jour-trop-vieux", "cisp", manifest["old"], status=410, **keeps),
        State("mise-a-jour-coupe", "cisp", "/mise-a-jour/abc/", status=403),
        State("signaler", "cisp", manifest["report"], **keeps),
        State(
            "signaler-erreurs",
            "cisp",
            manifest["report"],
            prepare=send_empty,
            prepared_status=400,
            **keeps,
        ),
        State("signaler-merci", "cisp", manifest["report"], prepare=report, **keeps),
    ]
