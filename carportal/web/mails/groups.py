"""Of which groups a person gets mails at all, by the kinds of organisation it acts for; of others nobody is asked."""

from collections.abc import Collection

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from carportal.core.actor import OrganisationKind
from carportal.core.choices.groups import MailGroup

_OTHERS = frozenset({MailGroup.PLANS, MailGroup.COMMENTS, MailGroup.CALLS, MailGroup.REMINDERS})
_BY_KIND = {
    OrganisationKind.SUPPLIER: _OTHERS | {MailGroup.CARS},
    OrganisationKind.CUSTOMER: _OTHERS | {MailGroup.CARS},
    OrganisationKind.OPERATOR: frozenset({MailGroup.CARS, MailGroup.REMINDERS}),
    OrganisationKind.AUDIT_COMPANY: frozenset[MailGroup](),
}

EXPLANATIONS: dict[MailGroup, str | Promise] = {
    MailGroup.CARS: _("An audit raises a CAR, a site asks for support, or lets its draft be read along."),
    MailGroup.PLANS: _(
        "A plan is shared with you, published or replied to, an action is taken on or reported on, an update is"
        " posted, or somebody proposes how often updates come."
    ),
    MailGroup.COMMENTS: _("Somebody comments on a plan, or mentions you."),
    MailGroup.CALLS: _(
        "Somebody proposes times or declines, and there are minutes. What goes into your calendar and the reminder"
        " a day before never wait: they come at once, unless you choose no mail."
    ),
    MailGroup.REMINDERS: _(
        "The day of an agreed update comes or has gone by, a reply is awaited, or an action that you took on is due."
        " What you set yourself never waits: it comes on its day, unless you choose no mail."
    ),
}


def groups_for(kinds: Collection[OrganisationKind]) -> list[MailGroup]:
    """In the order in which they are asked about."""
    found = frozenset[MailGroup]().union(*(_BY_KIND.get(kind, _OTHERS) for kind in kinds))
    return [group for group in MailGroup if group in found]
