"""The address that a view leads to."""

from urllib.parse import urlencode

from django.urls import reverse

from findings.models import SavedView
from findings.saved.places import Place


def url_of(view: SavedView, place: Place) -> str:
    """The page as it was saved. What its reader may not choose any more does nothing there."""
    return f"{reverse(place.url_name)}?{urlencode(view.query)}"
