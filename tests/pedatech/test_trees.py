"""Decision trees: the graph, the walk, the page, the refusal to publish."""

import json
from html import unescape
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from pedatech.models import DecisionTreePage
from pedatech.trees.graph import Answer, Question, Target, Tree
from pedatech.trees.outline import outline
from pedatech.trees.walk import walk
from tests.factories import UserFactory
from tests.pedatech.space_helpers import home_of, question, text_page, tree_page
from tests.support import Html

ONE = (Target(1, 1),)


def tree_of(**questions: dict[str, object]) -> Tree:
    """Questions by code; answers by label: the code of a question, or targets."""
    return Tree(
        tuple(
            Question(
                code,
                f"{code} ?",
                answers=tuple(
                    Answer(label, to, ()) if isinstance(to, str) else Answer(label, "", to)
                    for label, to in answers.items()
                ),
            )
            for code, answers in questions.items()
        )
    )


GOOD = tree_of(a={"oui": "b", "non": ONE}, b={"oui": ONE, "non": "c"}, c={"oui": ONE})

BAD = {
    "empty": (Tree(()), "pas encore de question"),
    "dead end": (tree_of(a={"oui": "b"}, b={"non": ()}), "ne mène nulle part"),
    "no answer": (tree_of(a={"oui": "b"}, b={}), "au moins une réponse à la question « b »"),
    "cycle": (tree_of(a={"oui": "b"}, b={"oui": "a", "non": ONE}), "tournerait en rond"),
    "loop": (tree_of(a={"oui": "a", "non": ONE}), "« a » revient à elle-même"),
    "unreachable": (tree_of(a={"oui": ONE}, b={"oui": ONE}), "mène à la question « b » (b ?)"),
    "unknown": (tree_of(a={"oui": "z"}), "« z », qui n’existe pas"),
    "no page": (tree_of(a={"oui": (Target(None, 1),)}), "n’est pas choisie"),
    "both": (Tree((Question("a", "a ?", answers=(Answer("x", "a", ONE),)),)), "à la fois"),
    "doubled": (
        Tree((GOOD.questions[0], GOOD.questions[1], GOOD.questions[2], GOOD.questions[2])),
        "sert à deux questions",
    ),
    "long": (
        tree_of(**{f"q{n}": {"oui": f"q{n + 1}"} for n in range(70)}, q70={"oui": ONE}),
        "au plus 60",
    ),
}


def test_a_good_tree_has_no_problem():
    assert GOOD.problems() == []
    assert [path for path, _ in GOOD.paths()] == [[2], [1, 1], [1, 2, 1]]


@pytest.mark.parametrize("name", BAD)
def test_a_problem_names_the_question(name):
    tree, words = BAD[name]
    assert any(words in problem.message for problem in tree.problems())
    assert all(problem.code in {*tree.by_code, ""} for problem in tree.problems())


CODES = [f"q{number}" for number in range(7)]
ANSWERS = st.one_of(
    st.sampled_from([*CODES, "nulle-part"]).map(lambda code: Answer("x", code)),
    st.just(Answer("x", "", ONE)),
    st.just(Answer("x")),
)
GRAPHS = st.lists(
    st.builds(
        lambda code, answers: Question(code, f"{code} ?", answers=tuple(answers)),
        st.sampled_from(CODES),
        st.lists(ANSWERS, max_size=3),
    ),
    max_size=7,
).map(lambda questions: Tree(tuple(questions)))


def ends_well(tree: Tree) -> bool:
    """By walking, without a word of the checks: every path ends in a target, none goes on for ever."""

    def ends(code: str, above: frozenset[str]) -> bool:
        if code in above or code not in tree.by_code:
            return False
        question = tree.by_code[code]
        return bool(question.answers) and all(
            bool(each.targets) if not each.next_code else ends(each.next_code, above | {code})
            for each in question.answers
        )

    return bool(tree.questions) and ends(tree.questions[0].code, frozenset())


@given(GRAPHS)
def test_a_tree_without_problem_ends_in_a_resource(tree):
    if tree.problems() == []:
        assert ends_well(tree)
        assert all(answer.targets for _, answer in tree.paths())
    elif ends_well(tree):
        # Refused though its paths end: a doubled code or a question that nobody meets.
        codes = [each.code for each in tree.questions]
        assert len(set(codes)) < len(codes) or set(codes) != tree.reachable()


@given(GRAPHS, st.text("0123456789.-aé", max_size=30))
def test_no_address_breaks_a_walk(tree, path):
    here = walk(tree, path)
    assert len(here.steps) <= path.count(".") + 1
    if not here.is_cut:
        assert walk(tree, here.path) == here
    branch = outline(tree)
    assert (branch is None) == (not tree.questions)


@st.composite
def good_trees(draw):
    """A question leads to later ones only, and each is led to: no cycle, no orphan."""
    size = draw(st.integers(1, 8))
    ways: list[list[Answer]] = [[] for _ in range(size)]
    for number in range(1, size):
        parent = draw(st.integers(0, number - 1))
        ways[parent].append(Answer("x", f"q{number}"))
    for number in range(size):
        if draw(st.booleans()) or not ways[number]:
            ways[number].append(Answer("fin", "", ONE))
    return Tree(tuple(Question(f"q{n}", "?", answers=tuple(ways[n])) for n in range(size)))


@given(good_trees())
def test_good_trees_are_taken_and_every_path_can_be_walked(tree):
    assert tree.problems() == []
    for path, answer in tree.paths():
        here = walk(tree, ".".join(map(str, path)))
        assert not here.is_cut
        assert here.question is None
        assert here.last_answer == answer
        assert answer.targets


def test_a_long_chain_needs_no_recursion():
    links = {f"q{n}": {"oui": f"q{n + 1}"} for n in range(3000)}
    assert tree_of(**links, q3000={"oui": "q0"}).cycle()


def test_branches_that_join_are_told_once():
    whole = outline(tree_of(a={"x": "b", "y": "c"}, b={"z": "c"}, c={"fin": ONE}))
    assert whole.ways[0].branch.ways[0].branch.number == 3
    assert whole.ways[1].see_number == 3


# --- The page ----------------------------------------------------------------------------------


@pytest.fixture
def targets(sites):
    home = home_of(sites)
    return [text_page(home, "Référentiel du métier"), text_page(home, "Guide des savoirs de base")]


@pytest.fixture
def tree(sites, targets):
    first, second = (page.pk for page in targets)
    return tree_page(
        home_of(sites),
        question("metier", ("Oui", "niveau"), ("Non", [second])),
        question("niveau", ("Débutant", [second, first]), ("Confirmé", [first])),
    )


def test_the_walk_is_in_the_address(tree, targets, pedatech_client):
    url = tree.get_url()
    html = Html(pedatech_client.get(url))
    assert html.one("h2", id="question-titre").text == "Question metier ?"
    choices = [each for each in html.all("a") if each.inside(class_="tree__answers")]
    assert [each.text for each in choices] == ["Oui", "Non"]
    assert choices[0].attrs["href"].endswith("?chemin=1#question")
    answer = pedatech_client.get(url, {"chemin": "1"})
    html = Html(answer)
    assert html.one("h2", id="question-titre").text == "Question niveau ?"
    change = next(each for each in html.all("a") if each.text.startswith("changer"))
    assert change.attrs["href"] == "/quel-referentiel/#question"
    assert html.meta("robots") == "noindex, follow"
    result = Html(pedatech_client.get(url, {"chemin": "1.1"}))
    found = [each.text for each in result.all("h3") if each.inside(class_="tree__result")]
    # By priority, not by the order of the alphabet.
    assert found == ["Guide des savoirs de base", "Référentiel du métier"]
    assert "À voir d’abord" in result.all("li", "tree__result--first")[0].text


@pytest.mark.parametrize(
    "path", ["9", "1.9", "x", "1.x", "-1", "0", "1..1", "1" * 500, "٣", "1.1.1.1", "\x00"]
)
def test_a_wrong_address_stands_at_the_last_question(tree, pedatech_client, path):
    answer = pedatech_client.get(tree.get_url(), {"chemin": path})
    assert answer.status_code == 200
    if path != "1..1":
        assert "n’existe plus" in answer.content.decode()


def test_the_whole_tree_is_on_the_page(tree, pedatech_client):
    html = Html(pedatech_client.get(tree.get_url()))
    text = html.one("div", "tree__outline").text
    for words in ("Question metier ?", "Question niveau ?", "Confirmé", "Référentiel du métier"):
        assert words in text


def test_a_target_off_line_is_not_shown(tree, targets, pedatech_client):
    targets[0].unpublish()
    answer = pedatech_client.get(tree.get_url(), {"chemin": "1.2"})
    assert answer.status_code == 200
    assert "ne sont plus en ligne" in answer.content.decode()
    assert "Référentiel du métier" not in answer.content.decode()
    out = StringIO()
    with pytest.raises(CommandError, match="1 arbre"):
        call_command("check_trees", stdout=out)
    assert "« Référentiel du métier »" in out.getvalue()
    targets[0].save_revision().publish()
    call_command("check_trees", stdout=out)
    assert "finit par une ressource" in out.getvalue()


@pytest.mark.parametrize("size", [2, 20])
def test_the_number_of_queries_does_not_grow(sites, targets, pedatech_client, size):
    pages = [text_page(home_of(sites), f"Page {number}").pk for number in range(size)]
    answers = [(f"Réponse {number}", [page]) for number, page in enumerate(pages)]
    half = [answers[start : start + 5] for start in range(0, size, 5)]
    questions = [
        question(f"q{n}", *some, *([("Suite", f"q{n + 1}")] if n + 1 < len(half) else []))
        for n, some in enumerate(half)
    ]
    page = tree_page(home_of(sites), *questions)
    pedatech_client.get(page.get_url())
    pedatech_client.get(page.get_url())
    assert len(pedatech_client.queries) <= 15
    test_the_number_of_queries_does_not_grow.counts = {
        **getattr(test_the_number_of_queries_does_not_grow, "counts", {}),
        size: len(pedatech_client.queries),
    }
    counts = test_the_number_of_queries_does_not_grow.counts
    assert len(set(counts.values())) == 1, counts


# --- Publication is refused ------------------------------------------------------------------


def test_a_broken_tree_is_never_live(sites, targets):
    draft = tree_page(home_of(sites), question("a", ("Oui", "a")), live=False)
    with pytest.raises(ValidationError, match="tournerait en rond"):
        draft.get_latest_revision().publish()
    draft.refresh_from_db()
    assert not draft.live


def form_data(page, questions) -> dict[str, str]:
    """What the editor's form sends."""
    from wagtail.test.utils.form_data import nested_form_data, streamfield

    stream = [
        (
            "question",
            {
                "code": code,
                "text": f"{code} ?",
                "help": "",
                "answers": _list(
                    {"label": "Oui", "next_code": to, "targets": _list()} for to in ways
                ),
            },
        )
        for code, *ways in questions
    ]
    return nested_form_data(
        {
            "title": page.title,
            "slug": page.slug,
            "introduction": "",
            "seo_title": "",
            "search_description": "",
            "questions": streamfield(stream),
            "comments": {
                "TOTAL_FORMS": "0",
                "INITIAL_FORMS": "0",
                "MIN_NUM_FORMS": "0",
                "MAX_NUM_FORMS": "",
            },
        }
    )


def _list(items=()) -> dict[str, object]:
    items = list(items)
    rows = {
        str(number): {"value": each, "order": str(number), "deleted": "", "type": "item"}
        for number, each in enumerate(items)
    }
    return {"count": str(len(items)), **rows}


def test_the_editor_keeps_a_draft_and_is_told_what_to_mend(sites, client):
    draft = tree_page(home_of(sites), live=False)
    client.force_login(UserFactory(is_superuser=True))
    client.defaults["HTTP_HOST"] = "pedatech.localhost"
    url = f"/gestion/pages/{draft.pk}/edit/"
    data = form_data(draft, [("q1", "q2"), ("q2", "q1")])
    assert client.post(url, data).status_code == 302  # a draft
    answer = client.post(url, {**data, "action-publish": "1"})
    assert answer.status_code == 200
    # The blocks of the editor are drawn from JSON in an attribute.
    wanted = json.dumps("La question « q1 » revient à elle-même (q1 → q2 → q1)")[1:-1]
    assert wanted in unescape(answer.content.decode())
    draft.refresh_from_db()
    assert not draft.live
    assert (
        len(DecisionTreePage.objects.get(pk=draft.pk).get_latest_revision_as_object().questions)
        == 2
    )


def test_the_report_of_the_admin(sites, tree, targets, client):
    targets[0].unpublish()
    client.force_login(UserFactory(is_superuser=True))
    client.defaults["HTTP_HOST"] = "pedatech.localhost"
    text = client.get("/gestion/rapports/arbres/").content.decode()
    assert "n’est pas en ligne pour tout le monde" in text
