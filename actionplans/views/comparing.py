"""What the pages that compare two versions have in common."""

from typing import Any

from django.utils.translation import get_language

from actionplans.annex import Audience, compare, render, units_of
from actionplans.annex.rendering import Frozen


def comparison(old: Frozen, new: Frozen, audience: Audience) -> dict[str, Any]:
    """`changes` field by field and row by row as that audience reads them, and those that are `changed`.

    In the reader's language; asks are left out.
    """
    both = (render(each, audience, get_language() or "") for each in (old, new))
    changes = compare(*(units_of(annex) for annex in both))
    return {"changes": changes, "changed": [each for each in changes if each.is_changed]}
