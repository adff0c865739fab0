"""A workbook to fill in: the columns, a row that shows how, and what each column takes."""

import io
from collections.abc import Iterable, Mapping

import xlsxwriter
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from findings.importing.columns import OPTIONAL, Column
from findings.models import AuditType, EntryType

# Made up; as long as it stands in a file, that is refused, since no audit company is called so.
EXAMPLE: Mapping[Column, str | Promise] = {
    Column.SUPPLIER_REFERENCE: "ZC1000123",
    Column.SUPPLIER_NAME: gettext_lazy("Example Produce"),
    Column.SITE_REFERENCE: "ZS1000123",
    Column.SITE_NAME: gettext_lazy("Example Packhouse"),
    Column.COUNTRY: "ES",
    Column.AUDIT_REFERENCE: "ZAA123456",
    Column.AUDIT_TYPE: AuditType.PERIODIC.label,
    Column.AUDIT_DATE: "2026-03-27",
    Column.AUDIT_COMPANY: gettext_lazy("Replace this row: an audit company of the portal"),
    Column.SCOPE: gettext_lazy("four pillars"),
    Column.FINDING_TYPE: "CAR",
    Column.REQUIREMENT: "5A.B",
    Column.ISSUE_TITLE: gettext_lazy("Wages do not reach a living wage"),
    Column.DETAILS: gettext_lazy("Short and clear, as the audit report has it."),
    Column.CONTACT: "manager@example.com",
}
EXPLANATIONS: Mapping[Column, Promise] = {
    Column.SUPPLIER_REFERENCE: gettext_lazy("ZC and digits. A supplier that is not here yet is added."),
    Column.SUPPLIER_NAME: gettext_lazy("A supplier that is here already keeps its name."),
    Column.SITE_REFERENCE: gettext_lazy("ZS and digits. A site that is not here yet is added."),
    Column.SITE_NAME: gettext_lazy("A site that is here already keeps its name."),
    Column.COUNTRY: gettext_lazy("In English, or its ISO code, such as Spain, ES or ESP."),
    Column.AUDIT_REFERENCE: gettext_lazy("As it is printed on the audit report."),
    Column.AUDIT_TYPE: gettext_lazy("Initial, Periodic, Full follow-up or Partial follow-up."),
    Column.AUDIT_DATE: gettext_lazy(
        "A date of the spreadsheet, or text such as 2026-03-27 or 27 March 2026."
    ),
    Column.AUDIT_COMPANY: gettext_lazy("Its name or reference. It has to be in the portal already."),
    Column.SCOPE: gettext_lazy(
        "Four pillars, two pillars, or the areas, such as 1, 1A, 5A. Without it: two pillars, or four if the audit has a finding on 10B or 10C."
    ),
    Column.FINDING_TYPE: gettext_lazy("CAR, Non-compliance or Observation. Empty: the audit found nothing."),
    Column.REQUIREMENT: gettext_lazy("The code, such as 5A.B or 5.A.B. The issue number does as well."),
    Column.ISSUE_TITLE: gettext_lazy("For a CAR."),
    Column.DETAILS: gettext_lazy("For a CAR. Do not name workers or children."),
    Column.CONTACT: gettext_lazy(
        "Prepares an invitation to manage the supplier. It is sent once you say so, not by the import."
    ),
}


def explained_columns() -> list[tuple[str | Promise, bool, str | Promise]]:
    """Name, whether it may be left out, and what it takes."""
    return [(column.label, column in OPTIONAL, EXPLANATIONS[column]) for column in Column]


def template_workbook() -> bytes:
    file = io.BytesIO()
    workbook = xlsxwriter.Workbook(file, {"in_memory": True})
    bold = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 2})
    text = workbook.add_format({"num_format": "@", "valign": "top"})
    day = workbook.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"})
    wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
    audits = workbook.add_worksheet(_("Audits"))
    audits.freeze_panes(1, 0)
    for number, column in enumerate(Column):
        audits.set_column(number, number, _width(column), day if column == Column.AUDIT_DATE else text)
        audits.write_string(0, number, str(column.label), bold)
        audits.write_string(1, number, str(EXAMPLE[column]))
    _offer(audits, Column.AUDIT_TYPE, [str(each.label) for each in AuditType])
    _offer(
        audits,
        Column.FINDING_TYPE,
        ["CAR", *(str(each.label) for each in EntryType if each != EntryType.CAR)],
    )
    notes = workbook.add_worksheet(_("What each column takes"))
    notes.set_column(0, 0, 26)
    notes.set_column(1, 1, 90, wrapped)
    for row, (name, optional, explanation) in enumerate(explained_columns()):
        notes.write_string(row, 0, f"{name} ({_('optional')})" if optional else str(name), bold)
        notes.write_string(row, 1, str(explanation), wrapped)
    workbook.close()
    return file.getvalue()


def _width(column: Column) -> int:
    return {Column.ISSUE_TITLE: 40, Column.DETAILS: 60}.get(column, 20)


def _offer(sheet: "xlsxwriter.worksheet.Worksheet", column: Column, labels: Iterable[str]) -> None:
    """A list to choose from; other words for the same are taken, too."""
    number = list(Column).index(column)
    sheet.data_validation(
        1, number, 10_000, number, {"validate": "list", "source": list(labels), "error_type": "information"}
    )
