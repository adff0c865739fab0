"""Two versions of a plan side by side: which fields changed, and in those which words."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

from actionplans.annex.edits import Budget, Kind, Run, edits, joined
from actionplans.annex.rendering import RenderedAnnex
from actionplans.annex.scripts import tokens

# Some tenths of a second for a field of the greatest length of which hardly a word was kept.
STEPS = 100_000
# A passage that did not change is folded in the middle from this many characters on.
LONG, SHOWN = 600, 200
# A passage of at most so many characters may have been kept by chance.
BY_CHANCE = 20

_SENTENCE = re.compile(r"[^\n.!?。！？।؟]*(?:\n+|[.!?。！？।؟]+[ \t]*|$)")


@dataclass(frozen=True, slots=True)
class Unit:
    """What is compared as one: a field, or whatever else of a plan has a place and a label of its own."""

    key: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A passage that was kept, removed or added."""

    kind: Kind
    text: str

    @property
    def is_blank(self) -> bool:
        """Blanks and line ends alone, which nobody would see."""
        return not self.text.strip()

    @property
    def is_line_end(self) -> bool:
        return self.is_blank and "\n" in self.text

    @property
    def folded(self) -> tuple[str, str, str] | None:
        """Beginning, middle and end of a long passage that did not change."""
        if self.kind != Kind.SAME or len(self.text) < LONG:
            return None
        start, end = self.text.rfind(" ", 0, SHOWN), self.text.find(" ", len(self.text) - SHOWN)
        if start < 0 or end < 0:
            return None
        return self.text[:start], self.text[start:end], self.text[end:]


@dataclass(frozen=True, slots=True)
class Change:
    """One unit in both versions; what only one of them has, is empty in the other."""

    key: str
    label: str
    old: str
    new: str

    @property
    def is_changed(self) -> bool:
        return self.old != self.new

    @property
    def pieces(self) -> list[Piece]:
        return compare_texts(self.old, self.new)


def units_of(annex: RenderedAnnex) -> list[Unit]:
    """What of a rendered version is compared, in its order: each text, and then each row beside it.

    What belongs to a row, such as the whys of a cause, is compared with it.
    """
    units = []
    for row in annex.rows:
        units.append(Unit(row.name, row.label, row.text))
        units += [
            Unit(str(beside.id), group.label_of(beside), "\n".join(beside.lines))
            for group in row.groups
            for beside in group.rows
        ]
    return units


def compare(old: Sequence[Unit], new: Sequence[Unit]) -> list[Change]:
    """Every unit of both, in the newer one's order; what is gone stands behind what it stood behind."""
    before, after = ({unit.key: unit for unit in units} for units in (old, new))
    order = list(after)
    for previous, unit in pairwise([None, *old]):
        if unit is not None and unit.key not in after:
            order.insert(order.index(previous.key) + 1 if previous else 0, unit.key)
    return [
        Change(
            key,
            (after.get(key) or before[key]).label,
            before[key].text if key in before else "",
            after[key].text if key in after else "",
        )
        for key in order
    ]


def compare_texts(old: str, new: str) -> list[Piece]:
    """Word by word, or letter by letter where a script has no blanks; within sentences that changed.

    What was kept and removed is the old text, what was kept and added the new one.
    """
    budget = Budget(STEPS)
    runs: list[Run] = []
    for removed, added, kept in _changes(edits(_sentences(old), _sentences(new), Budget(STEPS))):
        runs += edits(tokens(removed), tokens(added), budget)
        runs.append(Run(Kind.SAME, kept))
    return [Piece(run.kind, "".join(run.tokens)) for run in joined(_readable(joined(runs)))]


def _sentences(text: str) -> list[str]:
    return [sentence for sentence in _SENTENCE.findall(text) if sentence]


def _changes(runs: Iterable[Run]) -> Iterator[tuple[str, str, Sequence[str]]]:
    """What was removed and added in one place, and what was kept after it."""
    texts = {Kind.REMOVED: "", Kind.ADDED: ""}
    for run in runs:
        if run.kind == Kind.SAME:
            yield texts[Kind.REMOVED], texts[Kind.ADDED], run.tokens
            texts = {Kind.REMOVED: "", Kind.ADDED: ""}
        else:
            texts[run.kind] = "".join(run.tokens)
    yield texts[Kind.REMOVED], texts[Kind.ADDED], []


def _readable(runs: list[Run]) -> Iterator[Run]:
    """A blank, or a word by chance, that was kept between two changes is told as part of them."""
    for index, run in enumerate(runs):
        if run.kind == Kind.SAME and _is_by_chance(runs, index):
            yield Run(Kind.REMOVED, run.tokens)
            yield Run(Kind.ADDED, run.tokens)
        else:
            yield run


def _is_by_chance(runs: list[Run], index: int) -> bool:
    """Whether a passage that was kept is short, and no longer than what changed before and after it."""
    kept = "".join(runs[index].tokens)
    before, after = _changed(runs[max(0, index - 2) : index][::-1]), _changed(runs[index + 1 : index + 3])
    if "\n" in kept or len(kept) > BY_CHANCE or not (before and after):
        return False
    return len(kept) <= min(before, after) or not any(letter.isalnum() for letter in kept)


def _changed(runs: Iterable[Run]) -> int:
    """The letters of the nearest change: removed or added, whichever is more."""
    nearest = takewhile(lambda run: run.kind != Kind.SAME, runs)
    return max((sum(map(len, run.tokens)) for run in nearest), default=0)
