"""The project's jobs of home.retention, and what forgets by itself: the one list of what is kept.

Shown in the admin under Réglages → « Durées de conservation », run every night by config.worker or
by `manage.py purge_expired`.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.admin.models import EditingSession, FormState
from wagtail.contrib.forms.models import FormSubmission
from wagtail.models import ModelLogEntry, PageLogEntry, Revision, UploadedFile

from cisp_map.upkeep import reports
from essor.models import ReviewLink
from home import frequentation
from home.desk import bin as page_bin
from home.desk import missing
from home.models import CacheEntry, ReviewReminder
from home.retention import Job, delete_with_files, deletes, register
from pedatech.models import ActivityProgress, Contribution, Invitation, Membership
from search import recorded

TASK_DAYS = 14
FORM_STATE_DAYS = 7
UPLOAD_DAYS = 7
SUBMISSION_DAYS = 365
INVITATION_DAYS = 180
REVIEW_DAYS = 180
MEMBERSHIP_DAYS = 365
REFUSED_DAYS = 365
ACCEPTED_DAYS = 730
PROGRESS_DAYS = 730
HISTORY_DAYS = 3 * 365
REMINDER_DAYS = 365

BY_THEMSELVES = (
    ("Essais de connexion et autres freins", "10 minutes à 1 heure, sans adresse lisible"),
    ("Fichiers de la liste annuelle des centres", "les dix derniers"),
    ("Sauvegardes", "7 jours, 5 semaines et 12 mois (commande « backup »)"),
    (
        "Espaces de formation, leurs messages et leurs fichiers",
        "jusqu’à leur suppression par l’équipe",
    ),
    ("Comptes", "jusqu’à leur suppression, ou l’effacement de la personne"),
)
"""What needs no job: (what, how long)."""


def _before(now: datetime, days: int) -> datetime:
    return now - timedelta(days=days)


def searches(now: datetime, write: bool) -> int:
    """The words that were searched."""
    return recorded.purge(today=timezone.localtime(now).date(), write=write)


def old_counts(now: datetime, write: bool) -> int:
    """Days become months."""
    return frequentation.roll_up(timezone.localtime(now).date(), write=write)


def lost_addresses(now: datetime, write: bool) -> int:
    """The paths that led nowhere."""
    return missing.purge(today=timezone.localtime(now).date(), write=write)


def binned(now: datetime, write: bool) -> int:
    """Pages that were deleted."""
    return page_bin.purge(now, write=write)


def reminders(now: datetime) -> QuerySet[ReviewReminder]:
    """Who got which reminder."""
    return ReviewReminder.objects.filter(month__lt=_before(now, REMINDER_DAYS).date())


def sessions(now: datetime) -> QuerySet[Session]:
    """Sessions that have ended."""
    return Session.objects.filter(expire_date__lt=now)


def invitations(now: datetime) -> QuerySet[Invitation]:
    """Used, taken back or too old for so long."""
    limit = _before(now, INVITATION_DAYS)
    unused = limit - timedelta(days=settings.SPACE_INVITATION_DAYS)
    return Invitation.objects.filter(
        Q(accepted_at__lt=limit) | Q(revoked_at__lt=limit) | Q(sent_at__lt=unused)
    )


def memberships(now: datetime) -> QuerySet[Membership]:
    """Access that was taken away or ended long ago."""
    limit = _before(now, MEMBERSHIP_DAYS)
    return Membership.objects.filter(
        Q(removed_at__lt=limit) | Q(active_until__lt=timezone.localtime(limit).date())
    )


def contributions(now: datetime) -> QuerySet[Contribution]:
    """Proposals that are decided or left lying; a page that was made of one stays."""
    state = Contribution.State
    refused, accepted = _before(now, REFUSED_DAYS), _before(now, ACCEPTED_DAYS)
    return Contribution.objects.filter(
        Q(state=state.REFUSED, decided_at__lt=refused)
        | Q(state=state.RETURNED, decided_at__lt=refused, sent_at__lt=refused)
        | Q(state=state.ACCEPTED, decided_at__lt=accepted)
    )


def reviews(now: datetime) -> QuerySet[ReviewLink]:
    """Links of review that ended, with their comments."""
    return ReviewLink.objects.filter(expires_at__lt=_before(now, REVIEW_DAYS))


def progress(now: datetime) -> QuerySet[ActivityProgress]:
    """Activities that nobody went on with."""
    return ActivityProgress.objects.filter(updated_at__lt=_before(now, PROGRESS_DAYS))


def submissions(now: datetime) -> QuerySet[FormSubmission]:
    """Answers to forms."""
    return FormSubmission.objects.filter(submit_time__lt=_before(now, SUBMISSION_DAYS))


def form_states(now: datetime) -> QuerySet[FormState]:
    """Half-filled forms of previews."""
    return FormState.objects.filter(last_updated_at__lt=_before(now, FORM_STATE_DAYS))


def editing(now: datetime) -> QuerySet[EditingSession]:
    """Who is editing what."""
    return EditingSession.objects.filter(last_seen_at__lt=_before(now, 1))


def tasks(now: datetime) -> QuerySet[DBTaskResult]:
    """Background work that is done."""
    return DBTaskResult.objects.filter(finished_at__lt=_before(now, TASK_DAYS))


def uploads(now: datetime, write: bool) -> int:
    """Files of the upload of many at once that nobody finished."""
    limit = _before(now, UPLOAD_DAYS)
    old = [
        each.pk
        for each in UploadedFile.objects.order_by("pk")
        if not each.file.storage.exists(each.file.name)
        or each.file.storage.get_modified_time(each.file.name) < limit
    ]
    return delete_with_files(UploadedFile.objects.filter(pk__in=old)) if write else len(old)


def cached(now: datetime) -> QuerySet[CacheEntry]:
    """Rows of the cache in the database that have ended: brakes, roots of the sites."""
    return CacheEntry.objects.filter(expires__lt=now)


def history(now: datetime, write: bool) -> int:
    """What was done stays in the history; who did it is forgotten."""
    limit = _before(now, HISTORY_DAYS)
    number = 0
    for rows in (
        PageLogEntry.objects.filter(timestamp__lt=limit, user_id__isnull=False),
        ModelLogEntry.objects.filter(timestamp__lt=limit, user_id__isnull=False),
        Revision.objects.filter(created_at__lt=limit, user_id__isnull=False),
    ):
        number += rows.update(user=None) if write else rows.count()
    old = LogEntry.objects.filter(action_time__lt=limit)
    return number + (old.delete()[0] if write else old.count())


JOBS = (
    Job("recherches", "Recherches : les mots tapés", f"{recorded.KEEP_DAYS} jours", searches),
    Job(
        "frequentation",
        "Fréquentation : le jour (les sommes par mois restent)",
        "25 mois",
        old_counts,
    ),
    Job(
        "introuvables",
        "Adresses introuvables : le chemin demandé",
        f"{missing.KEEP_DAYS} jours",
        lost_addresses,
    ),
    Job("corbeille", "Pages supprimées, dans la corbeille", f"{page_bin.KEEP_DAYS} jours", binned),
    Job("rappels", "Rappels de pages à relire : à qui, quel mois", "12 mois", deletes(reminders)),
    Job("sessions", "Connexions terminées", "1 jour", deletes(sessions)),
    Job(
        "invitations",
        "Invitations utilisées, annulées ou périmées",
        f"{INVITATION_DAYS} jours",
        deletes(invitations),
    ),
    Job("acces", "Accès retirés ou finis à un espace", "12 mois", deletes(memberships)),
    Job(
        "propositions",
        "Propositions de ressources, avec leurs fichiers",
        "12 mois après un refus ou un renvoi, 24 mois après l’accord",
        deletes(contributions),
    ),
    Job(
        "relectures",
        "Liens de relecture et leurs commentaires",
        f"{REVIEW_DAYS} jours après la fin du lien",
        deletes(reviews),
    ),
    Job(
        "erreurs",
        "Erreurs signalées sur un lieu de formation",
        f"{reports.KEEP_DONE_DAYS} jours après leur traitement, {reports.KEEP_DAYS} jours au plus",
        deletes(reports.outdated),
    ),
    Job("avancement", "Avancement dans une activité", "24 mois sans y revenir", deletes(progress)),
    Job("formulaires", "Réponses aux formulaires", "12 mois", deletes(submissions)),
    Job("brouillons", "Saisies en cours de la gestion", "7 jours", deletes(form_states)),
    Job("envois", "Fichiers envoyés et jamais rangés", f"{UPLOAD_DAYS} jours", uploads),
    Job("edition", "Qui modifie quelle page en ce moment", "1 jour", deletes(editing)),
    Job("taches", "Travaux de fond terminés", f"{TASK_DAYS} jours", deletes(tasks)),
    Job("cache", "Freins et valeurs passagères", "1 jour après leur fin", deletes(cached)),
    Job(
        "historique",
        "Noms dans l’historique de la gestion (les actes restent)",
        "3 ans",
        history,
    ),
)


def register_all() -> None:
    """Called once, when the applications are ready."""
    for job in JOBS:
        register(job)
