"""How long ago something was, in words and in bands; an age is told, never judged."""

import calendar
import datetime
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

MONTHS_TOLD = 24


class Band(NamedTuple):
    """Ages from `months` on, up to those of the next band."""

    value: str
    label: str | Promise
    months: int


BANDS = [
    Band("0-6-months", gettext_lazy("Under 6 months"), 0),
    Band("6-12-months", gettext_lazy("6 to 12 months"), 6),
    Band("1-2-years", gettext_lazy("1 to 2 years"), 12),
    Band("2-3-years", gettext_lazy("2 to 3 years"), 24),
    Band("3-years", gettext_lazy("3 years or more"), 36),
]


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


def months_before(on: datetime.date, months: int) -> datetime.date:
    """The last day that is so many months ago; of a month without that day, its last one."""
    year, month = divmod(on.year * 12 + on.month - 1 - months, 12)
    return datetime.date(year, month + 1, min(on.day, calendar.monthrange(year, month + 1)[1]))
