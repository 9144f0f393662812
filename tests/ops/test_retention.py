"""What is kept for how long: each job forgets what is too old, and nothing that is not."""

from __future__ import annotations

import io
import os
from datetime import date, datetime, timedelta

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.admin.models import EditingSession, FormState
from wagtail.contrib.forms.models import FormSubmission
from wagtail.models import ModelLogEntry, PageLogEntry, UploadedFile

from cisp_map.models import ErrorReport
from config import retention, worker
from essor.models import ReviewComment, ReviewLink
from home.models import CacheEntry, DailyCount
from home.retention import Job, jobs, register, run_all
from pedatech.models import (
    ActivityProgress,
    Contribution,
    ContributionFile,
    InteractivePackage,
    Invitation,
    Membership,
)
from tests.essor.magazine import make_issue
from tests.factories import TrainingSitePageFactory, UserFactory
from tests.pedatech.space_helpers import home_of, space_page
from tests.support import HOSTS

User = get_user_model()


def at(model, pk, **fields) -> None:
    """Set what `auto_now` would set."""
    model._base_manager.filter(pk=pk).update(**fields)


def searches(now, sites):
    for days in (89, 92):
        day = timezone.localtime(now).date() - timedelta(days=days)
        DailyCount.objects.create(day=day, kind="recherche-rien", key="cuisine", count=1)


def frequentation(now, sites):
    for day in (date(2020, 5, 20), timezone.localtime(now).date()):
        DailyCount.objects.create(day=day, kind="visite", key="page:1", count=1)


def sessions(now, sites):
    for number, days in enumerate((1, -1)):
        Session.objects.create(
            session_key=f"s{number}", session_data="", expire_date=now + timedelta(days=days)
        )


def invitations(now, sites):
    space = space_page(home_of(sites))
    old, new = now - timedelta(days=200), now - timedelta(days=20)
    for number, fields in enumerate(
        (
            {"sent_at": now},
            {"sent_at": old, "accepted_at": new},
            {"sent_at": now - timedelta(days=250)},
        )
    ):
        Invitation.objects.create(space=space, email=f"p{number}@exemple.be", **fields)


def access(now, sites):
    space = space_page(home_of(sites))
    for fields in ({}, {"removed_at": now - timedelta(days=400)}):
        Membership.objects.create(space=space, user=UserFactory(), **fields)


def contributions(now, sites):
    state = Contribution.State
    for number, (what, days) in enumerate(
        (
            (state.SENT, 900),
            (state.REFUSED, 100),
            (state.REFUSED, 400),
            (state.RETURNED, 400),
            (state.ACCEPTED, 400),
            (state.ACCEPTED, 800),
        )
    ):
        when = now - timedelta(days=days)
        made = Contribution.objects.create(
            author=UserFactory(), title=f"Outil {number}", state=what, sent_at=when, decided_at=when
        )
        ContributionFile.objects.create(
            contribution=made, file=ContentFile(b"x", name="x.txt"), original_name="x.txt"
        )


def reviews(now, sites):
    issue = make_issue()
    for days in (10, 200):
        link = ReviewLink.objects.create(
            issue=issue, reader="Une fédération", expires_at=now - timedelta(days=days)
        )
        ReviewComment.objects.create(link=link, page=issue, name="x", text="y")


def progress(now, sites):
    package = InteractivePackage.objects.create(title="Quiz", kind="h5p", sha256="0" * 64)
    for days in (100, 800):
        made = ActivityProgress.objects.create(user=UserFactory(), package=package)
        at(ActivityProgress, made.pk, updated_at=now - timedelta(days=days))


def submissions(now, sites):
    for days in (100, 400):
        made = FormSubmission.objects.create(page=sites["cisp"].root_page, form_data={"nom": "x"})
        at(FormSubmission, made.pk, submit_time=now - timedelta(days=days))


def form_states(now, sites):
    page_type = ContentType.objects.get(app_label="home", model="standardpage")
    for number, days in enumerate((1, 10)):
        FormState.objects.create(
            data="a=1",
            user=UserFactory(),
            content_type=page_type,
            object_id=str(number),
            last_updated_at=now - timedelta(days=days),
        )


def uploads(now, sites):
    for name, days in (("neuf.png", 1), ("vieux.png", 10)):
        made = UploadedFile.objects.create(file=ContentFile(b"x", name=name))
        when = (now - timedelta(days=days)).timestamp()
        os.utime(made.file.path, (when, when))


def editing(now, sites):
    page_type = ContentType.objects.get(app_label="home", model="homepage")
    for days in (0, 3):
        EditingSession.objects.create(
            user=UserFactory(),
            content_type=page_type,
            object_id="1",
            last_seen_at=now - timedelta(days=days),
        )


def tasks(now, sites):
    for days in (1, 20):
        DBTaskResult.objects.create(
            task_path="home.documents.process",
            args_kwargs={"args": [], "kwargs": {}},
            backend_name="background",
            finished_at=now - timedelta(days=days),
            run_after=now,
            exception_class_path="",
            traceback="",
        )


def cached(now, sites):
    for number, days in enumerate((1, -1)):
        CacheEntry.objects.create(
            cache_key=f"k{number}", value="", expires=now + timedelta(days=days)
        )


def history(now, sites):
    user, page = UserFactory(), sites["cisp"].root_page
    PageLogEntry.objects.all().delete()
    ModelLogEntry.objects.all().delete()
    kind = ContentType.objects.get_for_model(User)
    for days in (10, 1200):
        made = PageLogEntry.objects.log_action(page, "wagtail.edit", user=user)
        at(PageLogEntry, made.pk, timestamp=now - timedelta(days=days))
        made = LogEntry.objects.create(user=user, content_type=kind, action_flag=CHANGE)
        at(LogEntry, made.pk, action_time=now - timedelta(days=days))


def errors_told(now, sites):
    page = TrainingSitePageFactory()
    for created, done in ((10, None), (100, 89), (364, None), (100, 91), (366, None)):
        ErrorReport.objects.create(
            page=page,
            subject=ErrorReport.Subject.OTHER,
            text="x",
            created_at=now - timedelta(days=created),
            done_at=None if done is None else now - timedelta(days=done),
        )


CASES = {
    "recherches": (searches, 1, DailyCount, 1),
    "frequentation": (frequentation, 1, DailyCount, 2),
    "sessions": (sessions, 1, Session, 1),
    "invitations": (invitations, 2, Invitation, 1),
    "acces": (access, 1, Membership, 1),
    "propositions": (contributions, 3, Contribution, 3),
    "relectures": (reviews, 1, ReviewLink, 1),
    "avancement": (progress, 1, ActivityProgress, 1),
    "erreurs": (errors_told, 2, ErrorReport, 3),
    "formulaires": (submissions, 1, FormSubmission, 1),
    "brouillons": (form_states, 1, FormState, 1),
    "envois": (uploads, 1, UploadedFile, 1),
    "edition": (editing, 1, EditingSession, 1),
    "taches": (tasks, 1, DBTaskResult, 1),
    "cache": (cached, 1, CacheEntry, 1),
    "historique": (history, 2, LogEntry, 1),
}
"""Job → what makes its records, how many go, the model, how many stay."""


def test_each_job_has_a_test():
    assert {each.key for each in retention.JOBS} == set(CASES)
    assert {each.key for each in retention.JOBS} <= {each.key for each in jobs()}


@pytest.mark.parametrize("key", CASES)
def test_what_is_too_old_goes_and_the_rest_stays(sites, key):
    make, gone, model, stay = CASES[key]
    now = timezone.now()
    make(now, sites)
    job = next(each for each in retention.JOBS if each.key == key)
    before = model.objects.count()
    assert job.run(now, False) == gone
    assert model.objects.count() == before
    assert job.run(now, True) == gone
    assert model.objects.count() == stay
    assert job.run(now, True) == 0


def test_acts_stay_in_the_history_without_the_name(sites):
    history(timezone.now(), sites)
    retention.history(timezone.now(), True)
    assert PageLogEntry.objects.count() == 2
    assert PageLogEntry.objects.filter(user_id__isnull=True).count() == 1


def test_files_go_with_their_records(sites, django_capture_on_commit_callbacks):
    contributions(timezone.now(), sites)
    paths = {each.contribution_id: each.file.path for each in ContributionFile.objects.all()}
    with django_capture_on_commit_callbacks(execute=True):
        run_all(write=True)
    kept = set(Contribution.objects.values_list("pk", flat=True))
    assert {pk for pk, path in paths.items() if os.path.exists(path)} == kept


def test_a_job_that_fails_stops_no_other(sites, caplog, monkeypatch):
    def down(now, write):
        raise OSError("down")

    from home import retention as registry

    monkeypatch.setattr(registry, "_jobs", dict(registry._jobs))
    register(Job("recherches", "x", "y", down))
    sessions(timezone.now(), sites)
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("purge_expired", stdout=out)
    assert "x (y) : ÉCHEC" in out.getvalue()
    assert Session.objects.count() == 1
    assert "recherches" in caplog.text


def test_the_command_counts_first(sites):
    sessions(timezone.now(), sites)
    out = io.StringIO()
    call_command("purge_expired", dry_run=True, stdout=out)
    assert "Connexions terminées (1 jour) : 1" in out.getvalue()
    assert Session.objects.count() == 2


def test_the_worker_runs_it_once_a_night(db, monkeypatch, settings):
    from django.db import connections

    from home import retention as registry

    asked: list[bool] = []
    hour = [2]
    moment = datetime(2026, 3, 10, tzinfo=timezone.get_current_timezone())
    monkeypatch.setattr(registry, "run_all", lambda *, write: asked.append(write))
    monkeypatch.setattr(type(connections), "close_all", lambda self: None)
    monkeypatch.setattr(timezone, "localtime", lambda: moment.replace(hour=hour[0]))
    last = worker.night(None)
    assert (last, asked) == (None, [])
    hour[0] = 3
    settings.READ_ONLY = True
    assert worker.night(None) is None
    settings.READ_ONLY = False
    last = worker.night(None)
    assert (last, asked) == (moment.date(), [True])
    assert worker.night(last) == last
    moment += timedelta(days=1)
    assert worker.night(last) == moment.date()
    assert asked == [True, True]


def test_the_page_lists_what_runs(sites):
    client = Client(headers={"host": HOSTS["interfede"]})
    client.force_login(User.objects.create_superuser("cheffe", password="x"))
    text = client.get("/gestion/vie-privee/durees/").content.decode()
    for job in jobs():
        assert job.what in text
        assert job.keep in text
