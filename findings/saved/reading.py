"""The saved views of a page, for the place beside its filters."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse

from carportal.core.actor import Actor
from carportal.core.prepared import prepared
from findings.filters import Filters
from findings.models import SavedView
from findings.saved.places import Place


@dataclass(frozen=True, slots=True)
class Beside:
    """Those that the reader sees, which of them the page shows now, and where what is chosen becomes another."""

    views: list[SavedView]
    current: SavedView | None
    save_url: str

    def __bool__(self) -> bool:
        return bool(self.views or self.save_url)


def views_beside(filters: Filters, place: Place) -> Beside:
    """One query."""
    actor = filters.view.actor
    query = filters.query
    views = list(_views(actor, place.name))
    current = next((view for view in views if view.query == query), None)
    may_save = bool(query) and current is None and actor.organisation_id is not None
    url = f"{reverse('view_save', args=[place.name])}?{urlencode(query)}"
    return Beside(views, current, url if may_save else "")


@prepared
def _views(actor: Actor, place: str) -> QuerySet[SavedView]:
    return SavedView.objects.visible_to(actor).filter(place=place)
