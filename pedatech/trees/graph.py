"""A decision tree as a graph: pure data, no database.

Questions are the nodes, answers the arrows. An answer leads to another question or to targets
(pages with a priority and a reason). The first question is where everybody starts.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

MAX_QUESTIONS = 60


@dataclass(frozen=True)
class Target:
    """A page that an answer leads to."""

    page_id: int | None
    priority: int
    """1 comes first"""
    reason: str = ""


@dataclass(frozen=True)
class Answer:
    """One way out of a question."""

    label: str
    next_code: str = ""
    """code of the next question, "" when the answer ends the walk"""
    targets: tuple[Target, ...] = ()


@dataclass(frozen=True)
class Question:
    """One question and its answers."""

    code: str
    text: str
    help: str = ""
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True)
class Problem:
    """Why a tree may not be published."""

    code: str
    """code of the question, "" when the whole tree is meant"""
    message: str
    """a French sentence that names the question"""


@dataclass(frozen=True)
class Tree:
    """Questions in the order of the editor; codes may be wrong or doubled: `problems` tells."""

    questions: tuple[Question, ...]
    by_code: dict[str, Question] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_code: dict[str, Question] = {}
        for question in self.questions:
            by_code.setdefault(question.code, question)
        object.__setattr__(self, "by_code", by_code)

    @property
    def start(self) -> Question | None:
        """The first question."""
        return self.questions[0] if self.questions else None

    def reachable(self) -> set[str]:
        """Codes of the questions that somebody can meet."""
        seen: set[str] = set()
        waiting = [self.start.code] if self.start else []
        while waiting:
            code = waiting.pop()
            if code in seen or code not in self.by_code:
                continue
            seen.add(code)
            waiting += [each.next_code for each in self.by_code[code].answers if each.next_code]
        return seen

    def cycle(self) -> list[str]:
        """Codes of one cycle in its order, [] when there is none."""
        done: set[str] = set()
        for question in self.questions:
            if question.code not in done:
                found = self._cycle_from(question.code, done)
                if found:
                    return found
        return []

    def _cycle_from(self, start: str, done: set[str]) -> list[str]:
        """Depth first without recursion: an editor's tree may be as deep as it is long."""
        path = [start]
        on_path = {start}
        exits = [self._next_codes(start)]
        while path:
            following = next(exits[-1], None)
            if following is None:
                exits.pop()
                code = path.pop()
                on_path.discard(code)
                done.add(code)
            elif following in on_path:
                return path[path.index(following) :]
            elif following not in done:
                path.append(following)
                on_path.add(following)
                exits.append(self._next_codes(following))
        return []

    def _next_codes(self, code: str) -> Iterator[str]:
        return iter(
            [
                each.next_code
                for each in self.by_code[code].answers
                if each.next_code in self.by_code
            ]
        )

    def problems(self) -> list[Problem]:
        """What keeps a path from ending in a resource, in the order of the questions."""
        if not self.questions:
            return [Problem("", "Cet arbre n’a pas encore de question.")]
        found: list[Problem] = []
        if len(self.questions) > MAX_QUESTIONS:
            found.append(Problem("", f"Un arbre compte au plus {MAX_QUESTIONS} questions."))
        seen: set[str] = set()
        reachable = self.reachable()
        for question in self.questions:
            if question.code in seen:
                found.append(
                    Problem(
                        question.code,
                        f"Le code « {question.code} » sert à deux questions : donnez à chacune "
                        "le sien.",
                    )
                )
                continue
            seen.add(question.code)
            found += self._problems_of(question)
            if question.code not in reachable:
                found.append(
                    Problem(
                        question.code,
                        f"Aucune réponse ne mène à la question « {question.code} » "
                        f"({question.text}).",
                    )
                )
        if cycle := self.cycle():
            way = " → ".join([*cycle, cycle[0]])
            found.append(
                Problem(
                    cycle[0],
                    f"La question « {cycle[0]} » revient à elle-même ({way}) : on tournerait en "
                    "rond.",
                )
            )
        return found

    def _problems_of(self, question: Question) -> list[Problem]:
        """Dead ends and arrows to nowhere."""
        name = f"la question « {question.code} »"
        if not question.answers:
            return [Problem(question.code, f"Donnez au moins une réponse à {name}.")]
        found = []
        for answer in question.answers:
            which = f"« {answer.label} », réponse à {name},"
            if answer.next_code and answer.targets:
                text = f"{which} mène à la fois à une question et à des ressources : gardez l’un."
            elif not answer.next_code and not answer.targets:
                text = f"{which} ne mène nulle part : choisissez une question ou une ressource."
            elif answer.next_code and answer.next_code not in self.by_code:
                text = f"{which} mène à la question « {answer.next_code} », qui n’existe pas."
            elif any(target.page_id is None for target in answer.targets):
                text = f"{which} mène à une ressource qui n’est pas choisie ou n’existe plus."
            else:
                continue
            found.append(Problem(question.code, text))
        return found

    def target_ids(self) -> set[int]:
        """Keys of the pages that the tree leads to."""
        return {
            target.page_id
            for question in self.questions
            for answer in question.answers
            for target in answer.targets
            if target.page_id is not None
        }

    def paths(self) -> Iterator[tuple[list[int], Answer]]:
        """Every path from the first question: positions of the answers (from 1), last answer.

        For a tree without cycles only.
        """
        waiting: list[tuple[list[int], Question]] = [([], self.start)] if self.start else []
        while waiting:
            path, question = waiting.pop()
            for position, answer in enumerate(question.answers, 1):
                here = [*path, position]
                following = self.by_code.get(answer.next_code)
                if following is None:
                    yield here, answer
                else:
                    waiting.append((here, following))
