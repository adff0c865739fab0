"""A call as calendars take it in: iCalendar (RFC 5545) and its methods (RFC 5546).

Times are in UTC, so that no calendar has to know our time zones. The only people in it are the portal, which
sends it, and its one reader: of two parties, neither learns of the other's people.
"""

from email.utils import parseaddr

import icalendar
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from actionplans.calls.models import Call, CallStatus
from actionplans.plans.mails import absolute
from carportal.core.notifications import Calendar

REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"


def invitation(call: Call, *, to: str, name: str) -> Calendar:
    """Whatever was agreed last, for one reader: put it there, move it, or take it out."""
    method = REQUEST if call.status in {CallStatus.AGREED, CallStatus.HELD} else CANCEL
    event = _event(call)
    attendee = icalendar.vCalAddress(f"mailto:{to}")
    if name:
        attendee.params["CN"] = name
    # Whoever is told need not answer: the call is agreed, and nobody reads the portal's own mail.
    attendee.params |= {"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "FALSE"}
    event.add("attendee", attendee, encode=False)
    return Calendar(method, _calendar(event, method))


def file_of(call: Call) -> str:
    """To be opened by whoever may see the call: it asks nobody to take part."""
    return _calendar(_event(call), PUBLISH)


def _event(call: Call) -> icalendar.Event:
    share = call.share
    finding = share.plan.finding
    event = icalendar.Event()
    event.add("uid", str(call.pk))
    event.add("sequence", call.sequence)
    event.add("dtstamp", call.changed_at)
    event.add("dtstart", call.starts_at)
    event.add("dtend", call.ends_at)
    event.add(
        "summary",
        _("Call on %(reference)s, %(site)s") % {"reference": finding.reference, "site": finding.site.name},
    )
    event.add("description", call.about)
    event.add("location", call.readable_where)
    event.add("url", absolute(f"{reverse('share', args=[share.pk])}#calls"))
    event.add("status", "CONFIRMED" if call.status in {CallStatus.AGREED, CallStatus.HELD} else "CANCELLED")
    event.add("organizer", _portal(), encode=False)
    return event


def _portal() -> icalendar.vCalAddress:
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    portal = icalendar.vCalAddress(f"mailto:{address}")
    portal.params["CN"] = name or _("CAR portal")
    return portal


def _calendar(event: icalendar.Event, method: str) -> str:
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//CAR portal//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    return calendar.to_ical().decode()
