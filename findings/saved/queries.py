"""What of an address a view keeps, and the address that it leads to."""

from urllib.parse import urlencode

from django.urls import reverse

from findings.filters import Filters
from findings.models import SavedView
from findings.saved.places import Place


def query_of(filters: Filters) -> dict[str, str]:
    """What holds of it, and how the list is sorted; never the page of a list that one had come to."""
    return {**filters.chosen, **filters.sort.query}


def url_of(view: SavedView, place: Place) -> str:
    """The page as it was saved. What its reader may not choose any more does nothing there."""
    return f"{reverse(place.url_name)}?{urlencode(view.query)}"
