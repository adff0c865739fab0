"""How long ago something was, in words; an age is told, never judged."""

import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

MONTHS_TOLD = 24


def age_in_words(since: datetime.date, *, on: datetime.date) -> str:
    """Days for the first month, months up to two years, then years."""
    days = max((on - since).days, 0)
    months = (on.year - since.year) * 12 + on.month - since.month - (on.day < since.day)
    if days == 0:
        return _("today")
    if months < 1:
        return ngettext("%(n)s day ago", "%(n)s days ago", days) % {"n": days}
    if months < MONTHS_TOLD:
        return ngettext("%(n)s month ago", "%(n)s months ago", months) % {"n": months}
    return ngettext("%(n)s year ago", "%(n)s years ago", months // 12) % {"n": months // 12}
