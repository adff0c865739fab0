"""What the rows of one audit say together, and what becomes of it."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from findings.importing.columns import Column, Header
from findings.importing.known import EntryKey, EntryText, KnownAudit
from findings.importing.lines import Line, Problem
from findings.importing.plans import AuditFacts, ChangedAudit, ImportPlan, NewAudit, Reason, SkippedAudit
from findings.importing.wording import differences, same_text
from findings.requirements import FOUR_PILLARS, TWO_PILLARS
from findings.scopes import scope_in_words

ONLY_IN_FOUR_PILLARS = set(FOUR_PILLARS) - set(TWO_PILLARS)
FACTS = ("site_reference", "company_id", "type", "date", "scope")


@dataclass
class AuditLines:
    """What the rows of one audit say together."""

    first: Line
    scope: tuple[str, ...] | None = None
    entries: dict[EntryKey, EntryText] = field(default_factory=dict)
    rows: dict[EntryKey, int] = field(default_factory=dict)
    clean_row: int | None = None


class AuditPlanner:
    """Adds to the plan what becomes of one audit after the other, or the problems that stand in the way."""

    def __init__(self, header: Header, plan: ImportPlan) -> None:
        self.header = header
        self.plan = plan

    def add(self, known: KnownAudit | None, lines: AuditLines) -> None:
        line, before = lines.first, len(self.plan.problems)
        if lines.clean_row is not None and lines.entries:
            self._object(
                line.row,
                Column.FINDING_TYPE,
                "",
                _("Row %(clean)s says that this audit found nothing, and row %(row)s has a finding of it.")
                % {"clean": lines.clean_row, "row": min(lines.rows.values())},
            )
        scope = self._scope_of(known, lines)
        self._check_scope(lines, scope)
        if len(self.plan.problems) > before:
            return
        facts = AuditFacts(
            known.reference if known else line.audit_reference,
            line.site_reference,
            line.company.id,
            line.type,
            line.date,
            scope,
        )
        if known is None:
            self.plan.audits.append(NewAudit(line.row, facts, lines.entries, line.site_name))
        else:
            self._compare(known, lines, facts)

    def _scope_of(self, known: KnownAudit | None, lines: AuditLines) -> tuple[str, ...]:
        """As the file says, else as it is here already, else what the findings make likely."""
        if lines.scope is not None:
            return lines.scope
        areas = {key.requirement.area for key in lines.entries}
        if known is not None and (known.is_published or areas <= set(known.scope)):
            return known.scope
        return tuple(FOUR_PILLARS if areas & ONLY_IN_FOUR_PILLARS else TWO_PILLARS)

    def _check_scope(self, lines: AuditLines, scope: tuple[str, ...]) -> None:
        for key, row in lines.rows.items():
            if key.requirement.area not in scope:
                reason = _("Area %(area)s is not in the scope of this audit (%(scope)s).") % {
                    "area": key.requirement.area,
                    "scope": scope_in_words(scope),
                }
                self._object(row, Column.REQUIREMENT, lines.entries[key].code, reason)

    def _compare(self, known: KnownAudit, lines: AuditLines, facts: AuditFacts) -> None:
        fields = tuple(name for name in FACTS if getattr(known, name) != getattr(facts, name))
        added = {key: text for key, text in lines.entries.items() if key not in known.entries}
        removed = {key: text for key, text in known.entries.items() if key not in lines.entries}
        same = same_text if known.is_published else EntryText.__eq__
        changed = {
            key: text
            for key, text in lines.entries.items()
            if key in known.entries and not same(text, known.entries[key])
        }
        if not (fields or added or removed or changed):
            reason = Reason.PUBLISHED if known.is_published else Reason.SAME
            self.plan.skipped.append(SkippedAudit(lines.first.row, facts.reference, reason))
        elif known.is_published:
            self._object_to_change(lines.first, differences(fields, added, removed, changed))
        else:
            self.plan.changed.append(
                ChangedAudit(
                    lines.first.row, known.id, facts, fields, added, changed, removed, lines.first.site_name
                )
            )

    def _object_to_change(self, line: Line, what: str) -> None:
        self._object(
            line.row,
            Column.AUDIT_REFERENCE,
            line.audit_reference,
            _(
                "This audit is published, and differs from the file: %(differences)s. Correct it by a new edition."
            )
            % {"differences": what},
        )

    def _object(self, row: int, column: Column, value: str, reason: str) -> None:
        self.plan.problems.append(Problem(row, self.header.shown(column), value, reason))
