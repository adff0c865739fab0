"""Saved views, as a test needs them."""

from django.utils import timezone

from findings.filters import Filters, Viewpoint
from findings.models import SavedView
from findings.saved.places import LIST
from findings.saved.services import Naming, save_view
from tests.personas import Persona

WAGES = {"area": "5A", "status": "all"}


def save_cars(persona: Persona, name: str = "Wages", *, is_shared: bool = False, **query: str) -> SavedView:
    """Of the list of CARs: those about wages, unless something else is to be chosen."""
    filters = Filters(Viewpoint(persona.actor, timezone.localdate()), query or WAGES)
    naming = Naming(name, is_shared)
    return save_view(actor=persona.actor, place=LIST, filters=filters, naming=naming)
