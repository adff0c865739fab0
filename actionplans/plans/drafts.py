"""A plan's draft: what is written so far, and how two people's saves are merged field by field and cell by cell."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from actionplans.annex import (
    CURRENT,
    Column,
    Document,
    Field,
    GroupRow,
    Rows,
    Template,
    cell_address,
    plain_text,
    template_of,
    value_digest,
)
from actionplans.plans.models import ActionPlan, DraftField, DraftRow
from findings.models import Finding
from stakeholders.models import Site


@dataclass(frozen=True, slots=True)
class Change:
    """A value somebody wants in a field, and the digest of the text that was on their screen before."""

    value: str
    based_on: str


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """Two people changed one field or cell: what is kept stays, what is wanted goes back to its writer."""

    name: str
    wanted: str
    kept: str
    kept_digest: str
    kept_by: str = ""
    kept_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """The draft as it stands; with `plan` None it is what a new one would start from.

    `groups` has the rows in which nothing is written yet, too; `row_records` tells who wrote them when.
    """

    template: Template
    values: Mapping[str, str]
    plan: ActionPlan | None = None
    rows: Mapping[str, DraftField] = field(default_factory=dict)
    groups: Rows = field(default_factory=dict)
    row_records: Mapping[str, DraftRow] = field(default_factory=dict)

    @property
    def document(self) -> Document:
        return Document.of(self.template, self.values, self.groups)

    @property
    def unfinished(self) -> Rows:
        """The rows but for those about which nothing is left to be done."""
        return {
            name: tuple(row for row in rows if not row.is_finished(self.template.group(name)))
            for name, rows in self.groups.items()
        }

    @property
    def definitions(self) -> dict[str, Field | Column]:
        """All that can be written: fields by name, the cells of the rows that there are by address."""
        cells = {
            cell_address(row, column): column
            for name, group_rows in self.groups.items()
            for row in group_rows
            for column in self.template.group(name).columns
        }
        return {field.name: field for field in self.template.fields} | cells

    @property
    def texts(self) -> dict[str, str]:
        """What is written in each of them."""
        cells = {
            f"{row.id}.{name}": text
            for group_rows in self.groups.values()
            for row in group_rows
            for name, text in row.cells.items()
        }
        return {name: self.values.get(name, "") for name in self.template.field_names} | cells

    @property
    def digests(self) -> dict[str, str]:
        return {name: value_digest(value) for name, value in self.texts.items()}

    @property
    def last_edit(self) -> DraftField | DraftRow | None:
        records: list[DraftField | DraftRow] = [*self.rows.values(), *self.row_records.values()]
        return max(records, key=lambda record: record.updated_at, default=None)

    def record_of(self, name: str) -> DraftField | DraftRow | None:
        """Of a field, or of the row to which a cell belongs."""
        return self.rows.get(name) or self.row_records.get(name.partition(".")[0])


def merge(
    kept: Mapping[str, str], changes: Mapping[str, Change]
) -> tuple[dict[str, str], list[FieldConflict]]:
    """What to write, and which fields somebody else changed meanwhile.

    Names are those of fields, and addresses of cells. What its writer left as it was on the screen is no
    change, whatever happened to it since.
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
    records = {str(record.row_id): record for record in plan.draft_rows.all()}
    template = template_of(plan.template_version)
    groups = {
        group.name: tuple(
            GroupRow.of(group, record.row_id, record.cells, record.parent_id)
            for record in records.values()
            if record.group == group.name
        )
        for group in template.groups
    }
    return Draft(template, {name: row.value for name, row in rows.items()}, plan, rows, groups, records)


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
