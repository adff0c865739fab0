"""How a new portal gets the organisation that runs it, and that organisation its first manager."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from carportal.core.actor import Actor, OrganisationKind, Role
from carportal.core.errors import Conflict
from stakeholders import policy
from stakeholders.models import Invitation, Organisation
from stakeholders.services.invitations import offer
from stakeholders.services.organisations import clean_reference
from stakeholders.services.steps import check_and_save, record


@transaction.atomic
def set_up_operator(*, actor: Actor, name: str, reference: str, email: str) -> Invitation:
    """Make the operator of a new portal and invite its first manager.

    As long as nobody has joined, it can be done again: with another address, or when the invitation has
    expired. Earlier invitations then end; the operator's name and reference become those given now.
    """
    policy.require(
        policy.may_set_up_operator(actor), _("Whoever installs the portal sets up its operator, by command.")
    )
    operator = (
        Organisation.objects.select_for_update(no_key=True).filter(kind=OrganisationKind.OPERATOR).first()
    )
    if operator is not None and operator.memberships.exists():
        raise Conflict(
            _("%(operator)s runs this portal already. Ask one of its managers for an invitation.")
            % {"operator": operator.name}
        )
    kind = "organisation_changed" if operator else "organisation_created"
    operator = operator or Organisation(kind=OrganisationKind.OPERATOR)
    operator.name, operator.reference = name.strip(), clean_reference(reference)
    check_and_save(operator, taken=_("Another organisation has this reference."))
    record(operator, kind, actor, _facts(operator))
    operator.invitations.open().update(revoked_at=timezone.now())
    return offer(operator, email.strip().lower(), Role.MANAGER, actor)


def _facts(operator: Organisation) -> dict[str, str | bool]:
    """What both kinds of event tell between them."""
    return {
        "name": operator.name,
        "kind": operator.kind,
        "reference": operator.reference,
        "is_uk_retailer": operator.is_uk_retailer,
    }
