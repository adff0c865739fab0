"""The scope of an audit in words."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from findings.requirements import AREA_CODES, FOUR_PILLARS, TWO_PILLARS


def scope_in_words(scope: Sequence[str]) -> str:
    if set(scope) == set(FOUR_PILLARS):
        return _("Four pillars: all areas")
    if set(scope) == set(TWO_PILLARS):
        return _("Two pillars: all areas but 10B and 10C")
    there = [code for code in AREA_CODES if code in set(scope)]
    missing = [code for code in AREA_CODES if code not in set(scope)]
    if len(missing) < len(there):
        return _("All areas but %(areas)s") % {"areas": ", ".join(missing)}
    return _("Only %(areas)s") % {"areas": ", ".join(there)}
