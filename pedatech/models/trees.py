"""Decision trees («logigrammes»): questions that lead a trainer to the right resource."""

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, HelpPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from home.desk.reviews import BasePageForm
from home.models import BasePage
from home.themes import Theme
from pedatech.trees.graph import Answer, Problem, Question, Target, Tree
from pedatech.trees.outline import outline
from pedatech.trees.walk import PARAMETER, extend, walk


class TargetBlock(blocks.StructBlock):
    """A page to which an answer leads."""

    page = blocks.PageChooserBlock(label="Ressource")
    priority = blocks.IntegerBlock(
        label="Priorité",
        default=1,
        min_value=1,
        max_value=9,
        help_text="1 vient en premier.",
    )
    reason = blocks.CharBlock(
        label="Pourquoi ?",
        required=False,
        max_length=200,
        help_text="Une phrase pour la formatrice ou le formateur.",
    )

    class Meta:
        icon = "doc-full"
        label = "Ressource"


class AnswerBlock(blocks.StructBlock):
    """An answer: to another question, or to resources."""

    label = blocks.CharBlock(label="Réponse", max_length=120)
    next_code = blocks.RegexBlock(
        label="Question suivante",
        regex=r"^[a-z0-9-]{1,20}$",
        required=False,
        error_messages={"invalid": "Écrivez le code d’une question, comme « q2 »."},
        help_text="Le code de la question qui suit, comme « q2 ». "
        "Laissez vide si cette réponse mène à des ressources.",
    )
    targets = blocks.ListBlock(TargetBlock(), label="Ressources", default=[], max_num=12)

    class Meta:
        icon = "arrow-right"
        label = "Réponse"


class QuestionBlock(blocks.StructBlock):
    """A question with its answers."""

    code = blocks.RegexBlock(
        label="Code",
        regex=r"^[a-z0-9-]{1,20}$",
        error_messages={
            "invalid": "Un code court en minuscules et en chiffres, comme « q2 » ou « metier »."
        },
        help_text="Un nom court et unique, comme « q2 » : les réponses s’en servent.",
    )
    text = blocks.CharBlock(label="Question", max_length=200)
    help = blocks.TextBlock(label="Explication", required=False, max_length=500)
    answers = blocks.ListBlock(AnswerBlock(), label="Réponses", min_num=1, max_num=8)

    class Meta:
        icon = "help"
        label = "Question"
        label_format = "{code} : {text}"
        description = "Une question et ses réponses. La première question ouvre l’arbre."
        preview_value = {
            "code": "q1",
            "text": "Visez-vous un métier précis ?",
            "help": "",
            "answers": [{"label": "Oui", "next_code": "q2", "targets": []}],
        }
        template = "pedatech/blocks/tree_question.html"


class DecisionTreeForm(BasePageForm):
    """A draft may be unfinished; what is published, planned or sent to moderation may not."""

    def clean(self) -> dict:
        """Refuse a tree with a dead end, a cycle or a target that nobody can see."""
        data = super().clean()
        if not self.is_deferred_validation and "questions" in data:
            page = DecisionTreePage(questions=data["questions"])
            problems = page.problems()
            if problems:
                self.add_error("questions", _beside_questions(page, problems))
        return data


def _beside_questions(page: "DecisionTreePage", problems: list[Problem]) -> ValidationError:
    """Each message where the editor mends it: at its question, or above them all."""
    codes = [question.code for question in page.tree.questions]
    at: dict[int, list[str]] = {}
    above: list[str] = []
    for problem in problems:
        if problem.code in codes:
            # Of two questions with the same code, the last one is the new one.
            position = len(codes) - 1 - codes[::-1].index(problem.code)
            at.setdefault(position, []).append(problem.message)
        else:
            above.append(problem.message)
    return blocks.StreamBlockValidationError(
        block_errors={
            position: blocks.StructBlockValidationError(
                block_errors={"code": ValidationError(messages)}
            )
            for position, messages in at.items()
        },
        non_block_errors=above,
    )


class DecisionTreePage(BasePage):
    """A decision tree. Every path of a published tree ends in at least one resource."""

    kind = "Arbre de décision"
    themes = (Theme.PEDATECH,)
    base_form_class = DecisionTreeForm

    introduction = models.TextField("introduction", blank=True, max_length=600)
    questions = StreamField(
        [("question", QuestionBlock())],
        verbose_name="questions",
        blank=True,
        help_text="La première question ouvre l’arbre. Chaque réponse mène à une autre question "
        "(par son code) ou à une ou plusieurs ressources.",
    )

    content_panels = [
        *Page.content_panels,
        FieldPanel("introduction"),
        HelpPanel(
            "<p>Vous pouvez enregistrer un brouillon à tout moment. Avant la publication, l’arbre "
            "est vérifié : chaque chemin doit finir par une ressource en ligne.</p>"
        ),
        FieldPanel("questions"),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("introduction"),
        index.SearchField("questions"),
    ]
    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = "arbre de décision"
        verbose_name_plural = "arbres de décision"

    def save(self, clean: bool = True, **kwargs) -> None:
        """Whatever puts a tree on line, a broken one is refused (ValidationError)."""
        if clean and self.live:
            messages = [each.message for each in self.tree.problems()]
            if messages:
                raise ValidationError({"questions": messages})
        super().save(clean=clean, **kwargs)

    @property
    def tree(self) -> Tree:
        """The questions as a graph."""
        return Tree(tuple(_question(block.value) for block in self.questions))

    def problems(self) -> list[Problem]:
        """What is wrong with the graph, and targets that visitors cannot see."""
        tree = self.tree
        return [*tree.problems(), *self._hidden_targets(tree)]

    @staticmethod
    def _hidden_targets(tree: Tree) -> list[Problem]:
        ids = tree.target_ids()
        if not ids:
            return []
        seen = set(Page.objects.live().public().filter(pk__in=ids).values_list("pk", flat=True))
        titles = dict(Page.objects.filter(pk__in=ids - seen).values_list("pk", "title"))
        return [
            Problem(
                question.code,
                f"« {titles.get(target.page_id, 'Une ressource supprimée')} », que donne la "
                f"question « {question.code} », n’est pas en ligne pour tout le monde.",
            )
            for question in tree.questions
            for answer in question.answers
            for target in answer.targets
            if target.page_id is not None and target.page_id not in seen
        ]

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        """The walk, its results in the order of their priority, and the whole tree."""
        context = super().get_context(request, *args, **kwargs)
        tree = self.tree
        here = walk(tree, request.GET.get(PARAMETER, ""))
        pages = {
            page.pk: page
            for page in Page.objects.live()
            .public()
            .filter(pk__in=tree.target_ids())
            .select_related("content_type")
        }
        base = self.get_url(request) or request.path
        context |= {
            "walk": here,
            "steps": [
                {"step": step, "change_url": _address(base, step.change_path)}
                for step in here.steps
            ],
            "choices": [
                {"label": answer.label, "url": _address(base, extend(here.path, position))}
                for position, answer in enumerate(here.question.answers, 1)
            ]
            if here.question
            else [],
            "results": results(here.last_answer, pages),
            "back_url": _address(base, here.steps[-1].change_path) if here.steps else "",
            "restart_url": base,
            "outline": outline(tree),
            "pages": pages,
        }
        if here.path:
            context["seo"]["robots"] = "noindex, follow"
        return context


def results(answer: Answer | None, pages: dict[int, Page]) -> list[dict]:
    """`[{"page", "kind", "reason", "priority", "is_first"}]` that visitors may see, first first."""
    if answer is None:
        return []
    seen = [
        (target, pages[target.page_id])
        for target in answer.targets
        if target.page_id is not None and target.page_id in pages
    ]
    seen.sort(key=lambda each: (each[0].priority, each[1].title, each[1].pk))
    return [
        {
            "page": page,
            "kind": getattr(page.cached_content_type.model_class(), "kind", "Page"),
            "reason": target.reason,
            "priority": target.priority,
            "is_first": target.priority == seen[0][0].priority,
        }
        for target, page in seen
    ]


def _address(base: str, path: str) -> str:
    return f"{base}?{PARAMETER}={path}#question" if path else f"{base}#question"


def _question(value: blocks.StructValue) -> Question:
    return Question(
        code=value["code"] or "",
        text=value["text"] or "",
        help=value["help"] or "",
        answers=tuple(
            Answer(
                label=answer["label"] or "",
                next_code=answer["next_code"] or "",
                targets=tuple(
                    Target(
                        page_id=target["page"].pk if target["page"] else None,
                        priority=target["priority"] or 1,
                        reason=target["reason"] or "",
                    )
                    for target in answer["targets"]
                ),
            )
            for answer in value["answers"]
        ),
    )
