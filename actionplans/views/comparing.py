"""What the pages that compare two versions have in common."""

from typing import Any

from django.utils.translation import get_language

from actionplans.annex import Audience, compare, render, units_of
from actionplans.annex.rendering import Frozen


def comparison(old: Frozen, new: Frozen) -> dict[str, Any]:
    """`changes` field by field in the reader's language, and those that are `changed`; asks are left out."""
    both = (render(each, Audience(), get_language() or "") for each in (old, new))
    changes = compare(*(units_of(annex) for annex in both))
    return {"changes": changes, "changed": [each for each in changes if each.is_changed]}
