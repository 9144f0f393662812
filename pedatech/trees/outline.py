"""The whole tree as a nested list, for paper and for those who want to see it at once."""

from dataclasses import dataclass, field

from pedatech.trees.graph import Answer, Question, Tree


@dataclass(frozen=True)
class Branch:
    """A question of the outline with what follows each answer."""

    number: int
    question: Question
    ways: list["Way"] = field(default_factory=list)


@dataclass(frozen=True)
class Way:
    """An answer: what follows it, or the number of a question that is told elsewhere."""

    answer: Answer
    branch: Branch | None
    see_number: int | None


def outline(tree: Tree) -> Branch | None:
    """The tree from its first question; a question met twice is told once and then named.

    So a graph whose branches join stays as long as its number of answers.
    """
    if tree.start is None:
        return None
    numbers: dict[str, int] = {}

    def tell(question: Question) -> Branch:
        numbers[question.code] = len(numbers) + 1
        branch = Branch(numbers[question.code], question)
        for answer in question.answers:
            following = tree.by_code.get(answer.next_code) if answer.next_code else None
            if following is None:
                branch.ways.append(Way(answer, None, None))
            elif following.code in numbers:
                branch.ways.append(Way(answer, None, numbers[following.code]))
            else:
                branch.ways.append(Way(answer, tell(following), None))
        return branch

    return tell(tree.start)
