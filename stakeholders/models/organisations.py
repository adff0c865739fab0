"""Organisations, and who acts for them."""

import uuid
from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from carportal.core.actor import PARTY_KINDS, OrganisationKind, Role
from stakeholders import querysets
from stakeholders.models.people import User
from stakeholders.roles import RoleName


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
        indexes = [
            models.Index(fields=["name", "id"], condition=querysets.IS_PARTY, name="party_in_order"),
        ]
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
