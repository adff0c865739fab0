"""The columns of a list of audits, and what they are called in the spreadsheets of this trade."""

from dataclasses import dataclass
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from findings.importing.tables import Table, column_letter, is_empty
from findings.publishing.situation import normalised

# A header stands within the first rows, under titles, and names at least so many of the columns.
SEARCHED = 40
ENOUGH = 4


class Column(Enum):
    """What a row says; in the order of the template."""

    SUPPLIER_REFERENCE = "supplier_reference"
    SUPPLIER_NAME = "supplier_name"
    SITE_REFERENCE = "site_reference"
    SITE_NAME = "site_name"
    COUNTRY = "country"
    AUDIT_REFERENCE = "audit_reference"
    AUDIT_TYPE = "audit_type"
    AUDIT_DATE = "audit_date"
    AUDIT_COMPANY = "audit_company"
    SCOPE = "scope"
    FINDING_TYPE = "finding_type"
    REQUIREMENT = "requirement"
    ISSUE_TITLE = "issue_title"
    DETAILS = "details"
    CONTACT = "contact"

    @property
    def label(self) -> str | Promise:
        return LABELS[self]


OPTIONAL = frozenset({Column.SCOPE, Column.CONTACT})

LABELS: dict[Column, Promise] = {
    Column.SUPPLIER_REFERENCE: _("Supplier reference"),
    Column.SUPPLIER_NAME: _("Supplier name"),
    Column.SITE_REFERENCE: _("Site reference"),
    Column.SITE_NAME: _("Site name"),
    Column.COUNTRY: _("Country"),
    Column.AUDIT_REFERENCE: _("Audit reference"),
    Column.AUDIT_TYPE: _("Audit type"),
    Column.AUDIT_DATE: _("Audit date"),
    Column.AUDIT_COMPANY: _("Audit company"),
    Column.SCOPE: _("Scope"),
    Column.FINDING_TYPE: _("Finding type"),
    Column.REQUIREMENT: _("Workplace Requirement"),
    Column.ISSUE_TITLE: _("Issue title"),
    Column.DETAILS: _("Details"),
    Column.CONTACT: _("Contact e-mail"),
}

# In small letters and without punctuation, as `normalised` leaves them; "(WR)" and the like fall away.
SYNONYMS = {
    Column.SUPPLIER_REFERENCE: """supplier reference|supplier ref|supplier code|supplier number|supplier no|supplier id
        |supplier zc|supplier zc number|supplier zc code|zc|zc number|zc no|zc code|zc reference|zc ref|zc id
        |company reference|company zc|company zc number|company code|member reference|member zc""",
    Column.SUPPLIER_NAME: """supplier|supplier name|name of supplier|name of the supplier|supplier company
        |supplier company name|company|company name|member|member name""",
    Column.SITE_REFERENCE: """site reference|site ref|site code|site number|site no|site id|site zs|site zs number
        |site zs code|zs|zs number|zs no|zs code|zs reference|zs ref|zs id|site of employment reference""",
    Column.SITE_NAME: """site|site name|name of site|name of the site|site of employment|site of employment name
        |place of employment|workplace|workplace name|factory|factory name|facility|facility name""",
    Column.COUNTRY: """country|country code|country name|country iso|iso country|iso country code|site country
        |country of site|country of the site|site location country|location country""",
    Column.AUDIT_REFERENCE: """audit|audit reference|audit ref|audit id|audit number|audit no|audit code|audit za
        |audit za number|za|za number|za no|za code|za reference|zaa|zaa number|zaa reference|smeta number
        |audit report reference|audit report number|report number|report reference""",
    Column.AUDIT_TYPE: "audit type|type of audit|kind of audit|audit kind|type of the audit",
    Column.AUDIT_DATE: """audit date|date of audit|date of the audit|date|audit start date|start date of audit
        |date audited|audited on|audit held on""",
    Column.AUDIT_COMPANY: """audit company|auditing company|audit company name|name of audit company|auditor company
        |audit firm|audit body|auditing body|auditing firm|audit company reference|audit company zc|audited by
        |affiliate audit company|aac""",
    Column.SCOPE: "scope|audit scope|scope of audit|scope of the audit|pillars|audit pillars|areas|areas assessed",
    Column.FINDING_TYPE: """finding type|type of finding|kind of finding|finding kind|finding category|category
        |category of finding|finding classification|classification|type of issue|issue type
        |issue category|nc type|type of nc|non compliance type""",
    Column.REQUIREMENT: """workplace requirement|workplace requirement wr|workplace requirement code|wr|wr code
        |wr number|wr no|wr reference|requirement|requirement code|code of requirement|issue number|issue no
        |issue code|issue ref|issue reference|car issue number|clause|nc code|nc number""",
    Column.ISSUE_TITLE: """issue title|title|issue|issue name|finding title|title of issue|title of the issue
        |title of finding|nc title|car issue title|non compliance title|issue heading""",
    Column.DETAILS: """details|detail|nc details|description|nc description|finding details|finding description
        |details of finding|details of the finding|description of finding|description of the finding
        |issue details|issue description|description of issue|details of non compliance|non compliance details
        |details of nc|description of non compliance|details of car|details of car non compliance|explanation""",
    Column.CONTACT: """contact e mail|contact email|contact e mail address|contact email address|e mail|email
        |e mail address|email address|supplier e mail|supplier email|site e mail|site email
        |supplier contact email|supplier contact e mail|site contact email|site contact e mail|contact""",
}
NAMES = {
    name.strip(): column
    for column, names in SYNONYMS.items()
    for name in " ".join(names.split()).replace(" |", "|").split("|")
}


@dataclass(frozen=True, slots=True)
class Header:
    """The row that names the columns: which stands where, under the names that the person gave them."""

    row: int
    columns: dict[Column, int]
    names: dict[Column, str]
    twice: tuple[tuple[Column, int, int], ...] = ()
    unknown: tuple[str, ...] = ()

    def shown(self, column: Column) -> str:
        """As a person finds it: "C: ZS number"."""
        if column not in self.columns:
            return str(column.label)
        return f"{column_letter(self.columns[column])}: {self.names[column]}"


def find_header(table: Table) -> Header | None:
    """Of the first rows the one that names most; None where no row names enough."""
    headers = [_read(table, row) for row in range(1, min(len(table.rows), SEARCHED) + 1)]
    best = max(headers, key=lambda header: len(header.columns), default=None)
    return best if best is not None and len(best.columns) >= ENOUGH else None


def _read(table: Table, row: int) -> Header:
    columns: dict[Column, int] = {}
    names: dict[Column, str] = {}
    twice: list[tuple[Column, int, int]] = []
    unknown = []
    for number, value in enumerate(table.rows[row - 1]):
        if is_empty(value):
            continue
        name = " ".join(str(value).split())
        column = NAMES.get(normalised(name))
        if column is None:
            unknown.append(name[:60])
        elif column in columns:
            twice.append((column, columns[column], number))
        else:
            columns[column], names[column] = number, name[:60]
    return Header(row, columns, names, tuple(twice), tuple(unknown))
