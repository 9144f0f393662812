"""Addresses of the contract: L'essor, and the way of a text (I-24); its people: config.roles."""

from django.contrib.auth.models import Group
from wagtail.models import GroupApprovalTask, Workflow, WorkflowPage, WorkflowTask

from essor.models import MagazinePage, PublicationIndexPage, Rubric
from home.models import HomePage

COMMITTEE = "Comité de rédaction"
PUBLISHERS = "Publication interfede.be"
WORKFLOW = "L’essor : du brouillon au bon à tirer"
STEPS = (("Relecture du comité", COMMITTEE), ("Bon à tirer", PUBLISHERS))
RUBRICS = (
    ("Dossier", "dossier", "Le thème du numéro, sous plusieurs angles."),
    ("Les CISP dans la presse", "les-cisp-dans-la-presse", ""),
    ("Les Actus du secteur", "les-actus-du-secteur", ""),
    ("Nos métiers", "nos-metiers", ""),
    ("Nos outils", "nos-outils", ""),
)


def make_pages(home: HomePage) -> None:
    """Make the magazine below the index of publications, its rubrics, groups and workflow."""
    index = PublicationIndexPage.objects.child_of(home).order_by("path").first()
    if index is None:
        return
    magazine = MagazinePage.objects.child_of(index).first()
    if magazine is None:
        magazine = MagazinePage(
            title="L’essor",
            slug="lessor",
            show_in_menus=True,
            introduction="La revue du secteur de l’insertion socioprofessionnelle : un thème par "
            "numéro, des pratiques de terrain, des outils.",
            search_description="La revue de l’Interfédé : tous les numéros à lire en ligne ou à "
            "télécharger.",
        )
        index.add_child(instance=magazine)
        magazine.save_revision().publish()
    for name, slug, description in RUBRICS:
        Rubric.objects.get_or_create(slug=slug, defaults={"name": name, "description": description})
    _make_workflow(magazine)


def _make_workflow(magazine: MagazinePage) -> None:
    """Draft → committee → sign-off, for everything below the magazine. Editors may change it."""
    if WorkflowPage.objects.filter(page=magazine).exists():
        return
    workflow, _ = Workflow.objects.get_or_create(name=WORKFLOW)
    for order, (name, group) in enumerate(STEPS):
        task = GroupApprovalTask.objects.filter(name=name).first()
        if task is None:
            task = GroupApprovalTask.objects.create(name=name)
            task.groups.set([Group.objects.get_or_create(name=group)[0]])
        WorkflowTask.objects.get_or_create(
            workflow=workflow, task=task, defaults={"sort_order": order}
        )
    WorkflowPage.objects.create(page=magazine, workflow=workflow)
