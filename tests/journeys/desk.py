"""The screens that this project adds to the admin, with something to do on each.

They are found by the hook that registers their addresses, so that a new screen is looked at too: one
without parameters is opened as it is; one with parameters needs an example here, and what is no
screen is named in NO_SCREEN. `test_desk_screens` fails on an address that is none of these.
"""

from dataclasses import dataclass

from wagtail import hooks

ROOMS = {"config", "home", "search", "cisp_map", "essor", "podcasts", "pedatech"}
FILES = (".csv", ".csv$", ".xlsx")
LOST = "/ancienne-adresse/"
"""Asked for on cisp.be and not there; no page has this name."""
KNOWN_LOST = "/vieux/a-propos/"
"""The same, with the name of a page: one click redirects it."""
HARD = (
    "L’accompagnement individualisé des bénéficiaires nécessite une mobilisation concertée de "
    "méthodologies pluridisciplinaires, conformément aux dispositions réglementaires, et une "
    "collaboration institutionnelle avec les différents opérateurs conventionnés. "
    "Cette institutionnalisation conditionne l’opérationnalisation des dispositifs."
)
SECOND_FACTOR = ("journeys-code", "journeys-and-nothing-else")

NO_SCREEN = {
    # Parts of a screen, asked for by its script.
    "redirects/results/",
    "localize/reports/translations/results/",
    "documents/results/",
    "reports/droits/results/",
    "listing/<int:pk>/etat/",
    # What a button sends.
    "redirects/import/process/",
    "localize/translate/<int:translation_id>/pofile/upload/",
    "lieux/qualite/<int:pk>/verifie/",
    "lieux/rome/decider/",
    "lieux/campagnes/<int:pk>/envoyer/",
    "lieux/campagnes/<int:pk>/rappeler/",
    "lieux/signalements/<int:pk>/traite/",
    "sante/rediriger/",
    "lisibilite/<int:pk>/",
    "corbeille/<int:pk>/retablir/",
    "listing/points/<int:pk>/",
    "listing/<int:pk>/<slug:action>/",
    # Files and pictures.
    "localize/translate/<int:translation_id>/pofile/download/",
    "mode-d-emploi/images/<str:name>",
    "propositions/<int:pk>/fichiers/<int:file_pk>/",
    "lessor/qr/<int:pk>/",
    # Answers in JSON.
    "localize/api/snippets/<slug:app_label>/<slug:model_name>/",
    "localize/api/snippets/<slug:app_label>/<slug:model_name>/<str:pk>/",
    "lieux/geocoder/",
    # Leads on unless somebody has a second factor: test_the_code_is_asked_for opens it.
    "second-facteur/",
}


@dataclass(frozen=True)
class Screen:
    """A screen of the admin, by its route and an address of it."""

    name: str
    route: str
    path: str


def own_routes() -> list[str]:
    """Every address below /gestion/ that our rooms register."""
    return [
        str(pattern.pattern)
        for register in hooks.get_hooks("register_admin_urls")
        if register.__module__.partition(".")[0] in ROOMS
        for pattern in register()
    ]


def examples(made: dict) -> list[Screen]:
    """Screens with a parameter, and states of those without, from the manifest of `seed`."""
    from home.desk import health

    site = f"?site={made['site']}"
    return [
        Screen("sante-cisp", "sante/", f"sante/{site}"),
        *(
            Screen(f"sante-{key}", "sante/<slug:key>/", f"sante/{key}/{site}")
            for key in health.BY_KEY
        ),
        # A table, steps and pictures; the other chapters are no different.
        *(
            Screen(f"guide-{name}", "mode-d-emploi/<slug:name>/", f"mode-d-emploi/{name}/")
            for name in ("blocs", "sante-du-site")
        ),
        Screen("redirection", "redirects/<int:redirect_id>/", f"redirects/{made['redirect']}/"),
        Screen(
            "redirection-introuvable",
            "redirects/add/",
            f"redirects/add/?old_path={LOST}&site={made['site']}",
        ),
        Screen(
            "traduire",
            "localize/submit/page/<int:page_id>/",
            f"localize/submit/page/{made['untranslated']}/",
        ),
        Screen(
            "traduire-fiche",
            "localize/submit/snippet/<slug:app_label>/<slug:model_name>/<str:pk>/",
            f"localize/submit/snippet/cisp_map/trade/{made['trade']}/",
        ),
        Screen(
            "retraduire",
            "localize/update/<int:translation_source_id>/",
            f"localize/update/{made['source']}/",
        ),
        Screen("campagne", "lieux/campagnes/<int:pk>/", f"lieux/campagnes/{made['campaign']}/"),
        Screen(
            "campagne-a-envoyer",
            "lieux/campagnes/<int:pk>/",
            f"lieux/campagnes/{made['new_campaign']}/",
        ),
        Screen("temoignage", "podcasts/retirer/<int:pk>/", f"podcasts/retirer/{made['episode']}/"),
        Screen("proposition", "propositions/<int:pk>/", f"propositions/{made['contribution']}/"),
        *(
            Screen(f"import-{state}", "listing/<int:pk>/", f"listing/{made['imports'][state]}/")
            for state in ("colonnes", "pret", "fait")
        ),
    ]


def screens(made: dict) -> list[Screen]:
    """Every screen that is looked at."""
    plain = [
        Screen(route.strip("/").replace("/", "-"), route, route)
        for route in own_routes()
        if "<" not in route and not route.endswith(FILES) and route not in NO_SCREEN
    ]
    return plain + examples(made)


# --- What there is to do -----------------------------------------------------------------------


def seed(homes: dict, untranslated: int) -> dict:
    """Something in every list; needs the seeds of the rooms."""
    from wagtail.models import Site
    from wagtail_localize.models import TranslationSource

    from cisp_map.models import Campaign, Trade
    from home.models import EventIndexPage
    from podcasts.models import EpisodePage

    agenda = EventIndexPage.objects.child_of(homes["interfede"]).get()
    site = Site.objects.get(root_page=homes["cisp"])
    _ill_pages(site)
    _counts(site)
    _in_the_bin(homes["interfede"])
    _second_factor()
    return {
        "site": site.pk,
        "cisp_home": homes["cisp"].pk,
        "to_delete": _to_delete(homes["interfede"]),
        "agenda": {
            "id": agenda.pk,
            "path": agenda.get_url(),
            "event": agenda.get_children().live().order_by("pk").last().pk,
        },
        "untranslated": untranslated,
        "trade": Trade.objects.in_french().first().pk,
        "source": TranslationSource.objects.order_by("pk").first().pk,
        "redirect": _redirect(site),
        "campaign": Campaign.objects.filter(started_at__isnull=False).first().pk,
        "new_campaign": Campaign.objects.create(name="Campagne à envoyer").pk,
        "episode": EpisodePage.objects.live().filter(withdrawn_on=None).order_by("pk").first().pk,
        "contribution": _contributions(),
        "imports": _imports(),
    }


def _ill_pages(site) -> None:
    """A hard text with everything that the health of a site lists."""
    from datetime import timedelta

    from django.utils import timezone
    from wagtail.models import Collection

    from home.models import LinkCheck, PageReview, StandardPage
    from tests.journeys.seed import add_picture

    today = timezone.localdate()
    picture = add_picture()
    picture.title, picture.description = "Image sans texte", ""
    picture.rights_end = today - timedelta(days=9)
    picture.save()
    unused = add_picture()
    unused.title = "Image que rien n’utilise"
    unused.collection = Collection.objects.get(name=site.site_name)
    unused.save()
    page = site.root_page.add_child(
        instance=StandardPage(
            title="Dispositions relatives à l’accompagnement",
            slug="dispositions",
            introduction=HARD,
            teaser_image=picture,
        )
    )
    page.save_revision().publish()
    PageReview.objects.create(page=page, review_on=today - timedelta(days=12))
    LinkCheck.objects.create(
        page=page,
        url="https://example.org/une/adresse/tres/longue/qui-ne-repond-plus.html",
        state=LinkCheck.State.BROKEN,
        reason="réponse 404",
        checked_at=timezone.now(),
    )


def _counts(site) -> None:
    """Lost addresses and words without an answer on cisp.be, pages that were read everywhere."""
    from datetime import timedelta

    from django.utils import timezone

    from home.desk import health, missing
    from home.models import DailyCount
    from home.visits import CALL, PAGE, VISIT

    today = timezone.localdate()
    pages = list(site.root_page.get_descendants().live().order_by("pk")[:8])
    rows = []
    for age in range(0, 400, 10):
        day = today - timedelta(days=age)
        rows += [
            DailyCount(
                day=day, kind=VISIT, key=f"{PAGE}{page.pk}", site=site.pk, count=20 + age % 7 + rank
            )
            for rank, page in enumerate(pages)
        ]
        rows.append(DailyCount(day=day, kind=CALL, key="", site=site.pk, count=2))
    for age, path, count in ((0, LOST, 7), (3, KNOWN_LOST, 4), (12, f"/{'tres-' * 15}longue/", 2)):
        rows.append(
            DailyCount(
                day=today - timedelta(days=age),
                kind=missing.MISSING,
                key=path,
                site=site.pk,
                count=count,
            )
        )
    rows.append(
        DailyCount(day=today, kind=health.NOTHING_FOUND, key="soudeur", site=site.pk, count=3)
    )
    DailyCount.objects.bulk_create(rows)


def _in_the_bin(home) -> None:
    """A page that was deleted, with another below it."""
    from django.contrib.auth import get_user_model

    from home.desk import bin as page_bin
    from home.models import StandardPage

    page = home.add_child(instance=StandardPage(title="Page supprimée", slug="page-supprimee"))
    page.add_child(instance=StandardPage(title="Sa page", slug="sa-page"))
    page_bin.put(page, get_user_model().objects.filter(is_superuser=True).first())


def _to_delete(home) -> dict:
    """A page that a journey deletes and brings back."""
    from home.models import StandardPage

    page = home.add_child(instance=StandardPage(title="Page à supprimer", slug="a-supprimer"))
    page.save_revision().publish()
    return {"id": page.pk, "title": page.title, "path": "/a-supprimer/"}


def _second_factor() -> None:
    """An administrator whose telephone gives codes."""
    from django.contrib.auth import get_user_model
    from django_otp.plugins.otp_totp.models import TOTPDevice

    name, password = SECOND_FACTOR
    user = get_user_model().objects.create_superuser(name, password=password)
    TOTPDevice.objects.create(user=user, name="téléphone", confirmed=True)


def _redirect(site) -> int:
    from wagtail.contrib.redirects.models import Redirect

    page = site.root_page.get_children().live().first()
    return Redirect.objects.create(old_path="/depliant", site=site, redirect_page=page).pk


def _contributions() -> int:
    """A proposal to read, and one that was read."""
    from django.contrib.auth import get_user_model
    from django.utils import timezone

    from pedatech.models import Contribution

    author = get_user_model().objects.order_by("pk").first()
    first = None
    for state in (Contribution.State.SENT, Contribution.State.REFUSED):
        made = Contribution.objects.create(
            author=author,
            organisation="Centre de démonstration",
            title="Lire un plan, pas à pas",
            summary="Douze fiches pour lire un plan avec un groupe.",
            kind=Contribution.Kind.TOOL,
            link="https://example.org/lire-un-plan/",
            licence_accepted=True,
            state=state,
            sent_at=timezone.now(),
        )
        first = first or made
    return first.pk


def _imports() -> dict[str, int]:
    """A listing in three states, and places whose point is not sure."""
    from django.utils import timezone

    from cisp_map.listing import runs
    from cisp_map.models import ListedSite, ListingImport, TrainingSitePage
    from tests.factories.listing import as_csv, row

    unknown = as_csv([{"a": "X1", "b": "Atelier du Pont", "c": "5000", "d": "Namur"}])
    mapping = runs.receive(unknown, "colonnes-inconnues.csv", None)
    ready = runs.receive(as_csv([row(), row(site_id="X2", postal_code="")]), "listing.csv", None)
    runs.prepare(ready)
    ready.refresh_from_db()
    assert ready.state == ListingImport.State.READY, ready.problem
    done = ListingImport.objects.create(
        file_name="listing-2025.csv",
        content=b"",
        state=ListingImport.State.DONE,
        counts=ready.counts | {"crees": 3, "changes": 2, "retires": 1},
        applied_at=timezone.now(),
    )
    for line in ready.lines.all():
        line.pk, line.listing = None, done
        line.save()
    pages = TrainingSitePage.objects.live().filter(locale__language_code="fr").order_by("pk")[:3]
    for number, page in enumerate(pages):
        ListedSite.objects.create(
            reference=f"POINT-{number}",
            page=page,
            confidence=ListedSite.DOUBTFUL[number % 2],
            point_note="à 4,2 km du centre de la localité" if number % 2 == 0 else "",
        )
    return {"colonnes": mapping.pk, "pret": ready.pk, "fait": done.pk}
