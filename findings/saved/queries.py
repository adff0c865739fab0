"""What of an address a view keeps, and the address that it leads to."""

import re
from urllib.parse import urlencode

from django.urls import reverse

from findings.filters import Filters
from findings.models import SavedView
from findings.saved.places import Place

SORT = "sort"
NAME_OF_A_SORT = re.compile(r"-?[a-z_-]{1,30}")


def query_of(filters: Filters, sort: str = "") -> dict[str, str]:
    """What holds of it; never the page of a list that one had come to."""
    kept = dict(filters.chosen)
    if NAME_OF_A_SORT.fullmatch(sort):
        kept[SORT] = sort
    return kept


def url_of(view: SavedView, place: Place) -> str:
    """The page as it was saved. What its reader may not choose any more does nothing there."""
    return f"{reverse(place.url_name)}?{urlencode(view.query)}"
