"""Everything that names a person, in all rooms: found, given out, erased (R-25).

A person is an e-mail address, the accounts that have it, and their names. Three things lead to
records of theirs, each with a declared rule:

- `LINKS`: every relation to an account;
- `EMAILS`: every field for an e-mail address;
- the address or a name inside any text of any table (`MENTIONS` for what nobody published; whatever
  is not named there may stand on a page, so it is shown and an editor decides).

A test walks all models: a relation to an account, or a field for an address, without a rule fails it.
Erasing is one transaction, and checks at its end that nothing but published mentions is left.
"""

import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from dataclasses import field as made_by
from datetime import date, datetime
from enum import Enum
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models, transaction
from django.db.models.functions import Cast
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry, Revision

from home.retention import delete_with_files

User = get_user_model()


class Erase(Enum):
    """What erasing does; the value is how it is told."""

    DELETE = "effacé"
    DETACH = "gardé sans le nom"
    REPLACE = "adresse et nom remplacés"
    ASK = "publié : un éditeur décide"
    KEEP = "gardé"


@dataclass(frozen=True)
class Rule:
    """What erasing does, and why."""

    erase: Erase
    why: str = ""


DELETE, DETACH, REPLACE = Rule(Erase.DELETE), Rule(Erase.DETACH), Rule(Erase.REPLACE)
PUBLISHED = Rule(Erase.ASK, "Adresse de contact publiée : à changer sur sa page ou dans sa fiche.")

LINKS: dict[str, Rule] = {
    # Ours.
    "cisp_map.Campaign.created_by": DETACH,
    "cisp_map.ErrorReport.done_by": DETACH,
    "cisp_map.ListingImport.created_by": DETACH,
    "cisp_map.RomeDecision.decided_by": DETACH,
    "cisp_map.SiteAccess.user": DELETE,
    "home.BinEntry.deleted_by": DETACH,
    "pedatech.ActivityProgress.user": DELETE,
    "pedatech.Contribution.author": Rule(
        Erase.DELETE, "Avec ses fichiers. La page publiée reste, sous la licence acceptée."
    ),
    "pedatech.Contribution.decided_by": DETACH,
    "pedatech.InteractivePackage.created_by": DETACH,
    "pedatech.Invitation.invited_by": DETACH,
    "pedatech.Membership.user": DELETE,
    "pedatech.SavedResource.user": DELETE,
    "pedatech.SpaceFile.added_by": Rule(Erase.DETACH, "Le fichier est celui de la formation."),
    "pedatech.SpaceMessage.author": Rule(Erase.DETACH, "Le message reste aux participants."),
    "home.SiteDocument.uploaded_by_user": DETACH,
    "home.SiteImage.uploaded_by_user": DETACH,
    "podcasts.Audio.uploaded_by_user": DETACH,
    # Wagtail.
    "wagtailadmin.EditingSession.user": DELETE,
    "wagtailadmin.FormState.user": DELETE,
    "wagtailcore.Comment.resolved_by": DETACH,
    "wagtailcore.Comment.user": DELETE,
    "wagtailcore.CommentReply.user": DELETE,
    "wagtailcore.ModelLogEntry.user": Rule(Erase.DETACH, "L’acte reste dans l’historique."),
    "wagtailcore.Page.locked_by": DETACH,
    "wagtailcore.Page.owner": DETACH,
    "wagtailcore.PageLogEntry.user": Rule(Erase.DETACH, "L’acte reste dans l’historique."),
    "wagtailcore.PageSubscription.user": DELETE,
    "wagtailcore.Revision.user": DETACH,
    "wagtailcore.TaskState.finished_by": DETACH,
    "wagtailcore.UploadedFile.uploaded_by_user": DELETE,
    "wagtailcore.WorkflowState.requested_by": DETACH,
    "wagtaildocs.Document.uploaded_by_user": DETACH,
    "wagtailimages.Image.uploaded_by_user": DETACH,
    "wagtailmedia.Media.uploaded_by_user": DETACH,
    "wagtailusers.UserProfile.user": DELETE,
    "wagtail_localize.SegmentOverride.last_translated_by": DETACH,
    "wagtail_localize.StringTranslation.last_translated_by": DETACH,
    # Django and its second factor.
    "admin.LogEntry.user": DELETE,
    "otp_static.StaticDevice.user": DELETE,
    "otp_totp.TOTPDevice.user": DELETE,
}

EMAILS: dict[str, Rule] = {
    "cisp_map.CampaignLink.email": Rule(Erase.DELETE, "Le lien de cette campagne ne s’ouvre plus."),
    "cisp_map.Centre.email": PUBLISHED,
    "cisp_map.TrainingSitePage.email": PUBLISHED,
    "home.ReviewReminder.email": DELETE,
    "home.SiteBranding.email": PUBLISHED,
    "home.User.email": Rule(Erase.DELETE, "Le compte, ses groupes et ses droits."),
    "pedatech.Invitation.email": DELETE,
    "podcasts.PodcastPage.owner_email": PUBLISHED,
}

MENTIONS: dict[str, Rule] = {
    "admin.LogEntry": REPLACE,
    "cisp_map.Campaign": REPLACE,
    "cisp_map.CampaignLink": REPLACE,
    "cisp_map.ErrorReport": REPLACE,
    "cisp_map.ListingLine": Rule(Erase.REPLACE, "Copie de la liste annuelle."),
    "cisp_map.ListedSite": Rule(Erase.KEEP, "Suit la fiche du centre à la prochaine liste."),
    "django_tasks_database.DBTaskResult": DELETE,
    "essor.ReviewComment": REPLACE,
    "essor.ReviewLink": REPLACE,
    "home.DailyCount": Rule(Erase.DELETE, "Mots d’une recherche."),
    "pedatech.Contribution": REPLACE,
    "pedatech.ContributionFile": REPLACE,
    "pedatech.SpaceFile": REPLACE,
    "pedatech.SpaceMessage": REPLACE,
    "wagtailadmin.FormState": DELETE,
    "wagtailcore.Comment": REPLACE,
    "wagtailcore.CommentReply": REPLACE,
    "wagtailcore.ModelLogEntry": REPLACE,
    "wagtailcore.PageLogEntry": REPLACE,
    "wagtailcore.Revision": Rule(
        Erase.REPLACE, "Anciennes versions ; la version publiée suit sa page."
    ),
    "wagtailcore.TaskState": REPLACE,
    "wagtailforms.FormSubmission": DELETE,
}
"""Tables that nobody reads on the sites. Any other table is published, or may be."""

DERIVED = frozenset(
    {
        # Follow their pages at once, or hold no text of anybody.
        "search.IndexedPage",
        "search.Passage",
        "search.PendingWrite",
        "wagtailsearch.IndexEntry",
        "wagtailsearch.SQLiteFTSIndexEntry",
        "wagtailcore.ReferenceIndex",
        # The accounts themselves, and what goes with them.
        "home.User",
        "otp_static.StaticToken",
        "sessions.Session",
        # Ends by itself within the hour.
        "home.CacheEntry",
        "home.ContentVersion",
        "auth.Permission",
        "contenttypes.ContentType",
    }
)
"""Tables that are not looked through for mentions."""

SECRETS = frozenset({"password", "key", "nonce", "token", "session_key", "session_data"})
"""Fields that are never given out."""
REPLACED = "[adresse effacée]"
NAME_REPLACED = "Nom effacé"
EXCERPT = 60
MOST_PLACES = 20
ACTION = "home.personal_data"
LONGEST_EMAIL = 254
LONGEST_NAME = 150


class Refused(Exception):
    """Erasing that would lock everybody out, or that left something behind."""


# --- The person ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Person:
    """Somebody who asks for their data."""

    email: str
    users: tuple[Any, ...] = ()
    names: tuple[str, ...] = ()
    pks: tuple[int, ...] = ()
    """of the accounts; they stay known after these are deleted"""

    @property
    def words(self) -> tuple[str, ...]:
        """What is looked for in texts."""
        return (self.email, *self.names)


def person_of(email: str, name: str = "") -> Person:
    """The person of an address. Raises ValidationError for what is no address."""
    email = email.strip().lower()
    try:
        validate_email(email)
        if len(email) > LONGEST_EMAIL:
            raise ValidationError("trop long")
    except ValidationError:
        raise ValidationError(
            "Écrivez une adresse e-mail complète, comme nom@exemple.be."
        ) from None
    users = tuple(
        User.objects.filter(
            models.Q(email__iexact=email) | models.Q(username__iexact=email)
        ).order_by("pk")
    )
    given = [user.get_full_name() for user in users] + [" ".join(name.split())[:LONGEST_NAME]]
    # A first name alone would be found on half of the pages.
    names = dict.fromkeys(each for each in given if len(each.split()) > 1)
    return Person(email, users, tuple(names), tuple(user.pk for user in users))


# --- What is found -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """Records of one model that one field ties to the person."""

    model: type[models.Model]
    field: str
    """name of the relation or of the field; "" for mentions in any text"""
    rule: Rule
    pks: list[Any] = made_by(default_factory=list)

    @property
    def rows(self) -> models.QuerySet:
        """The records."""
        return self.model._base_manager.filter(pk__in=self.pks)

    @property
    def label(self) -> str:
        """«proposition de ressource : proposé par»."""
        name = str(self.model._meta.verbose_name)
        if not self.field:
            return f"{name} : le texte"
        return f"{name} : {self.model._meta.get_field(self.field).verbose_name}"  # type: ignore[union-attr]

    @property
    def places(self) -> list[str]:
        """Where an editor has to look: the names of the first records."""
        if self.rule.erase is not Erase.ASK:
            return []
        return [str(row)[:120] for row in self.rows.order_by("pk")[:MOST_PLACES]]

    @property
    def number(self) -> int:
        """How many."""
        return len(self.pks)


def find(person: Person) -> list[Found]:
    """All records that name the person, in a fixed order; empty ones left out."""
    found = [*_linked(person), *_addressed(person), *_mentioned(person)]
    return [each for each in found if each.pks]


def _split(path: str) -> tuple[type[models.Model], str]:
    label, _, name = path.rpartition(".")
    return apps.get_model(label), name


def _linked(person: Person) -> Iterator[Found]:
    for path, rule in LINKS.items():
        model, name = _split(path)
        rows = model._base_manager.filter(**{f"{name}__in": person.pks}).order_by("pk")
        yield Found(model, name, rule, list(rows.values_list("pk", flat=True)))


def _addressed(person: Person) -> Iterator[Found]:
    for path, rule in EMAILS.items():
        model, name = _split(path)
        if model is User:
            yield Found(model, name, rule, list(person.pks))
            continue
        rows = model._base_manager.filter(**{f"{name}__iexact": person.email}).order_by("pk")
        yield Found(model, name, rule, list(rows.values_list("pk", flat=True)))


def text_fields(model: type[models.Model]) -> list[models.Field]:
    """The fields of the model's own table that may hold a text; fields with a rule in EMAILS not."""
    return [
        each
        for each in model._meta.local_fields
        if isinstance(each, models.CharField | models.TextField | models.JSONField)
        and not each.primary_key
        and not each.choices
        and f"{model._meta.label}.{each.name}" not in EMAILS
    ]


def searched_models() -> list[type[models.Model]]:
    """Models that are looked through for mentions."""
    return [
        model
        for model in apps.get_models(include_auto_created=False)
        if model._meta.label not in DERIVED and model._meta.managed and text_fields(model)
    ]


def _mentioned(person: Person) -> Iterator[Found]:
    for model in searched_models():
        rule = MENTIONS.get(
            model._meta.label, Rule(Erase.ASK, "Peut être publié : à relire par un éditeur.")
        )
        pks = list(_mentions(model, person.words).values_list("pk", flat=True))
        if model is Revision:
            yield from _revisions(person, pks, rule)
        elif rule.erase is Erase.REPLACE and person.names:
            # A name inside a private text may be somebody else's: only the address goes by itself.
            sure = [
                row.pk for row in model._base_manager.filter(pk__in=pks) if _is_sure(row, person)
            ]
            yield Found(model, "", rule, sure)
            unsure = Rule(Erase.ASK, "Le nom s’y trouve : est-ce cette personne ?")
            yield Found(model, "", unsure, [pk for pk in pks if pk not in set(sure)])
        else:
            yield Found(model, "", rule, pks)


def _mentions(model: type[models.Model], words: Iterable[str]) -> models.QuerySet:
    rows = model._base_manager.order_by("pk")
    query = models.Q(pk__in=[])
    for each in text_fields(model):
        name = f"_{each.name}_text"
        rows = rows.annotate(**{name: Cast(each.name, models.TextField())})
        for word in words:
            # SQLite keeps «é» of a JSON as \u00e9.
            for form in {word, json.dumps(word)[1:-1]}:
                query |= models.Q(**{f"{name}__icontains": form})
    return rows.filter(query)


def _is_sure(row: models.Model, person: Person) -> bool:
    """True when the address stands there, or a whole field is the name."""
    texts = [_as_text(getattr(row, each.name)) for each in text_fields(type(row))]
    names = {name.lower() for name in person.names}
    return any(person.email in text.lower() or text.strip().lower() in names for text in texts)


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _revisions(person: Person, pks: list[int], rule: Rule) -> Iterator[Found]:
    """Old versions of pages: those that name the person, or keep their number as owner or in a
    comment. The last and the published version go with their page.
    """
    numbers = models.Q(pk__in=[])
    for pk in person.pks:
        numbers |= models.Q(text__contains=f'"owner": {pk}') | models.Q(
            text__contains=f'"locked_by": {pk}'
        )
        numbers |= models.Q(text__contains=f'"user": {pk}')
    rows = Revision.objects.annotate(text=Cast("content", models.TextField()))
    tied = [
        each.pk
        for each in rows.filter(numbers).order_by("pk")
        if _without_person(each.content, person, texts=False) != each.content
    ]
    current = _current_revisions()
    named = [
        each.pk
        for each in Revision.objects.filter(pk__in=pks)
        if each.pk not in current and _without_person(each.content, person) != each.content
    ]
    yield Found(Revision, "", rule, sorted({*tied, *named}))


def _current_revisions() -> set[int]:
    """Last and published versions of whatever has versions."""
    current: set[int] = set()
    for model in apps.get_models():
        names = {each.name for each in model._meta.local_fields}
        for name in {"latest_revision", "live_revision"} & names:
            rows = model._base_manager.exclude(**{name: None})
            current |= set(rows.values_list(f"{name}_id", flat=True))
    return current


def _without_person(content: Any, person: Person, *, texts: bool = True) -> Any:
    """The content of a version without the number of the accounts and, with `texts`, the address."""
    numbers = set(person.pks)
    if isinstance(content, list):
        return [
            _without_person(each, person, texts=texts)
            for each in content
            if not (
                isinstance(each, dict) and "contentpath" in each and each.get("user") in numbers
            )
            and not (isinstance(each, dict) and "comment" in each and each.get("user") in numbers)
        ]
    if isinstance(content, dict):
        return {
            key: None
            if key in ("owner", "locked_by") and value in numbers
            else _without_person(value, person, texts=texts)
            for key, value in content.items()
        }
    if isinstance(content, str) and texts:
        return replaced(content, person)
    return content


def replaced(text: str, person: Person) -> str:
    """The text without the address, or "" when it was nothing else."""
    if text.strip().lower() == person.email:
        return ""
    if text.strip().lower() in {name.lower() for name in person.names}:
        return NAME_REPLACED
    lower = text.lower()
    while (place := lower.find(person.email)) >= 0:
        text = text[:place] + REPLACED + text[place + len(person.email) :]
        lower = text.lower()
    return text


# --- Given out -----------------------------------------------------------------------------------


def export(person: Person) -> bytes:
    """A ZIP: `donnees.json`, readable by people and by machines, and the person's own files."""
    found = find(person)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        data = {
            "adresse": person.email,
            "noms": list(person.names),
            "exporté le": timezone.localtime().isoformat(timespec="seconds"),
            "données": [
                {
                    "quoi": each.label,
                    "à l’effacement": each.rule.erase.value,
                    "lignes": [_told(row, each, person) for row in each.rows.order_by("pk")],
                }
                for each in found
            ],
            "connexions ouvertes": len(_sessions(person)),
        }
        archive.writestr(
            "donnees.json", json.dumps(data, ensure_ascii=False, indent=2, default=str)
        )
        for name, content in _files(found):
            archive.writestr(f"fichiers/{name}", content)
    return packed.getvalue()


def _told(row: models.Model, found: Found, person: Person) -> dict[str, Any]:
    """A record: whole when it is the person's own, else what it is, when, and where they stand."""
    if found.field and found.rule.erase is Erase.DELETE:
        return _whole(row)
    told: dict[str, Any] = {"n°": row.pk, "ce que c’est": str(row)}
    for each in row._meta.fields:
        if isinstance(each, models.DateField) and (value := getattr(row, each.name)):
            told[str(each.verbose_name)] = _plain(value)
    excerpts = [
        {"champ": str(each.verbose_name), "extrait": excerpt}
        for each in text_fields(type(row))
        if (excerpt := _excerpt(_as_text(getattr(row, each.name)), person))
    ]
    if excerpts:
        told["mentions"] = excerpts
    return told


def _whole(row: models.Model) -> dict[str, Any]:
    return {
        str(each.verbose_name): _plain(_shown(row, each))
        for each in row._meta.fields
        if each.name not in SECRETS
    }


def _shown(row: models.Model, each: models.Field) -> Any:
    if each.is_relation:
        related = getattr(row, each.name)
        return None if related is None else str(related)
    if each.choices:
        return getattr(row, f"get_{each.name}_display")()
    if isinstance(each, models.FileField):
        return getattr(row, each.name).name
    return getattr(row, each.name)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return (
            timezone.localtime(value).isoformat(timespec="seconds") if value.tzinfo else str(value)
        )
    if isinstance(value, date):
        return value.isoformat()
    return value


def _excerpt(text: str, person: Person) -> str:
    for word in person.words:
        place = text.lower().find(word.lower())
        if place >= 0:
            start, end = max(0, place - EXCERPT), place + len(word) + EXCERPT
            return f"…{text[start:end]}…"
    return ""


def _files(found: Iterable[Found]) -> Iterator[tuple[str, bytes]]:
    """The files of the person's own records, and those that hang on them."""
    for each in found:
        if not (each.field and each.rule.erase is Erase.DELETE):
            continue
        yield from _files_of(each.rows)
        for relation in each.model._meta.related_objects:
            if relation.on_delete is models.CASCADE:
                below = relation.related_model._base_manager
                yield from _files_of(below.filter(**{f"{relation.field.name}__in": each.pks}))


def _files_of(rows: models.QuerySet) -> Iterator[tuple[str, bytes]]:
    for each in rows.model._meta.local_fields:
        if not isinstance(each, models.FileField):
            continue
        for row in rows:
            file = getattr(row, each.name)
            if file and file.storage.exists(file.name):
                with file.open("rb") as opened:
                    name = str(getattr(row, "original_name", "") or file.name).replace("\\", "/")
                    yield (
                        f"{row._meta.model_name}-{row.pk}-{name.rsplit('/', 1)[-1]}",
                        opened.read(),
                    )


# --- Erased --------------------------------------------------------------------------------------


def refusal(person: Person, acting: Any = None) -> str:
    """Why the person cannot be erased now; "" when they can."""
    if acting is not None and acting.pk in person.pks:
        return "C’est votre propre compte : demandez à une autre personne de l’effacer."
    others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk__in=person.pks)
    if any(user.is_superuser for user in person.users) and not others.exists():
        return "C’est le dernier compte administrateur : créez-en un autre d’abord."
    return ""


@transaction.atomic
def erase(person: Person, acting: Any = None) -> list[Found]:
    """Apply every rule, or none; what was found. Only numbers are logged.

    Raises Refused for one's own account, for the last administrator, and when something would be
    left behind.
    """
    if reason := refusal(person, acting):
        raise Refused(reason)
    found = find(person)
    for each in found:
        if each.rule.erase is Erase.REPLACE:
            _replace(each, person)
    _forget_labels(person)
    for each in found:
        if each.rule.erase is Erase.DETACH:
            each.rows.update(**{each.field: None})
        elif each.rule.erase is Erase.DELETE and each.model is not User:
            delete_with_files(each.rows)
    for session in _sessions(person):
        session.delete()
    _delete_accounts(person)
    left = [
        each
        for each in find(Person(person.email, (), person.names))
        if each.rule.erase not in (Erase.ASK, Erase.KEEP)
    ]
    if left:
        raise Refused(f"Rien n’est effacé : il resterait « {left[0].label} ».")
    _note(person, found, acting)
    return found


def _replace(found: Found, person: Person) -> None:
    """Write texts without the address; nothing of the record's own saving runs."""
    current = _current_revisions() if found.model is Revision else set()
    for row in found.rows:
        changes = {}
        for each in text_fields(found.model):
            value = getattr(row, each.name)
            new = _without_person(value, person, texts=row.pk not in current)
            if new != value:
                changes[each.name] = new
        if changes:
            found.model._base_manager.filter(pk=row.pk).update(**changes)


def _forget_labels(person: Person) -> None:
    """The history of an account is named after it."""
    entries = ModelLogEntry.objects.filter(
        content_type__app_label=User._meta.app_label,
        content_type__model=User._meta.model_name,
        object_id__in=[str(pk) for pk in person.pks],
    )
    entries.update(label="Compte effacé", data={})


def _sessions(person: Person) -> list[Session]:
    """Where the person is signed in."""
    wanted = {str(pk) for pk in person.pks}
    if not wanted:
        return []
    return [
        session
        for session in Session.objects.iterator()
        if session.get_decoded().get("_auth_user_id") in wanted
    ]


def _delete_accounts(person: Person) -> None:
    """The accounts themselves; anything that would go along without a rule stops it all."""
    through = [User.groups.through, User.user_permissions.through]
    expected = {User._meta.label, *(each._meta.label for each in through)}
    for user in person.users:
        _number, gone = user.delete()
        if surprise := {label for label, number in gone.items() if number} - expected:
            raise Refused(f"Rien n’est effacé : « {sorted(surprise)[0]} » n’a pas de règle.")


def _note(person: Person, found: list[Found], acting: Any) -> None:
    """The act in the history of the admin: what and how many, not who."""
    numbers = {
        f"{each.model._meta.label}{'.' if each.field else ''}{each.field}": each.number
        for each in found
    }
    pk = person.pks[0] if person.pks else 0
    log(
        instance=User(pk=pk),
        action=ACTION,
        user=acting,
        title="Effacement des données d’une personne",
        data={"numbers": numbers},
    )
