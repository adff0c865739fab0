"""The demo's organisations, sites, relationships and accounts; every one is made up."""

from typing import NamedTuple

from carportal.core.actor import OrganisationKind as Kind
from carportal.core.actor import Role
from stakeholders.models import Sector, Visibility

PASSWORD = "car-portal-demo"  # noqa: S105  (printed on the screen by `make run`; the local run only)


class DemoOrganisation(NamedTuple):
    key: str
    reference: str
    kind: Kind
    name: str
    is_uk_retailer: bool = False


class DemoAccount(NamedTuple):
    address: str  # before @demo.example
    name: str
    organisation: str
    role: Role
    time_zone: str = "Europe/London"
    may_log_in: bool = True


class DemoSite(NamedTuple):
    key: str
    reference: str
    supplier: str
    name: str
    address: str
    country: str
    sector: Sector
    time_zone: str


class DemoRelationship(NamedTuple):
    site: str
    customer: str
    visibility: Visibility


ORGANISATIONS = [
    DemoOrganisation("operator", "ZC1000000", Kind.OPERATOR, "CAR Portal Operations"),
    DemoOrganisation("greenvalley", "ZC1000101", Kind.SUPPLIER, "Green Valley Produce"),
    DemoOrganisation("delta", "ZC1000102", Kind.SUPPLIER, "Delta Garments"),
    DemoOrganisation("lotus", "ZC1000103", Kind.SUPPLIER, "Lotus Footwear"),
    DemoOrganisation("coral", "ZC1000104", Kind.SUPPLIER, "Coral Bay Seafood"),
    DemoOrganisation("tana", "ZC1000105", Kind.SUPPLIER, "Tana Growers"),
    DemoOrganisation("northfield", "ZC1000201", Kind.CUSTOMER, "Northfield Stores", is_uk_retailer=True),
    DemoOrganisation("harbour", "ZC1000202", Kind.CUSTOMER, "Harbour Foods"),
    DemoOrganisation("lumiere", "ZC1000203", Kind.CUSTOMER, "Maison Lumière"),
    DemoOrganisation("meridian", "ZC1000301", Kind.AUDIT_COMPANY, "Meridian Social Audits"),
    DemoOrganisation("alliance", "ZC1000401", Kind.NGO, "Fair Recruitment Alliance"),
]

ACCOUNTS = [
    DemoAccount("site", "Green Valley site manager", "greenvalley", Role.MANAGER),
    DemoAccount("site2", "Delta site manager", "delta", Role.MANAGER, "Asia/Dhaka"),
    DemoAccount("customer", "Northfield ethical trade manager", "northfield", Role.MANAGER),
    DemoAccount("customer2", "Harbour sourcing manager", "harbour", Role.MANAGER),
    DemoAccount("compliance", "Portal compliance officer", "operator", Role.COMPLIANCE),
    DemoAccount("auditor", "Meridian lead auditor", "meridian", Role.EDITOR),
    DemoAccount("ngo", "Alliance caseworker", "alliance", Role.EDITOR),
    DemoAccount("admin", "Portal administrator", "operator", Role.MANAGER),
    # Nobody logs in as these; the story needs somebody who acts.
    DemoAccount("lotus", "Lotus site manager", "lotus", Role.MANAGER, "Asia/Ho_Chi_Minh", may_log_in=False),
    DemoAccount("coral", "Coral Bay manager", "coral", Role.MANAGER, "Asia/Kolkata", may_log_in=False),
    DemoAccount("tana", "Tana farm manager", "tana", Role.MANAGER, "Africa/Nairobi", may_log_in=False),
]

SITES = [
    DemoSite(
        "packhouse", "ZS1000101", "greenvalley", "Green Valley Packhouse",
        "Fen Road\nSpalding", "GB", Sector.AGRICULTURE, "Europe/London",
    ),
    DemoSite(
        "glasshouses", "ZS1000102", "greenvalley", "Green Valley Invernaderos",
        "Camino de la Vega\nEl Ejido", "ES", Sector.AGRICULTURE, "Europe/Madrid",
    ),
    DemoSite(
        "sewing", "ZS1000103", "delta", "Delta Garments Sewing",
        "Plot 12, Industrial Area\nGazipur", "BD", Sector.GARMENTS, "Asia/Dhaka",
    ),
    DemoSite(
        "washing", "ZS1000104", "delta", "Delta Garments Washing",
        "Plot 14, Industrial Area\nGazipur", "BD", Sector.GARMENTS, "Asia/Dhaka",
    ),
    DemoSite(
        "footwear", "ZS1000105", "lotus", "Lotus Footwear Factory",
        "Industrial Park\nBình Dương", "VN", Sector.FOOTWEAR, "Asia/Ho_Chi_Minh",
    ),
    DemoSite(
        "seafood", "ZS1000106", "coral", "Coral Bay Processing",
        "Harbour Road\nKochi", "IN", Sector.FISHING, "Asia/Kolkata",
    ),
    DemoSite(
        "farm", "ZS1000107", "tana", "Tana River Farm",
        "Garissa Road\nThika", "KE", Sector.AGRICULTURE, "Africa/Nairobi",
    ),
]  # fmt: skip

RELATIONSHIPS = [
    DemoRelationship("packhouse", "northfield", Visibility.CAR_LIST),
    DemoRelationship("packhouse", "harbour", Visibility.SHARES_ONLY),
    DemoRelationship("glasshouses", "northfield", Visibility.PUBLISHED_PLANS),
    DemoRelationship("glasshouses", "lumiere", Visibility.SHARES_ONLY),
    DemoRelationship("sewing", "lumiere", Visibility.PUBLISHED_PLANS),
    DemoRelationship("sewing", "northfield", Visibility.SHARES_ONLY),
    DemoRelationship("washing", "harbour", Visibility.CAR_LIST),
    DemoRelationship("footwear", "lumiere", Visibility.CAR_LIST),
    DemoRelationship("footwear", "harbour", Visibility.PUBLISHED_PLANS),
    DemoRelationship("seafood", "northfield", Visibility.CAR_LIST),
    DemoRelationship("farm", "northfield", Visibility.PUBLISHED_PLANS),
    DemoRelationship("farm", "harbour", Visibility.CAR_LIST),
]
