"""What a CAR is and what it does not mean, told to each kind of reader."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from carportal.core.actor import Actor, OrganisationKind

Text = str | Promise

WHAT_IT_IS = _(
    "A finding that the site cannot resolve alone, that takes years to put right, or where a quick end could harm people. So it has no closure date and no grade, and only a later periodic audit ends it."
)
_TO_SITE = [
    _("It does not affect your ability to supply, provided that a collaborative plan follows."),
    _("You are not expected to solve it alone: your customers and others share the responsibility."),
]
_TO_CUSTOMER = [
    _("It is no ground to reduce orders or to leave the site: that would harm the very people it is about."),
    _(
        "The responsibility is shared. The site chooses with whom it shares its plan, and what it asks of them."
    ),
]
_TO_AUDITOR = [
    _("It does not affect the site’s ability to supply, provided that a collaborative plan follows."),
    _("The plan needs a wider view than an audit has, so audits do not judge it and it is not shown to you."),
]
_TO_OTHERS = [
    _("It does not affect the site’s ability to supply, provided that a collaborative plan follows."),
    _("It is no ground for customers to reduce orders."),
]


def meaning_for(actor: Actor) -> list[Text]:
    """What it does not mean; `WHAT_IT_IS` stands before it."""
    if actor.is_supplier:
        return [*_TO_SITE]
    if actor.acts_for(OrganisationKind.CUSTOMER):
        return [*_TO_CUSTOMER]
    if actor.is_auditor:
        return [*_TO_AUDITOR]
    return [*_TO_OTHERS]


def nothing_yet(actor: Actor) -> Text:
    """Why a list of CARs is empty, and how it fills."""
    if actor.is_supplier:
        return _("When an audit raises a CAR at one of your sites, it is listed here and you get an e-mail.")
    if actor.is_auditor:
        return _("The CARs of your company’s audits are listed here once the audits are published.")
    if actor.is_operator:
        return _("CARs are listed here once an audit that recorded them is published.")
    return _(
        "You see the CARs that a site lets you see, and those whose plan it shares with you. None so far."
    )
