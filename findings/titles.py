"""What Workplace Requirements are called, for whoever reads their codes."""

from django.db.models import QuerySet

from carportal.core.actor import Actor
from carportal.core.prepared import prepared
from carportal.core.together import Reads
from findings.models import Audit, Finding, RequirementTitle
from findings.requirements import AREA_CODES


def title_of(finding: Finding, actor: Actor) -> Reads[str]:
    """The title of the CAR's requirement; empty where the operator has entered none."""
    told = _title(actor, finding.scheme, finding.area, finding.letter)
    yield [told]
    return told.first() or ""


@prepared
def _title(actor: Actor, scheme: str, area: str, letter: str) -> QuerySet[RequirementTitle, str]:
    titles = RequirementTitle.objects.visible_to(actor).filter(scheme=scheme, area=area, letter=letter)
    return titles.values_list("title", flat=True)[:1]


def titles_in_scope(audit: Audit, actor: Actor) -> list[RequirementTitle]:
    """Those that the audit assessed, in the order of the audit report."""
    order = {area: place for place, area in enumerate(AREA_CODES)}
    titles = RequirementTitle.objects.visible_to(actor).of_scope(audit.scheme, audit.scope)
    return sorted(titles, key=lambda each: (order[each.area], each.letter))
