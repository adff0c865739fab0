"""Who acts: the one value that visibility (`visible_to`) and policy read."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ActorKind(TextChoices):
    USER = "user", _("Person")
    GUEST = "guest", _("Guest")
    SYSTEM = "system", _("The portal")


class OrganisationKind(TextChoices):
    SUPPLIER = "supplier", _("Supplier")
    CUSTOMER = "customer", _("Customer")
    AUDIT_COMPANY = "audit_company", _("Audit company")
    OPERATOR = "operator", _("Operator of this portal")
    SUPPLY_CHAIN_ACTOR = "supply_chain_actor", _("Supply-chain actor")
    NGO = "ngo", _("NGO")
    TRADE_UNION = "trade_union", _("Trade union")
    TRADE_ASSOCIATION = "trade_association", _("Trade association")
    INITIATIVE = "initiative", _("Multi-stakeholder initiative")
    LABOUR_PROVIDER = "labour_provider", _("Labour provider")
    GOVERNMENT_BODY = "government_body", _("Government body")


# Those that a plan is shared with: an auditor never reads one, the operator reads it once it is published, and a
# supplier's competitor has no part in it.
PARTY_KINDS = frozenset(OrganisationKind) - {
    OrganisationKind.AUDIT_COMPANY,
    OrganisationKind.OPERATOR,
    OrganisationKind.SUPPLIER,
}


class Role(TextChoices):
    VIEWER = "viewer", _("Viewer: reads")
    EDITOR = "editor", _("Editor: reads and writes")
    MANAGER = "manager", _("Manager: also people and relationships")
    COMPLIANCE = "compliance", _("Compliance: also dashboards, exports, audits")


WRITING_ROLES = frozenset({Role.EDITOR, Role.MANAGER, Role.COMPLIANCE})


@dataclass(frozen=True, slots=True)
class Pass:
    """What a guest was let in to: one object, as somebody of the organisation that it was sent to."""

    object_id: UUID
    organisation_id: UUID


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, guest or the system, and the one organisation it acts for in that role.

    A guest acts for no organisation, so that what knows nothing of guests denies them everything: what is
    open to them reads `guest_pass`.
    """

    kind: ActorKind
    user_id: UUID | None = None
    organisation_id: UUID | None = None
    organisation_kind: OrganisationKind | None = None
    role: Role | None = None
    guest_pass: Pass | None = None

    @property
    def is_guest(self) -> bool:
        """Let in by a link to one object; nobody at all is no guest."""
        return self.guest_pass is not None

    @property
    def speaks_for(self) -> UUID | None:
        """Whose word it is: its organisation's, or of a guest that of the party which got the link."""
        return self.guest_pass.organisation_id if self.guest_pass else self.organisation_id

    @property
    def is_system(self) -> bool:
        return self.kind == ActorKind.SYSTEM

    @property
    def writes(self) -> bool:
        """Whether the role lets the person change anything at all in its organisation."""
        return self.role in WRITING_ROLES

    @property
    def manages(self) -> bool:
        return self.role == Role.MANAGER

    def acts_for(self, *kinds: OrganisationKind) -> bool:
        return self.organisation_kind in kinds

    @property
    def is_operator(self) -> bool:
        return self.acts_for(OrganisationKind.OPERATOR)

    @property
    def is_supplier(self) -> bool:
        return self.acts_for(OrganisationKind.SUPPLIER)

    @property
    def is_auditor(self) -> bool:
        return self.acts_for(OrganisationKind.AUDIT_COMPANY)


SYSTEM = Actor(kind=ActorKind.SYSTEM)
NOBODY = Actor(kind=ActorKind.GUEST)
