"""What an actor sees of people, organisations, sites and relationships."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models
from django.db.models import Q

from carportal.core.actor import PARTY_KINDS, Actor, OrganisationKind, Role
from carportal.core.folding import folded
from carportal.core.inbox import unread_of
from stakeholders.searching import folded as folded_in_database
from stakeholders.searching import likeness, sites_named

if TYPE_CHECKING:
    from stakeholders.models import Invitation, Membership, Organisation, Site, TradingRelationship

IS_PARTY = Q(kind__in=sorted(PARTY_KINDS))  # as the index of their names has it


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def visible_to(self, actor: Actor) -> "OrganisationQuerySet":
        """One's own organisation, and what one trades with or typed in; the operator sees all of them."""
        if actor.is_operator or actor.is_system:
            return self
        if actor.organisation_id is None:
            return self.none()
        mine = Q(pk=actor.organisation_id)
        if actor.is_supplier:
            customers = self.model._base_manager.filter(
                trading_relationships__site__supplier=actor.organisation_id,
                trading_relationships__ended_at=None,
            )
            mine |= Q(pk__in=customers.values("pk")) | Q(private_to=actor.organisation_id)
        return self.filter(mine)

    def known(self) -> "OrganisationQuerySet":
        """Those that the operator has added."""
        return self.filter(private_to=None)

    def unverified(self) -> "OrganisationQuerySet":
        """Those that suppliers typed in, until each is linked to a known one."""
        return self.filter(private_to__isnull=False, linked_to=None)

    def parties(self) -> "OrganisationQuerySet":
        """Those of the kinds that plans are shared with."""
        return self.filter(IS_PARTY)

    def open_to(self, supplier_id: UUID | None) -> "OrganisationQuerySet":
        """With whom this supplier may deal: the known ones, and of those that were typed in its own."""
        return self.filter(Q(private_to=None) | Q(private_to=supplier_id, linked_to=None))

    def matching(self, text: str) -> "OrganisationQuerySet":
        """By a part of the name, or the beginning of the reference."""
        return self.filter(Q(name__icontains=text) | Q(reference__istartswith=text)) if text else self


class MembershipQuerySet(models.QuerySet["Membership"]):
    def visible_to(self, actor: Actor) -> "MembershipQuerySet":
        """The people of one's own organisation; the operator sees everybody's."""
        if actor.is_operator or actor.is_system:
            return self
        if actor.organisation_id is None:
            return self.none()
        return self.filter(organisation=actor.organisation_id)

    def of_person(self, user_id: UUID) -> "MembershipQuerySet":
        """The person's own, with their organisations, by the organisations' names.

        Each has `unread`, how much the person has not read of its inbox: every request reads these rows anyway.
        """
        own = self.filter(user=user_id).select_related("organisation").order_by("organisation__name", "pk")
        return own.annotate(unread=unread_of(user_id))

    def managers(self) -> "MembershipQuerySet":
        return self.filter(role=Role.MANAGER)


class SiteQuerySet(models.QuerySet["Site"]):
    def visible_to(self, actor: Actor) -> "SiteQuerySet":
        """A supplier's own sites; all of them for the operator.

        Customers and auditors meet a site through a CAR or an audit that they may see, not here; an
        auditor who records an audit types the site's reference.
        """
        if actor.is_operator or actor.is_system:
            return self
        if actor.is_supplier and actor.organisation_id is not None:
            return self.filter(supplier=actor.organisation_id)
        return self.none()

    def matching(self, text: str) -> "SiteQuerySet":
        """By a part of the name, with or without its accents, or the beginning of the reference; each by its index."""
        if not text:
            return self
        called = self.alias(called=folded_in_database("name"))
        return called.filter(Q(called__contains=folded(text) or text) | Q(reference__startswith=text.upper()))

    def named(self, text: str) -> "SiteQuerySet":
        """Those of which the name, or a part of it, is nearly so, the nearest first."""
        near = self.filter(pk__in=sites_named(text)).annotate(likeness=likeness("name", text))
        return near.order_by("-likeness", "name", "pk")


class RelationshipQuerySet(models.QuerySet["TradingRelationship"]):
    def current(self) -> "RelationshipQuerySet":
        return self.filter(ended_at=None)

    def visible_to(self, actor: Actor) -> "RelationshipQuerySet":
        if actor.is_operator or actor.is_system:
            return self
        if actor.organisation_id is None:
            return self.none()
        if actor.is_supplier:
            return self.filter(site__supplier=actor.organisation_id)
        if actor.acts_for(OrganisationKind.CUSTOMER):
            return self.filter(customer=actor.organisation_id)
        return self.none()


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> "InvitationQuerySet":
        """Neither accepted nor revoked; it may have expired, and can then be sent again."""
        return self.filter(accepted_at=None, revoked_at=None)

    def pending(self, at: datetime) -> "InvitationQuerySet":
        """Those that can be accepted now."""
        return self.open().filter(expires_at__gt=at)

    def prepared(self) -> "InvitationQuerySet":
        """Open, and not sent yet."""
        return self.open().filter(expires_at=None)

    def visible_to(self, actor: Actor) -> "InvitationQuerySet":
        if actor.is_operator or actor.is_system:
            return self
        if actor.organisation_id is None:
            return self.none()
        return self.filter(organisation=actor.organisation_id)
