"""What a check found, as it is kept and shown: plain values that JSON holds."""

from typing import Any

from findings.importing.plans import ImportPlan, Reason
from findings.importing.reading import Spreadsheet
from findings.models import EntryType

Report = dict[str, Any]

KEPT = 10_000  # problems that a report names; it counts the rest


def report_of(spreadsheet: Spreadsheet, rows: int, plan: ImportPlan) -> Report:
    """Lists of mappings, each with the `row` that says so first; what it counts is under `counts`."""
    return {
        "sentence": "",
        "sheet": spreadsheet.table.name,
        "other_sheets": list(spreadsheet.other_sheets),
        "header_row": spreadsheet.header.row,
        "unknown_columns": list(spreadsheet.header.unknown),
        "rows": rows,
        "problems": [each._asdict() for each in plan.problems[:KEPT]],
        "suppliers": [each._asdict() for each in plan.suppliers],
        "sites": [each._asdict() for each in plan.sites],
        "audits": [
            {
                "row": each.row,
                "reference": each.facts.reference,
                "site": each.site_name,
                "type": str(each.facts.type),
                "date": each.facts.date.isoformat(),
                "cars": sum(key.type == EntryType.CAR for key in each.entries),
                "others": sum(key.type != EntryType.CAR for key in each.entries),
            }
            for each in plan.audits
        ],
        "changed": [
            {
                "row": each.row,
                "reference": each.facts.reference,
                "site": each.site_name,
                "fields": list(each.fields),
                "added": sorted(text.code for text in each.added.values()),
                "changed": sorted(text.code for text in each.changed.values()),
                "removed": sorted(text.code for text in each.removed.values()),
            }
            for each in plan.changed
        ],
        "contacts": [each._asdict() for each in plan.contacts],
        "notes": list(plan.notes),
        "counts": _counts(plan),
    }


def report_of_unreadable(sentence: str) -> Report:
    """Of a file that could not be taken as a whole."""
    return {"sentence": sentence, "problems": [], "counts": {}}


def _counts(plan: ImportPlan) -> dict[str, int]:
    return {
        "problems": len(plan.problems),
        "suppliers": len(plan.suppliers),
        "sites": len(plan.sites),
        "audits": len(plan.audits),
        "findings": sum(len(each.entries) for each in plan.audits),
        "cars": sum(key.type == EntryType.CAR for each in plan.audits for key in each.entries),
        "changed": len(plan.changed),
        "contacts": len(plan.contacts),
        "same": sum(each.reason == Reason.SAME for each in plan.skipped),
        "published": sum(each.reason == Reason.PUBLISHED for each in plan.skipped),
    }
