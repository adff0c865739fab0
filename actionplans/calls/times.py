"""Times as people's clocks show them: read from a clock somewhere, and said for a reader elsewhere."""

from datetime import UTC, datetime, timedelta, tzinfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

DAY, CLOCK = "l j F Y", "H:i"


def instant(local: datetime, zone: tzinfo) -> datetime:
    """The moment at which the clocks of the zone show this; ValueError, with a sentence, if never or twice."""
    before, after = local.replace(tzinfo=zone, fold=0), local.replace(tzinfo=zone, fold=1)
    moment = before.astimezone(UTC)
    if before.utcoffset() == after.utcoffset():
        return moment
    shown = {"zone": name_of(zone), "day": date_format(local, "j F Y"), "time": f"{local:%H:%M}"}
    if moment.astimezone(zone).replace(tzinfo=None) != local:
        raise ValueError(
            _(
                "On %(day)s the clocks in %(zone)s go forward and pass over %(time)s. Choose an earlier or a later time."
            )
            % shown
        )
    raise ValueError(
        _(
            "On %(day)s the clocks in %(zone)s go back and show %(time)s twice. Choose an earlier or a later time."
        )
        % shown
    )


def in_words(start: datetime, minutes: int, zone: tzinfo | None = None) -> str:
    """From when to when, on the reader's clock, with the zone that it shows; the current one if none is said."""
    zone = zone or timezone.get_current_timezone()
    begins, ends = start.astimezone(zone), (start + timedelta(minutes=minutes)).astimezone(zone)
    same_day = begins.date() == ends.date()
    return _("%(day)s, %(begins)s to %(ends)s, %(zone)s (%(offset)s)") % {
        "day": date_format(begins, DAY),
        "begins": date_format(begins, CLOCK),
        "ends": date_format(ends, CLOCK if same_day else f"{DAY}, {CLOCK}"),
        "zone": name_of(zone),
        "offset": f"UTC{begins.isoformat()[-6:]}",
    }


def name_of(zone: tzinfo) -> str:
    return str(zone).replace("_", " ")
