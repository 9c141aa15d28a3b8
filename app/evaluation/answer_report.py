"""What was measured of answers: as a table for a person, as Markdown, as JSON and as a picture."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from xml.sax.saxutils import escape

from app.ask.stages import Stage
from app.core.answer import AnswerKind
from app.evaluation.folder import HALVES, Question

COLUMNS = ("holds", "right", "cited", "refused", "closest", "refused rightly", "closest rightly")
BAR, ROW, LABEL = 360, 22, 300
"""Points of the plot: a whole bar, a line, the names beside it."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A question and its answer. ``cited`` says of each citation whether it stands on a page of the evidence;
    ``seconds`` are of CPU."""

    question: Question
    kind: AnswerKind
    text: str
    holds: bool
    cited: tuple[bool, ...]
    seconds: float

    @property
    def refused(self) -> bool:
        """Whether nothing was answered, not even the closest passages."""
        return self.kind.found_nothing

    @property
    def closest(self) -> bool:
        """Whether only the closest passages were shown, as such."""
        return self.kind is AnswerKind.CLOSEST

    @property
    def line(self) -> str:
        """The question, what it should be and what came, in one line for a person."""
        if self.question.answerable:
            verdict = "holds" if self.holds else "-----"
        else:
            verdict = "right" if self.refused or self.closest else "WRONG"
        asked, wanted, came = (
            " ".join(text.split())
            for text in (self.question.text, "; ".join(self.question.answers), self.text)
        )
        return f"{verdict} {self.kind:9} {asked[:140]} | {wanted[:90]} | {came[:260]}"


@dataclass(frozen=True, slots=True)
class Group:
    """Questions of one source, kind or ending, with their shares, 0–1, ``None`` where there are none.

    Of the answerable: ``holds``, the known answer can be read in the answer; ``right``, it holds and a
    citation stands on a page of the evidence; ``cited``, the mean share of citations that do; ``refused``
    and ``closest``. Of the others, which should not be answered, the last two.
    """

    name: str
    answerable: int
    unanswerable: int
    shares: dict[str, float | None]


@dataclass(frozen=True, slots=True)
class Report:
    """The answers, and those that each stage left out gave."""

    answered: tuple[Answered, ...]
    without: Mapping[Stage, tuple[Answered, ...]]

    @property
    def median_seconds(self) -> float:
        """Seconds of CPU that half of the answers took at most."""
        return median(each.seconds for each in self.answered)

    def groups(self) -> list[tuple[str, list[Group]]]:
        """Return groups of answers under what they are grouped by, the first one of all."""
        parts: list[tuple[str, Callable[[Answered], str]]] = [
            ("source", lambda each: each.question.source.partition(" ")[0].rpartition("/")[2]),
            ("kind of answer", lambda each: each.question.kind),
            ("half of the documents", lambda each: str(each.question.half)),
            ("ending", lambda each: each.kind.value),
        ]
        found = [("all", [_group("all questions", self.answered)])]
        found += [(name, list(_group_by(self.answered, key))) for name, key in parts]
        if self.without:
            left_out = [_group(f"without {stage}", answers) for stage, answers in self.without.items()]
            found.append(("stage left out", left_out))
        return [(name, groups) for name, groups in found if groups]

    def table(self) -> str:
        """Return the shares for a person, in percent."""
        lines = []
        for name, groups in self.groups():
            lines.append(f"{name:34}{'n':>9}" + "".join(f"{column:>17}" for column in COLUMNS))
            for group in groups:
                shares = "".join(f"{_percent(group.shares[column]):>17}" for column in COLUMNS)
                lines.append(f"{group.name[:33]:34}{group.answerable:>5}+{group.unanswerable:<3}{shares}")
            lines.append("")
        return "\n".join([*lines, self._cost()])

    def markdown(self) -> str:
        """Return the shares as tables of Markdown, in percent."""
        lines = []
        for name, groups in self.groups():
            lines.append(f"| {name} | answerable | others | {' | '.join(COLUMNS)} |")
            lines.append("|---" * (len(COLUMNS) + 3) + "|")
            for group in groups:
                shares = " | ".join(_percent(group.shares[column]) for column in COLUMNS)
                lines.append(f"| {group.name} | {group.answerable} | {group.unanswerable} | {shares} |")
            lines.append("")
        return "\n".join([*lines, self._cost(), ""])

    def json(self) -> str:
        """Return the shares, and every answer, for a program."""
        groups = {
            name: [
                {"name": each.name, "answerable": each.answerable, "others": each.unanswerable} | each.shares
                for each in some
            ]
            for name, some in self.groups()
        }
        answers = [
            {
                "question": each.question.text,
                "kind": each.kind.value,
                "text": each.text,
                "holds": each.holds,
                "cited": list(each.cited),
                "seconds": each.seconds,
            }
            for each in self.answered
        ]
        fields = {"groups": groups, "median_seconds": self.median_seconds, "answers": answers}
        return json.dumps(fields, ensure_ascii=False, indent=2) + "\n"

    def plot(self) -> str:
        """Return a picture, as SVG, of the share of answers that hold and, behind it, that are right."""
        bars: list[str] = []
        for name, groups in self.groups():
            bars.append(_plot_text(0, len(bars), name, "bold"))
            bars += [_plot_bars(len(bars) + at, group) for at, group in enumerate(groups)]
        size = f'width="{LABEL + BAR + 60}" height="{ROW * (len(bars) + 1)}"'
        head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="13">'
        return "\n".join([head, *bars, "</svg>", ""])

    def _cost(self) -> str:
        return f"Half of the answers took at most {1000 * self.median_seconds:.0f} ms of CPU."


def _group_by(answered: Sequence[Answered], key: Callable[[Answered], str]) -> Iterator[Group]:
    """Yield a group for each value of the key, the largest first; none where all have the same."""
    counts = Counter(map(key, answered))
    # One group alone would repeat the line of all questions.
    if len(counts) < len(HALVES):
        return
    for name, _ in counts.most_common():
        yield _group(name or "not said", [each for each in answered if key(each) == name])


def _group(name: str, answered: Sequence[Answered]) -> Group:
    answerable = [each for each in answered if each.question.answerable]
    others = [each for each in answered if not each.question.answerable]
    # Some folders know the answer and not its page: these say nothing of citations.
    with_pages = [each for each in answerable if each.question.pages]
    shares = {
        "holds": _mean([each.holds for each in answerable]),
        "right": _mean([each.holds and any(each.cited) for each in with_pages]),
        "cited": _mean([sum(each.cited) / len(each.cited) for each in answerable if each.cited]),
        "refused": _mean([each.refused for each in answerable]),
        "closest": _mean([each.closest for each in answerable]),
        "refused rightly": _mean([each.refused for each in others]),
        "closest rightly": _mean([each.closest for each in others]),
    }
    return Group(name, len(answerable), len(others), shares)


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f}"


def _plot_bars(at: int, group: Group) -> str:
    holds, right = group.shares["holds"] or 0.0, group.shares["right"] or 0.0
    top = at * ROW + 4
    return (
        f'{_plot_text(12, at, group.name)}<rect x="{LABEL}" y="{top}" width="{BAR * holds:.1f}" height="14" '
        f'fill="#9ec5e8"/><rect x="{LABEL}" y="{top}" width="{BAR * right:.1f}" height="14" fill="#2b6cb0"/>'
        f"{_plot_text(LABEL + BAR * holds + 6, at, _percent(group.shares['holds']))}"
    )


def _plot_text(left: float, at: int, text: str, weight: str = "normal") -> str:
    return f'<text x="{left:.0f}" y="{at * ROW + 15}" font-weight="{weight}">{escape(text[:44])}</text>'
