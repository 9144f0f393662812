"""The way of a change that a centre proposes: it waits for those who publish cisp.be."""

from django.contrib.auth.models import Group
from wagtail.models import GroupApprovalTask, Workflow, WorkflowPage, WorkflowTask

from cisp_map.models import FinderPage

PUBLISHERS = "Publication cisp.be"
WORKFLOW = "Lieux de formation : relecture d’un changement"
TASK = "Relecture d’un lieu"


def make_workflow() -> None:
    """One approval for everything below the finder. Made once: editors may change it."""
    finder = FinderPage.in_french().first()
    if finder is None or WorkflowPage.objects.filter(page=finder).exists():
        return
    workflow, _ = Workflow.objects.get_or_create(name=WORKFLOW)
    task = GroupApprovalTask.objects.filter(name=TASK).first()
    if task is None:
        task = GroupApprovalTask.objects.create(name=TASK)
        task.groups.set([Group.objects.get_or_create(name=PUBLISHERS)[0]])
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task, defaults={"sort_order": 0})
    WorkflowPage.objects.create(page=finder, workflow=workflow)
