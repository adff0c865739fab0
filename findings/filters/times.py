"""The filters of this room by when a CAR was raised, how often, and when it ended."""

import datetime
from collections.abc import Callable

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Case, CharField, Exists, OuterRef, Q, Value, When
from django.db.models.expressions import Combinable
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from findings.ages import BANDS, months_before
from findings.filters.definition import Choice, Filter, Viewpoint, supplier_and_operator
from findings.quarters import Quarter, quarters_until

QUARTERS = 12  # those that the charts show
YEARS = 4
AGAIN = "again"
MANY = 4
_MOST_RECENT, *_OLDER = BANDS


def _bands(_view: Viewpoint) -> list[Choice]:
    return [Choice(band.value, band.label) for band in BANDS]


def _in_band(value: str, view: Viewpoint) -> Q:
    place = next(number for number, band in enumerate(BANDS) if band.value == value)
    condition = Q()
    if place > 0:
        condition &= Q(raised_on__lte=months_before(view.today, BANDS[place].months))
    if place + 1 < len(BANDS):
        condition &= Q(raised_on__gt=months_before(view.today, BANDS[place + 1].months))
    return condition


def _band_of(view: Viewpoint) -> Combinable:
    """The oldest band that it has come to."""
    reached = [
        When(raised_on__lte=months_before(view.today, band.months), then=Value(band.value))
        for band in reversed(_OLDER)
    ]
    return Case(*reached, default=Value(_MOST_RECENT.value), output_field=CharField())


def _times(view: Viewpoint) -> list[Choice]:
    again = Choice(AGAIN, _("More than once"), _("Raised again"))
    if not supplier_and_operator(view.actor):
        return [again]
    exact = [Choice(str(n), _("%(n)s times") % {"n": n}) for n in range(2, MANY)]
    return [again, *exact, Choice(str(MANY), _("%(n)s times or more") % {"n": MANY})]


def _raised_times(value: str, view: Viewpoint) -> Q:
    """Who does not see every audit of a site counts only the CARs that it sees."""
    if not supplier_and_operator(view.actor):
        before = view.visible.order_by().filter(superseded_by=OuterRef("pk"), raised_anew_as=None)
        return Q(times_raised__gt=1) & Q(Exists(before))  # one that was raised once has none
    if value == AGAIN:
        return Q(times_raised__gt=1)
    return Q(times_raised__gte=MANY) if value == str(MANY) else Q(times_raised=int(value))


def _times_of(_view: Viewpoint) -> Combinable:
    """Once is no choice of its own."""
    exact = [When(times_raised=n, then=Value(str(n))) for n in range(2, MANY)]
    many = When(times_raised__gte=MANY, then=Value(str(MANY)))
    return Case(*exact, many, default=Value(""), output_field=CharField())


def _quarters(view: Viewpoint) -> list[Choice]:
    return [Choice(str(each), each.in_words) for each in reversed(quarters_of(view.today))]


def quarters_of(today: datetime.date) -> list[Quarter]:
    """Those that can be chosen, the oldest first."""
    return quarters_until(today, count=QUARTERS)


def years_of(today: datetime.date) -> list[int]:
    """Those that can be chosen, the newest first."""
    return [today.year - back for back in range(YEARS)]


def _years(view: Viewpoint) -> list[Choice]:
    return [Choice(str(year), str(year)) for year in years_of(view.today)]


def _in_year(value: str, _view: Viewpoint) -> Q:
    year = int(value)
    return Q(raised_on__gte=datetime.date(year, 1, 1), raised_on__lt=datetime.date(year + 1, 1, 1))


def _in_quarter(field: str) -> Callable[[str, Viewpoint], Q]:
    def condition(value: str, view: Viewpoint) -> Q:
        quarter = next(each for each in quarters_of(view.today) if str(each) == value)
        days = {f"{field}__gte": quarter.first_day, f"{field}__lt": quarter.shifted(1).first_day}
        return Q(**days)

    return condition


def _day(value: str) -> Choice | None:
    try:
        day = forms.DateField().clean(value)
    except ValidationError:
        return None
    return Choice(day.isoformat(), date_format(day, "j F Y"))


def _raised_from(value: str, _view: Viewpoint) -> Q:
    return Q(raised_on__gte=datetime.date.fromisoformat(value))


def _raised_until(value: str, _view: Viewpoint) -> Q:
    return Q(raised_on__lte=datetime.date.fromisoformat(value))


AGE = Filter(
    name="age",
    label=_("Age"),
    everything=_("Any age"),
    choices=_bands,
    condition=_in_band,
    value_of=_band_of,
    rank=21,
)
TIMES = Filter(
    name="times",
    label=_("How often raised"),
    everything=_("Once or more"),
    choices=_times,
    condition=_raised_times,
    value_of=_times_of,
    counted=True,
    rank=22,
)
RAISED_FROM = Filter(
    name="raised_from",
    label=_("Raised on or after"),
    everything=_("Any day"),
    read=_day,
    condition=_raised_from,
    rank=78,
)
RAISED_UNTIL = Filter(
    name="raised_until",
    label=_("Raised on or before"),
    everything=_("Any day"),
    read=_day,
    condition=_raised_until,
    rank=79,
)
RAISED_IN = Filter(
    name="raised",
    label=_("Raised in"),
    everything=_("Any quarter"),
    choices=_quarters,
    condition=_in_quarter("raised_on"),
    rank=80,
)
RAISED_IN_YEAR = Filter(
    name="year",
    label=_("Raised in the year"),
    everything=_("Any year"),
    choices=_years,
    condition=_in_year,
    linked=True,
    rank=82,
)
ENDED_IN = Filter(
    name="ended",
    label=_("Ended in"),
    everything=_("Any quarter"),
    choices=_quarters,
    condition=_in_quarter("ended_on"),
    rank=81,
)
FILTERS = (AGE, TIMES, RAISED_FROM, RAISED_UNTIL, RAISED_IN, ENDED_IN, RAISED_IN_YEAR)
