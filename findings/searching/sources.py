"""Where it is searched; rooms above bring their own, without this room knowing what they search in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise

from carportal.core.actor import Actor
from carportal.core.folding import Run
from findings.searching.words import Words

# At most so many of what matches are put in order and counted: to rank all that has a common word would cost more
# than it tells.
RANKED = 1_000
# So many of a reader's newest are looked at first. Of words that so many of these have, enough are found by going on
# likewise; what is rarer, an index of words finds the sooner, which has no order.
LOOKED_AT = 2 * RANKED
COMMON = LOOKED_AT // 20


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found: its name with what matched in it, where it leads, and what it is about."""

    title: Sequence[Run]
    url: str
    about: str | Promise = ""
    where: str | Promise = ""  # in which of its texts the excerpt stands
    excerpt: Sequence[Run] = ()
    status: str = ""
    status_label: str | Promise = ""

    @property
    def name(self) -> str:
        return "".join(run.text for run in self.title)


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what was found, the best first; `count` is of all, `RANKED` of so many or more."""

    hits: list[Hit] = field(default_factory=list)
    count: int = 0

    @property
    def is_capped(self) -> bool:
        return self.count >= RANKED


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of thing: `search` is asked as whom, for what, from which one on, and for how many at most."""

    name: str  # in the address
    label: str | Promise
    search: Callable[[Actor, Words, int, int], Found]
    rank: int = 50


_sources: dict[str, Source] = {}


def register_sources(*new: Source) -> None:
    """Make sources known; called from an app's `AppConfig.ready()`, again changes nothing."""
    _sources.update({source.name: source for source in new})


def all_sources() -> list[Source]:
    return sorted(_sources.values(), key=lambda source: source.rank)
