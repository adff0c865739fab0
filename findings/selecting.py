"""CARs that a reader chose on a list, to do something with all of them; what can be done, each room says."""

from collections.abc import Callable
from functools import cached_property
from itertools import islice
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse

from carportal.core.decorators import ActorRequest
from findings.filters import Filters, Viewpoint
from findings.models import Finding
from findings.querysets import FindingQuerySet
from findings.sections import Section

WHICH = "of"
PICKED, PAGE, ALL = (
    "picked",
    "page",
    "all",
)  # those ticked, the page as it was shown, all that the filters leave
PICK, HERE = "pick", "here"
MOST_PICKED = 100  # a page of a list has fewer
NAMED = 5  # CARs that are named before something is done with all


class Selection:
    """Of a list under its filters: some CARs by their ids, or all; `data` is what the list's form has sent.

    What was picked stays picked though it no longer matches the filters; what is not visible is never in it.
    """

    def __init__(self, view: Viewpoint, data: QueryDict) -> None:
        self.view = view
        self.filters = Filters(view, data.dict())
        self.picked = None if data.get(WHICH) == ALL else _picked(data)

    @property
    def findings(self) -> FindingQuerySet:
        if self.picked is None:
            return self.filters.findings
        return self.view.visible.filter(pk__in=self.picked)

    @cached_property
    def count(self) -> int:
        return self.findings.order_by().count()

    @property
    def gone(self) -> int:
        """How many were picked that the reader does not see, any more or at all."""
        return len(self.picked) - self.count if self.picked is not None else 0

    @cached_property
    def changed(self) -> int:
        """How many were picked on the list and do not match its filters any more."""
        if self.picked is None:
            return 0
        return self.count - self.filters.findings.order_by().filter(pk__in=self.picked).count()

    @property
    def first(self) -> list[Finding]:
        """The newest, to be named."""
        newest = self.findings.select_related("site").order_by("-raised_on", "-reference")
        return list(newest[:NAMED])

    @property
    def query(self) -> list[tuple[str, str]]:
        """What says the same once more, in an address or as hidden fields."""
        chosen = list(self.filters.query.items())
        if self.picked is None:
            return [*chosen, (WHICH, ALL)]
        return [*chosen, *((PICK, str(pk)) for pk in self.picked)]

    def url(self, to: str) -> str:
        """The page that takes it."""
        return f"{reverse(to)}?{urlencode(self.query)}"


def _picked(data: QueryDict) -> list[UUID]:
    """Each once, in the order in which they were sent; what is no id counts for nothing."""
    sent = data.get(HERE, "").split(",") if data.get(WHICH) == PAGE else data.getlist(PICK)
    found: dict[UUID, None] = {}
    for text in islice(sent, MOST_PICKED):
        try:
            found[UUID(text)] = None
        except ValueError:
            continue
    return list(found)


# What can be done with a selection: a part of the page that shows it, None for who may not.
ActProvider = Callable[[ActorRequest, Selection], Section | None]

_providers: list[ActProvider] = []


def register_act(provider: ActProvider) -> ActProvider:
    """Make a provider known; called from an app's `AppConfig.ready()`, again changes nothing."""
    if provider not in _providers:
        _providers.append(provider)
    return provider


def acts_for(request: ActorRequest, selection: Selection) -> list[Section]:
    found = (provider(request, selection) for provider in _providers)
    return sorted((act for act in found if act is not None), key=lambda act: act.rank)
