"""The cast of the page tests around one site, its audits held by the auditor of the cast."""

from html import unescape
from typing import TYPE_CHECKING, TypeAlias

from django.http import HttpResponse
from django.utils.html import strip_tags

from findings.models import AccessLevel, AccessSource, Finding
from findings.services import grant_access
from stakeholders.models import Organisation, Site
from tests.factories import make_site
from tests.findings.making import Auditing
from tests.personas import Personas

# What the test client answers: an HttpResponse that also knows the context it was rendered with.
if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse

    Response: TypeAlias = _MonkeyPatchedWSGIResponse
else:
    Response = HttpResponse


def audits_of(personas: Personas, site: Site | None = None) -> Auditing:
    """Audits of a site of the cast's supplier, recorded by its auditor."""
    auditing = Auditing(site or make_site(personas.site.organisation, name="Green Valley Packhouse"))
    auditing.company = personas.auditor.organisation
    auditing.auditor = personas.auditor.actor
    auditing.operator = personas.compliance.actor
    return auditing


def by_another_company(personas: Personas, site: Site) -> Auditing:
    auditing = audits_of(personas, site)
    auditing.company, auditing.auditor = personas.auditor2.organisation, personas.auditor2.actor
    return auditing


def let_see(organisation: Organisation, *findings: Finding) -> None:
    """As a share or a relationship would."""
    for finding in findings:
        grant_access(
            organisation_id=organisation.pk,
            finding_id=finding.pk,
            level=AccessLevel.CAR,
            source=AccessSource.SHARE,
            source_id=finding.pk,
        )


def text_of(response: Response) -> str:
    """What the page says, on one line."""
    main = response.content.decode().partition('<main id="content"')[2].partition("</main>")[0]
    return " ".join(unescape(strip_tags(f"<main {main}")).split())


def errors_on(response: Response) -> dict[str, list[str]]:
    return {name: [str(each) for each in errors] for name, errors in response.context["form"].errors.items()}
