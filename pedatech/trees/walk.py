"""Where somebody stands in a tree: the address holds the answers given so far."""

from dataclasses import dataclass

from pedatech.trees.graph import Answer, Question, Tree

PARAMETER = "chemin"
MAX_LENGTH = 400


@dataclass(frozen=True)
class Step:
    """An answer that was given."""

    question: Question
    answer: Answer
    change_path: str
    """the path before this answer: there one may change it"""


@dataclass(frozen=True)
class Walk:
    """The answers given, and the question to answer now or the answer that ended the walk."""

    steps: tuple[Step, ...]
    question: Question | None
    path: str
    is_cut: bool
    """True when the address named an answer that does not exist (any more)"""

    @property
    def last_answer(self) -> Answer | None:
        """The answer that ended the walk, None while questions remain."""
        return self.steps[-1].answer if self.steps and self.question is None else None


def extend(path: str, position: int) -> str:
    """The path after the answer at `position` (from 1)."""
    return f"{path}.{position}" if path else str(position)


def walk(tree: Tree, path: str) -> Walk:
    """Follow `path` ("2.1": the second answer, then the first) as far as it goes.

    What cannot be followed is left out: the visitor stands at the last question that exists.
    """
    question = tree.start
    steps: list[Step] = []
    done = ""
    wanted = [each for each in path[:MAX_LENGTH].split(".") if each] if path else []
    is_cut = len(path) > MAX_LENGTH
    for each in wanted:
        position = int(each) if each.isascii() and each.isdigit() and len(each) < 4 else 0
        if question is None or not 1 <= position <= len(question.answers):
            is_cut = True
            break
        answer = question.answers[position - 1]
        steps.append(Step(question, answer, done))
        done = extend(done, position)
        question = tree.by_code.get(answer.next_code) if answer.next_code else None
    return Walk(tuple(steps), question, done, is_cut)
