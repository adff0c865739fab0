"""A plan's draft: what is written so far, and how two people's saves are merged field by field."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from actionplans.annex import CURRENT, Document, Template, plain_text, template_of, value_digest
from actionplans.plans.models import ActionPlan, DraftField
from findings.models import Finding
from stakeholders.models import Site


@dataclass(frozen=True, slots=True)
class Change:
    """A value somebody wants in a field, and the digest of the text that was on their screen before."""

    value: str
    based_on: str


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """Two people changed one field: what is kept stays, what is wanted is handed back to its writer."""

    name: str
    wanted: str
    kept: str
    kept_digest: str
    kept_by: str = ""
    kept_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SaveResult:
    """What a save wrote, and what it could not without losing another person's text."""

    written: frozenset[str] = frozenset()
    conflicts: tuple[FieldConflict, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """The draft as it stands; with `plan` None it is what a new one would start from."""

    template: Template
    values: Mapping[str, str]
    plan: ActionPlan | None = None
    rows: Mapping[str, DraftField] = field(default_factory=dict)

    @property
    def document(self) -> Document:
        return Document.of(self.template, self.values)

    @property
    def digests(self) -> dict[str, str]:
        return {name: value_digest(value) for name, value in self.document.values.items()}

    @property
    def last_edit(self) -> DraftField | None:
        return max(self.rows.values(), key=lambda row: row.updated_at, default=None)


def merge(
    kept: Mapping[str, str], changes: Mapping[str, Change]
) -> tuple[dict[str, str], list[FieldConflict]]:
    """What to write, and which fields somebody else changed meanwhile.

    A field that its writer left as it was on the screen is no change, whatever happened to it since.
    """
    writes: dict[str, str] = {}
    conflicts = []
    for name, change in changes.items():
        current = kept.get(name, "")
        if change.value == current or value_digest(change.value) == change.based_on:
            continue
        if value_digest(current) == change.based_on:
            writes[name] = change.value
        else:
            conflicts.append(FieldConflict(name, change.value, current, value_digest(current)))
    return writes, conflicts


def draft_of(plan: ActionPlan) -> Draft:
    rows = {row.name: row for row in plan.draft_fields.all()}
    template = template_of(plan.template_version)
    return Draft(template, {name: row.value for name, row in rows.items()}, plan, rows)


def new_draft(finding: Finding, *, person: str, on: date) -> Draft:
    """What the form shows before anything was saved: the facts of the CAR, whoever writes, the day."""
    return Draft(CURRENT, {**facts_of(finding), "date": on.isoformat(), "completed_by": person})


def facts_of(finding: Finding) -> dict[str, str]:
    """What the audit has said already, as the template's fields; spelt as a form sends it back unchanged."""
    said = {
        "site_name": finding.site.name,
        "issue": f"{finding.raw_code} {finding.issue_title}",
        "details": finding.details,
    }
    return {name: plain_text(CURRENT.field(name), text) for name, text in said.items()}


def today_at(site: Site, now: datetime) -> date:
    """The date at the site: a day that people note is a day where they are."""
    return now.astimezone(ZoneInfo(site.time_zone)).date()
