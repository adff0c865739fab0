"""The demo's audits over three years, in the order in which they were published; the last one waits."""

from datetime import date
from typing import NamedTuple

from findings.models import AuditType, EntryType
from findings.requirements import FOUR_PILLARS, TWO_PILLARS


class DemoEntry(NamedTuple):
    code: str
    title: str = ""
    details: str = ""
    type: EntryType = EntryType.CAR


class DemoAudit(NamedTuple):
    site: str
    type: AuditType
    date: date
    reference: str
    scope: list[str]
    entries: list[DemoEntry]
    published: bool = True


WAGES = DemoEntry(
    "5A.A",
    "Wages do not reach a credible living-wage benchmark",
    "Pay meets the law. Compared with the benchmark for the region, the lowest grade earns about four fifths "
    "of a living wage. Prices and hours are set with customers, so the site cannot close the gap alone.",
)
FEES = DemoEntry(
    "1A.B",
    "Workers paid costs to be recruited",
    "In interviews workers named travel, medical and visa costs that they paid before arrival. The labour "
    "provider used abroad has no contract that rules such costs out.",
)
VOICE = DemoEntry(
    "2.B",
    "No effective worker representation",
    "A committee exists on paper, but its members were appointed and have not met in the past year.",
)
EQUITY = DemoEntry(
    "5.B",
    "No dedicated approach to equity in pay and promotion",
    "Pay grades are not written down. Women hold few of the supervisory posts.",
)
HOURS = DemoEntry(
    "6.B",
    "Peak-season hours depend on late order changes",
    "Weekly hours rise in eight weeks of the year, each time after orders were changed at short notice.",
)
PROVIDERS = DemoEntry(
    "8.A",
    "Seasonal workers are employed through changing labour providers",
    "Three providers supply seasonal workers on contracts of different terms. Length of service is lost when "
    "a worker moves between them.",
)
CHILDREN = DemoEntry(
    "4.A",
    "Young person found working below the legal age",
    "Age documents were not checked at recruitment by a subcontractor. Support for the person is not in place.",
)
HIRING = DemoEntry(
    "7.A",
    "Job advertisements set limits of age and sex",
    "The advertisements follow a template that other factories of the park use as well.",
)
SUBCONTRACTING = DemoEntry(
    "8A.A",
    "Stitching is subcontracted without a view of conditions there",
    "About a tenth of the uppers is stitched outside the site, at workshops it has not visited.",
)


def other(code: str, kind: EntryType = EntryType.NON_COMPLIANCE) -> DemoEntry:
    return DemoEntry(code, type=kind)


AUDITS = [
    DemoAudit("seafood", AuditType.INITIAL, date(2023, 11, 7), "ZAA100013", TWO_PILLARS, [FEES, HOURS, VOICE]),
    DemoAudit("sewing", AuditType.INITIAL, date(2024, 3, 12), "ZAA100001", FOUR_PILLARS, [WAGES, VOICE, EQUITY, other("3.C")]),
    DemoAudit("farm", AuditType.INITIAL, date(2024, 4, 9), "ZAA100014", TWO_PILLARS, [WAGES, EQUITY, PROVIDERS]),
    DemoAudit("packhouse", AuditType.INITIAL, date(2024, 5, 14), "ZAA100002", TWO_PILLARS, [FEES, WAGES, EQUITY]),
    DemoAudit("glasshouses", AuditType.INITIAL, date(2024, 9, 24), "ZAA100003", TWO_PILLARS, [FEES, HOURS]),
    DemoAudit("seafood", AuditType.PERIODIC, date(2024, 11, 12), "ZAA100015", TWO_PILLARS, [FEES, VOICE]),
    DemoAudit("washing", AuditType.INITIAL, date(2025, 2, 11), "ZAA100012", TWO_PILLARS, []),
    DemoAudit("sewing", AuditType.PERIODIC, date(2025, 3, 18), "ZAA100004", FOUR_PILLARS, [WAGES, VOICE]),
    DemoAudit("farm", AuditType.PERIODIC, date(2025, 4, 15), "ZAA100016", TWO_PILLARS, [WAGES, PROVIDERS]),
    DemoAudit("packhouse", AuditType.PERIODIC, date(2025, 5, 20), "ZAA100005", TWO_PILLARS, [FEES, WAGES, other("3.D")]),
    DemoAudit("footwear", AuditType.INITIAL, date(2025, 6, 17), "ZAA100006", FOUR_PILLARS, [HIRING, WAGES]),
    DemoAudit("glasshouses", AuditType.PERIODIC, date(2025, 9, 30), "ZAA100007", TWO_PILLARS, [other("1A.B"), PROVIDERS]),
    DemoAudit("seafood", AuditType.PERIODIC, date(2025, 11, 18), "ZAA100017", TWO_PILLARS, [FEES]),
    DemoAudit("washing", AuditType.PERIODIC, date(2026, 2, 10), "ZAA100008", TWO_PILLARS, [CHILDREN]),
    DemoAudit("sewing", AuditType.PERIODIC, date(2026, 3, 17), "ZAA100009", FOUR_PILLARS, [WAGES]),
    DemoAudit("farm", AuditType.PERIODIC, date(2026, 4, 21), "ZAA100018", TWO_PILLARS, [WAGES, HOURS]),
    DemoAudit("footwear", AuditType.FOLLOW_UP_PARTIAL, date(2026, 6, 16), "ZAA100010", ["8", "8A"], [SUBCONTRACTING]),
    DemoAudit("packhouse", AuditType.PERIODIC, date(2026, 10, 13), "ZAA100011", TWO_PILLARS, [WAGES, PROVIDERS], published=False),
]  # fmt: skip
