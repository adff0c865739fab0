"""Dates as spreadsheets have them; one that could be two days is no date until the person says which comes first."""

import datetime
import re
from enum import StrEnum

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from findings.importing.tables import Value


class DayOrder(StrEnum):
    """What comes first in 03/04/2025; the values are those of a form's field."""

    UNKNOWN = ""
    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


class NoDate(ValueError):
    """Says why."""


MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sep sept",
            "october oct",
            "november nov",
            "december dec",
        ],
        start=1,
    )
    for name in names.split()
}
# Day 1 of Excel is 1 January 1900, and it counts a 29 February 1900 that never was.
EPOCHS = {False: datetime.date(1899, 12, 30), True: datetime.date(1904, 1, 1)}
# Day numbers of the years that social audits were held in, 1990 to 2099: no reference or year is taken for one.
DAY_NUMBERS = {False: range(32874, 73051), True: range(31412, 71589)}

_TIME = r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[AaPp][Mm])?(?:Z|[+-]\d\d:?\d\d)?)?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_TIME}")
_YEAR_LAST = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}){_TIME}")
_SHORT_YEAR = re.compile(r"\d{1,2}([-/.])\d{1,2}\1\d{2}")
_DAY_MONTH = re.compile(rf"(\d{{1,2}})(?:st|nd|rd|th)?[-/. ]*([A-Za-z]+)[-/., ]*(\d{{4}}|\d{{2}}){_TIME}")
_MONTH_DAY = re.compile(rf"([A-Za-z]+)[-/. ]*(\d{{1,2}})(?:st|nd|rd|th)?[-/., ]+(\d{{4}}){_TIME}")
_WEEKDAY = re.compile(
    r"^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?[,. ]+", re.IGNORECASE
)


def read_date(value: Value, order: DayOrder, *, starts_in_1904: bool = False) -> datetime.date:
    """The day; NoDate with its reason for anything that is not surely one."""
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise _no_date()
    if isinstance(value, str):
        value = " ".join(value.split())
        if not re.fullmatch(r"\d{5}(?:\.\d+)?", value):
            return _of_text(value, order)
        value = float(value)
    if int(value) not in DAY_NUMBERS[starts_in_1904]:
        raise _no_date()
    return EPOCHS[starts_in_1904] + datetime.timedelta(days=int(value))


def _of_text(text: str, order: DayOrder) -> datetime.date:
    text = _WEEKDAY.sub("", text)
    if match := _YEAR_FIRST.fullmatch(text):
        return _day(int(match[1]), int(match[3]), int(match[4]))
    if match := _YEAR_LAST.fullmatch(text):
        return _in_order(int(match[1]), int(match[3]), int(match[4]), order)
    if match := _DAY_MONTH.fullmatch(text):
        return _day(_year(match[3]), _month(match[2]), int(match[1]))
    if match := _MONTH_DAY.fullmatch(text):
        return _day(int(match[3]), _month(match[1]), int(match[2]))
    if _SHORT_YEAR.fullmatch(text):
        raise NoDate(_("The year has two digits only. Write it in full, as in 2026-03-27."))
    raise _no_date()


def _in_order(first: int, second: int, year: int, order: DayOrder) -> datetime.date:
    """27/03/2026 can be one day only; 03/04/2026 is one once the order is known."""
    if order == DayOrder.UNKNOWN:
        if first <= 12 and second <= 12 and first != second:
            raise NoDate(
                _("This could be %(one)s or %(other)s. Say whether the day or the month comes first.")
                % {
                    "one": date_format(_day(year, second, first), "j F Y"),
                    "other": date_format(_day(year, first, second), "j F Y"),
                }
            )
        month_first = second > 12
    else:
        month_first = order == DayOrder.MONTH_FIRST
    day, month = (second, first) if month_first else (first, second)
    if month > 12 >= day:
        raise NoDate(
            _("By the order that you chose, this would be month %(month)s. Check the order.")
            % {"month": month}
        )
    return _day(year, month, day)


def _month(name: str) -> int:
    try:
        return MONTHS[name.lower()]
    except KeyError:
        raise _no_date() from None


def _year(digits: str) -> int:
    """27-Mar-26 is how Excel itself shows a date."""
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _day(year: int, month: int, day: int) -> datetime.date:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        raise NoDate(_("There is no such day.")) from None


def _no_date() -> NoDate:
    return NoDate(_("This is no date. Write it as in 2026-03-27 or 27 March 2026."))
