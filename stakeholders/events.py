"""What the record of an organisation tells; whoever may open it reads all of it.

A supplier's sites and relationships are in the supplier's record, never in a customer's.
"""

from django.utils.translation import gettext_lazy as _

from carportal.core.actor import OrganisationKind
from carportal.core.audit import EventKind, Reader, register_event_kinds
from carportal.core.bounces.models import Trouble
from stakeholders.models import Visibility
from stakeholders.roles import RoleName

READERS = frozenset(Reader)

_ROLES = {"role": RoleName, "before": RoleName}
_LEVELS = {"visibility": Visibility, "before": Visibility}

KINDS = [
    EventKind(
        "organisation_created",
        _("Added %(name)s (%(kind)s, %(reference)s)"),
        READERS,
        {"kind": OrganisationKind},
    ),
    EventKind(
        "organisation_changed",
        _("Changed the organisation’s details: %(name)s, %(reference)s, UK retailer: %(is_uk_retailer)s"),
        READERS,
    ),
    EventKind(
        "party_typed_in",
        _("Added the party %(party)s (%(kind)s), which nobody has verified; contact: %(contact)s, %(email)s"),
        READERS,
        {"kind": OrganisationKind},
    ),
    EventKind(
        "party_changed",
        _("Changed the details of the party %(party)s (%(kind)s); contact: %(contact)s, %(email)s"),
        READERS,
        {"kind": OrganisationKind},
    ),
    EventKind(
        "party_linked",
        _("Linked the party %(party)s, which %(supplier)s had added, to %(known)s (%(reference)s)"),
        READERS,
    ),
    # For the known organisation, which does not read how the supplier had called it.
    EventKind("party_recognised", _("Got what %(supplier)s had shared with a party that it is"), READERS),
    EventKind(
        "guest_joined", _("Joined as %(role)s, after having been a guest as %(email)s"), READERS, _ROLES
    ),
    EventKind("person_invited", _("Invited %(email)s as %(role)s"), READERS, _ROLES),
    EventKind("invitation_prepared", _("Prepared an invitation of %(email)s as %(role)s"), READERS, _ROLES),
    EventKind("invitation_sent_again", _("Sent the invitation to %(email)s again"), READERS),
    EventKind("invitation_revoked", _("Withdrew the invitation to %(email)s"), READERS),
    EventKind("person_joined", _("Joined as %(role)s, invited as %(email)s"), READERS, _ROLES),
    EventKind(
        "role_changed", _("Changed the role of %(person)s from %(before)s to %(role)s"), READERS, _ROLES
    ),
    EventKind("person_removed", _("Removed %(person)s, who was %(role)s"), READERS, _ROLES),
    EventKind("person_renamed", _("Changed their name from %(before)s to %(name)s"), READERS),
    EventKind("person_locked_out", _("%(person)s can no longer log in"), READERS),
    EventKind("person_let_in", _("%(person)s can log in again"), READERS),
    EventKind(
        "mail_stopped",
        _("Mail to %(person)s (%(email)s) does not arrive. %(why)s."),
        READERS,
        {"why": Trouble},
    ),
    EventKind("mail_resumed", _("Mail to %(person)s (%(email)s) is sent again"), READERS),
    EventKind("site_created", _("Added the site %(name)s (%(reference)s)"), READERS),
    EventKind(
        "site_changed", _("Changed the details of the site %(name)s (%(reference)s): %(fields)s"), READERS
    ),
    EventKind(
        "relationship_added",
        _("Added %(customer)s as a customer of %(site)s; it sees: %(visibility)s"),
        READERS,
        _LEVELS,
    ),
    EventKind(
        "relationship_changed",
        _("Changed what %(customer)s sees of %(site)s: from “%(before)s” to “%(visibility)s”"),
        READERS,
        _LEVELS,
    ),
    EventKind("relationship_ended", _("Ended the relationship of %(site)s with %(customer)s"), READERS),
]


def register() -> None:
    register_event_kinds(*KINDS)
