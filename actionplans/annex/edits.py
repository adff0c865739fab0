"""The shortest way from one list of tokens to another, in bounded time (E. W. Myers, 1986)."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

Tokens = Sequence[str]


class Kind(StrEnum):
    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


class Run(NamedTuple):
    """Tokens that follow one another and are all kept, all removed or all added."""

    kind: Kind
    tokens: Tokens


class Budget:
    """The steps that a comparison may still take; once they are spent, what is left counts as rewritten."""

    def __init__(self, steps: int) -> None:
        self.steps = steps

    def spend(self, steps: int) -> bool:
        """Whether they were still there."""
        self.steps -= steps
        return self.steps >= 0


def edits(old: Tokens, new: Tokens, budget: Budget) -> list[Run]:
    """Of a change what was removed comes first; with `old` and `new` exchanged it is the mirror image."""
    if (len(old), list(old)) > (len(new), list(new)):
        return joined(_turned(run) for run in edits(new, old, budget))
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    old_end, new_end = len(old) - end, len(new) - end
    return joined(
        [
            Run(Kind.SAME, old[:start]),
            *_middle(old[start:old_end], new[start:new_end], budget),
            Run(Kind.SAME, old[old_end:]),
        ]
    )


def joined(runs: Iterable[Run]) -> list[Run]:
    """The same runs, neighbours of one kind as one, and in each change first what was removed."""
    together: list[Run] = []
    pending: dict[Kind, list[str]] = {Kind.REMOVED: [], Kind.ADDED: []}

    def close() -> None:
        together.extend(Run(kind, tokens) for kind, tokens in pending.items() if tokens)
        pending.update({Kind.REMOVED: [], Kind.ADDED: []})

    for kind, tokens in runs:
        if kind != Kind.SAME:
            pending[kind].extend(tokens)
        elif tokens:
            close()
            before = together.pop().tokens if together and together[-1].kind == Kind.SAME else []
            together.append(Run(Kind.SAME, [*before, *tokens]))
    close()
    return together


def _turned(run: Run) -> Run:
    turned = {Kind.REMOVED: Kind.ADDED, Kind.ADDED: Kind.REMOVED}
    return Run(turned.get(run.kind, run.kind), run.tokens)


def _alike(old: Tokens, new: Tokens) -> int:
    """How many tokens the two have in common before they differ."""
    pairs = zip(old, new, strict=False)
    return next((index for index, (one, other) in enumerate(pairs) if one != other), min(len(old), len(new)))


def _middle(old: Tokens, new: Tokens, budget: Budget) -> list[Run]:
    trail = _search(old, new, budget) if old and new else None
    if trail is None:
        return [Run(Kind.REMOVED, old), Run(Kind.ADDED, new)]
    return _walk_back(old, new, trail)


def _search(old: Tokens, new: Tokens, budget: Budget) -> list[list[int]] | None:
    """For every number of changes, how far the one fewer came on each diagonal; None beyond the budget.

    A diagonal is the count of tokens read of `old` less that of `new`; those of a round lie two apart.
    """
    reached, trail = [0], []
    for changes in range(len(old) + len(new) + 1):
        trail.append(reached)
        further = []
        for index, diagonal in enumerate(range(-changes, changes + 1, 2)):
            x = start = _start(reached, index)
            while x < len(old) and x - diagonal < len(new) and old[x] == new[x - diagonal]:
                x += 1
            further.append(x)
            if x >= len(old) and x - diagonal >= len(new):
                return trail
            if not budget.spend(1 + x - start):
                return None
        reached = further
    raise AssertionError("all removed and all added is always a way")


def _start(reached: list[int], index: int) -> int:
    """Where a round begins on its diagonal of that index, by one more change to the round before."""
    if _adds(reached, index):
        return reached[min(index, len(reached) - 1)]
    return reached[index - 1] + 1


def _adds(reached: list[int], index: int) -> bool:
    """Whether that change adds a token to the diagonal above, or else removes one from the diagonal below."""
    return index == 0 or (index < len(reached) and reached[index - 1] < reached[index])


def _walk_back(old: Tokens, new: Tokens, trail: list[list[int]]) -> list[Run]:
    runs: list[Run] = []
    x, y = len(old), len(new)
    for changes in range(len(trail) - 1, -1, -1):
        index = (x - y + changes) // 2
        start = _start(trail[changes], index)
        runs.append(Run(Kind.SAME, old[start:x]))
        x, y = start, y - (x - start)
        if changes and _adds(trail[changes], index):
            y -= 1
            runs.append(Run(Kind.ADDED, new[y : y + 1]))
        elif changes:
            x -= 1
            runs.append(Run(Kind.REMOVED, old[x : x + 1]))
    return runs[::-1]
