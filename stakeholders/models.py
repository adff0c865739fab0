"""People, organisations, sites and who trades with whom."""

import uuid
import zoneinfo
from collections.abc import Collection
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from carportal.core.actor import PARTY_KINDS, OrganisationKind, Role
from stakeholders import querysets
from stakeholders.countries import COUNTRIES
from stakeholders.roles import RoleName


def validate_time_zone(value: str) -> None:
    if value not in zoneinfo.available_timezones():
        raise ValidationError(_("Choose a time zone such as Europe/London."))


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        """Asked for by Django's createsuperuser; what a person may do comes from memberships all the same."""
        return self.create_user(email, password, is_superuser=True, **fields)

    def has_account(self, email: str) -> bool:
        """Whether somebody logs in with this address: a guest's person has no password."""
        user = self.filter(email=email).first()
        return user is not None and user.has_usable_password()

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person; what it may see and do comes from its memberships, never from itself."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=150)
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="Europe/London", validators=[validate_time_zone]
    )
    language = models.CharField(_("language"), max_length=10, default=settings.LANGUAGE_CODE)
    is_active = models.BooleanField(_("may log in"), default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_is_lower_case"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        self.email = self.email.strip().lower()


class Organisation(models.Model):
    """A company or body that people act for.

    One that a supplier typed in is private to it (`private_to`) and has no reference: nobody has verified who it
    is. Once the operator has linked it to a known organisation, that one has what it had.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=OrganisationKind.choices)
    name = models.CharField(_("name"), max_length=200)
    reference = models.CharField(
        _("reference"),
        max_length=20,
        blank=True,
        validators=[RegexValidator(r"^ZC\d{4,15}$", _("A reference is ZC and digits, such as ZC1000123."))],
        help_text=_("The organisation's code, such as ZC1000123."),
    )
    is_uk_retailer = models.BooleanField(
        _("UK retailer"), default=False, help_text=_("Follows the Serious Incident Escalation Protocol.")
    )
    private_to = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="typed_in", editable=False
    )
    contact_name = models.CharField(_("contact person"), max_length=150, blank=True)
    contact_email = models.EmailField(_("contact person’s e-mail address"), blank=True)
    linked_to = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = querysets.OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=OrganisationKind.values), name="organisation_kind_is_known"
            ),
            # One operator runs the portal; a second one would see everything of the first.
            models.UniqueConstraint(
                fields=["kind"], condition=Q(kind=OrganisationKind.OPERATOR), name="organisation_one_operator"
            ),
            models.CheckConstraint(
                condition=Q(is_uk_retailer=False) | Q(kind=OrganisationKind.CUSTOMER),
                name="organisation_uk_retailer_is_customer",
            ),
            models.UniqueConstraint(
                fields=["reference"], condition=~Q(reference=""), name="organisation_reference_is_unique"
            ),
            models.CheckConstraint(
                condition=(
                    Q(private_to=None, linked_to=None, contact_name="", contact_email="") & ~Q(reference="")
                )
                | (
                    Q(
                        private_to__isnull=False,
                        reference="",
                        is_uk_retailer=False,
                        kind__in=sorted(PARTY_KINDS),
                    )
                    & ~Q(contact_name="")
                    & ~Q(contact_email="")
                ),
                name="organisation_known_or_typed_in",
            ),
            models.UniqueConstraint(
                "private_to",
                Lower("name"),
                condition=Q(private_to__isnull=False, linked_to=None),
                name="organisation_typed_in_once",
            ),
            models.CheckConstraint(
                condition=Q(contact_email=Lower("contact_email")), name="organisation_contact_is_lower_case"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        if self.private_to_id is None and not self.reference:
            raise ValidationError({"reference": _("Enter the organisation’s reference.")})

    def validate_unique(self, exclude: Collection[str] | None = None) -> None:
        """Of a reference beside its field; those that were typed in have none, and share that."""
        super().validate_unique(exclude=exclude)
        others = Organisation.objects.filter(reference=self.reference).exclude(pk=self.pk)
        if self.reference and others.exists():
            taken = ValidationError(_("Another organisation has this reference."), code="unique")
            raise ValidationError({"reference": taken})

    @property
    def is_unverified(self) -> bool:
        """Typed in by a supplier, and not linked to a known organisation yet."""
        return self.private_to_id is not None and self.linked_to_id is None


class Membership(models.Model):
    """That a person acts for an organisation, in one role; removing it takes effect on the next request."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = querysets.MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["user", "organisation"], name="membership_once_per_organisation"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"

    @property
    def role_name(self) -> str:
        return str(RoleName(self.role).label)


class Sector(models.TextChoices):
    AGRICULTURE = "agriculture", _("Agriculture and horticulture")
    FISHING = "fishing", _("Fishing and aquaculture")
    FOOD = "food", _("Food and drink manufacturing")
    GARMENTS = "garments", _("Garments and textiles")
    FOOTWEAR = "footwear", _("Footwear and leather")
    ELECTRONICS = "electronics", _("Electronics")
    HOMEWARE = "homeware", _("Homeware and furniture")
    PACKAGING = "packaging", _("Packaging and printing")
    CHEMICALS = "chemicals", _("Chemicals, health and beauty")
    LOGISTICS = "logistics", _("Logistics and warehousing")
    SERVICES = "services", _("Services")
    OTHER = "other", _("Other")


class Site(models.Model):
    """The audited place of employment; it belongs to one supplier."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(
        _("site reference"),
        max_length=20,
        unique=True,
        validators=[
            RegexValidator(r"^ZS\d{4,15}$", _("A site reference is ZS and digits, such as ZS1000123."))
        ],
    )
    supplier = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="sites",
        limit_choices_to={"kind": OrganisationKind.SUPPLIER},
    )
    name = models.CharField(_("site name"), max_length=200)
    address = models.TextField(_("address"), blank=True)
    country = models.CharField(_("country"), max_length=2, choices=COUNTRIES)
    sector = models.CharField(_("sector"), max_length=20, choices=Sector.choices, default=Sector.OTHER)
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[validate_time_zone]
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = querysets.SiteQuerySet.as_manager()

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(sector__in=Sector.values), name="site_sector_is_known"),
        ]

    def __str__(self) -> str:
        return self.name


class Visibility(models.TextChoices):
    """What a customer sees of a site without being sent anything; the supplier sets it."""

    SHARES_ONLY = "shares_only", _("Only the plans shared with it")
    CAR_LIST = "car_list", _("The list of CARs")
    PUBLISHED_PLANS = "published_plans", _("CARs and published plans")


class TradingRelationship(models.Model):
    """That a customer buys from a site, until it is ended."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="relationships")
    customer = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="trading_relationships",
        limit_choices_to={"kind": OrganisationKind.CUSTOMER},
    )
    visibility = models.CharField(
        _("what the customer sees"), max_length=20, choices=Visibility.choices, default=Visibility.SHARES_ONLY
    )
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = querysets.RelationshipQuerySet.as_manager()

    class Meta:
        verbose_name = _("trading relationship")
        verbose_name_plural = _("trading relationships")
        constraints = [
            models.UniqueConstraint(
                fields=["site", "customer"], condition=Q(ended_at=None), name="relationship_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(visibility__in=Visibility.values), name="relationship_visibility_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer} – {self.site}"


class Invitation(models.Model):
    """An offer, by mail, to act for an organisation; good once and for `INVITATION_DAYS` days.

    One that was prepared has no `expires_at` before a person sends it. The link's secret is derived from the
    row by signing, so nothing that opens it is stored.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    # Nobody: the portal itself, as it was set up.
    invited_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = querysets.InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="invitation_role_is_known"),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="invitation_email_is_lower_case"),
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=Q(accepted_at=None, revoked_at=None),
                name="invitation_one_pending_per_address",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(revoked_at=None), name="invitation_ends_one_way"
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(expires_at__isnull=False),
                name="invitation_accepted_was_sent",
            ),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def role_name(self) -> str:
        return str(RoleName(self.role).label)

    @property
    def is_prepared(self) -> bool:
        """Not sent yet."""
        return self.expires_at is None
