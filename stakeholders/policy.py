"""Who may do what to people, organisations, sites and relationships; what is not allowed here is denied.

Pure: every function reads the actor and rows that are loaded already. Whether the actor sees the object
at all is the matter of `visible_to`.
"""

from django.utils.functional import Promise

from carportal.core.actor import Actor, Role
from carportal.core.errors import NotAllowed
from stakeholders.models import Invitation, Membership, Organisation, Site, TradingRelationship


def require(allowed: bool, otherwise: str | Promise) -> None:  # noqa: FBT001 - the question stands before it
    """Raise NotAllowed with the sentence `otherwise`, unless it is allowed."""
    if not allowed:
        raise NotAllowed(otherwise)


def _runs_portal(actor: Actor) -> bool:
    """The operator's compliance staff and managers; its viewers and editors read."""
    return actor.is_operator and actor.role in {Role.COMPLIANCE, Role.MANAGER}


def _manages(actor: Actor, organisation: Organisation) -> bool:
    return actor.manages and actor.organisation_id == organisation.pk


# --- Organisations --------------------------------------------------------------------------------


def may_list_organisations(actor: Actor) -> bool:
    return actor.is_operator


def may_open_organisation(actor: Actor, organisation: Organisation) -> bool:
    """Its page with people and record, as opposed to its name on somebody else's page."""
    return actor.is_operator or actor.organisation_id == organisation.pk


def may_create_organisation(actor: Actor) -> bool:
    return _runs_portal(actor)


def may_set_up_operator(actor: Actor) -> bool:
    """The one organisation that nobody of the portal can add: there is nobody before it."""
    return actor.is_system


def may_change_organisation(actor: Actor, organisation: Organisation) -> bool:
    """Names and references are how others know an organisation, so the operator looks after them.

    One that a supplier typed in has no reference; it is linked to a known one instead.
    """
    if organisation.private_to_id is not None:
        return False
    if organisation.pk == actor.organisation_id:
        return actor.is_operator and actor.manages
    return _runs_portal(actor)


def may_read_record(actor: Actor, organisation: Organisation) -> bool:
    """The record of who changed what: for its managers and the operator."""
    return actor.is_operator or _manages(actor, organisation)


def may_redact_record(actor: Actor, organisation: Organisation) -> bool:
    """Its own managers, and for others the operator's staff; of the operator's record its managers alone."""
    if organisation.pk == actor.organisation_id:
        return actor.manages
    return _runs_portal(actor)


def may_choose_reminders(actor: Actor, organisation: Organisation) -> bool:
    """When its own people are reminded is each organisation's matter: nobody chooses it for another."""
    return _manages(actor, organisation)


def may_type_in_party(actor: Actor) -> bool:
    """Those who write a supplier's plans, which they share with it."""
    return actor.is_supplier and actor.writes


def may_change_party(actor: Actor, party: Organisation) -> bool:
    """Its own supplier's writers, until it is known."""
    own = party.private_to_id is not None and party.private_to_id == actor.organisation_id
    return may_type_in_party(actor) and own and party.is_unverified


def may_link_party(actor: Actor) -> bool:
    """Whose word a party's is from then on, the operator's staff answers for."""
    return _runs_portal(actor)


# --- People ---------------------------------------------------------------------------------------


def may_invite(actor: Actor, organisation: Organisation) -> bool:
    """A manager its own people; the operator's staff those of others, to get an organisation started.

    Not into the operator itself, where compliance staff would otherwise make themselves managers.
    """
    if organisation.pk == actor.organisation_id:
        return actor.manages
    return _runs_portal(actor)


def may_send_prepared(actor: Actor) -> bool:
    """All that imports have prepared, whichever the supplier; its own manager sends them one by one."""
    return _runs_portal(actor)


def may_change_invitation(actor: Actor, invitation: Invitation) -> bool:
    return may_invite(actor, invitation.organisation)


def may_change_people(actor: Actor, organisation: Organisation) -> bool:
    """Roles and removals: the organisation's managers, and the operator's managers everywhere."""
    return _manages(actor, organisation) or (actor.is_operator and actor.manages)


def may_change_member(actor: Actor, membership: Membership) -> bool:
    return may_change_people(actor, membership.organisation)


def may_change_logins(actor: Actor) -> bool:
    """Whether a person can log in at all concerns every organisation it acts for: the operator's managers."""
    return actor.is_operator and actor.manages


# --- Sites and relationships ----------------------------------------------------------------------


def may_list_sites(actor: Actor) -> bool:
    return actor.is_supplier or actor.is_operator


def may_create_site(actor: Actor) -> bool:
    return _runs_portal(actor)


def may_change_site(actor: Actor, site: Site) -> bool:
    own = actor.is_supplier and actor.manages and site.supplier_id == actor.organisation_id
    return own or _runs_portal(actor)


def may_add_relationship(actor: Actor, site: Site) -> bool:
    """The supplier alone says who buys from its site and what they see: not the operator for it."""
    return actor.is_supplier and actor.manages and site.supplier_id == actor.organisation_id


def may_change_relationship(actor: Actor, relationship: TradingRelationship) -> bool:
    return may_add_relationship(actor, relationship.site)
