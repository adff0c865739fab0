"""Sites, and who buys from them."""

import uuid

from django.contrib.postgres.indexes import GinIndex, GistIndex, OpClass
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from carportal.core.actor import OrganisationKind
from stakeholders import querysets
from stakeholders.countries import COUNTRIES, country_names
from stakeholders.models.organisations import Organisation
from stakeholders.models.people import validate_time_zone
from stakeholders.searching import folded, words_of


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
        indexes = [
            # Lists of sites go by it, a page at a time.
            models.Index(fields=["name", "id"], name="site_in_order"),
            # For `named`: a name that is spelt nearly so, and one that has these words in any script.
            GistIndex(OpClass(folded("name"), name="gist_trgm_ops(siglen=64)"), name="site_name_nearly"),
            GinIndex(words_of("name"), name="site_name_words"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(sector__in=Sector.values), name="site_sector_is_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def country_name(self) -> str:
        """As its `get_country_display` says it, which goes through the names of all countries for each row of a list."""
        return country_names().get(self.country, self.country)


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
