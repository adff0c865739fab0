"""What a spreadsheet may look like: kinds of file, encodings, headers, and how values may be written."""

import datetime
import io

import pytest
import xlsxwriter

from findings.importing.columns import Column
from findings.importing.dates import DayOrder, NoDate, read_date
from findings.importing.known import EntryText
from findings.importing.reading import read_spreadsheet
from findings.importing.tables import Unreadable
from findings.importing.template import template_workbook
from findings.importing.values import (
    Bad,
    addresses_of,
    audit_type_of,
    country_of,
    finding_type_of,
    scope_of,
)
from findings.models import AuditType, EntryType
from findings.requirements import FOUR_PILLARS, TWO_PILLARS
from tests.findings.spreadsheets import GOOD, HEADER, clean, csv_of, planned, reasons, row, xlsx_of

OTHER_NAMES = {
    Column.DETAILS: "nc DETAILS",
    Column.AUDIT_REFERENCE: "Audit ID",
    Column.SUPPLIER_REFERENCE: "ZC number",
    Column.SUPPLIER_NAME: "Supplier",
    Column.FINDING_TYPE: "Finding category",
    Column.SITE_REFERENCE: "SITE CODE",
    Column.SITE_NAME: "Site",
    Column.REQUIREMENT: "Issue no.",
    Column.COUNTRY: "country",
    Column.AUDIT_TYPE: "Type of audit",
    Column.AUDIT_DATE: "Date of Audit",
    Column.ISSUE_TITLE: "Issue title",
    Column.AUDIT_COMPANY: "Auditing company",
}


class TestFiles:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
    def test_csv_in_every_encoding_and_division(self, delimiter: str, encoding: str) -> None:
        named = row(site_name="Peña – Bodega", details="One, two;\nthree\tand “four”")
        plan = planned(csv_of([named], delimiter=delimiter, encoding=encoding))
        assert reasons(plan) == []
        assert plan.sites[0].name == "Peña – Bodega"
        (text,) = plan.audits[0].entries.values()
        assert text.details == "One, two;\nthree\tand “four”"

    def test_workbook_says_the_same_as_a_text(self) -> None:
        assert planned(xlsx_of()) == planned(csv_of())

    @pytest.mark.parametrize("write", [csv_of, xlsx_of])
    def test_titles_may_stand_above_and_columns_in_any_order_under_other_names(self, write) -> None:
        titles = [["Export of audits"], [], ["Made on", "2026-11-25", "Site", "Audit"], []]
        content = write([GOOD], OTHER_NAMES, titles=titles)
        plan = planned(content)
        assert reasons(plan) == []
        assert read_spreadsheet(content).header.row == 5
        assert plan.audits[0].row == 6

    def test_rows_are_counted_as_the_person_sees_them(self) -> None:
        lines = csv_of([row(details='A "quoted"\nsecond line'), clean(), row(country="Nowhere")])
        problem = planned(lines).problems[-1]
        assert (problem.row, problem.column, problem.value) == (4, "E: Country", "Nowhere")

    def test_rows_without_anything_in_them_are_passed_over(self) -> None:
        blank = dict.fromkeys(HEADER, "")
        plan = planned(xlsx_of([blank, row(), blank, clean(audit_reference="ZAA700002"), blank]))
        assert [each.row for each in plan.audits] == [3, 5]

    def test_first_sheet_with_a_header_is_read_and_the_others_are_named(self) -> None:
        file = io.BytesIO()
        workbook = xlsxwriter.Workbook(file, {"in_memory": True})
        workbook.add_worksheet("Cover").write_string(0, 0, "Our audits")
        for name in ("March", "April"):
            sheet = workbook.add_worksheet(name)
            for number, column in enumerate(HEADER):
                sheet.write_string(0, number, HEADER[column])
                sheet.write_string(1, number, str(GOOD[column]))
        workbook.close()
        found = read_spreadsheet(file.getvalue())
        assert (found.table.name, found.other_sheets) == ("March", ("April",))

    def test_template_is_read_but_its_example_is_not_taken(self) -> None:
        (problem,) = planned(template_workbook()).problems
        assert problem.column == "I: Audit company"


class TestWhatIsRefusedAsAWhole:
    def test_missing_columns_are_named(self) -> None:
        header: dict[Column, str] = {
            column: name for column, name in HEADER.items() if column not in {Column.COUNTRY, Column.DETAILS}
        }
        with pytest.raises(
            Unreadable, match="Row 1 names the columns, but these are missing: Country and Details"
        ):
            read_spreadsheet(csv_of(header=header))

    def test_scope_and_contact_may_be_missing(self) -> None:
        header: dict[Column, str] = {
            column: name for column, name in HEADER.items() if column not in {Column.SCOPE, Column.CONTACT}
        }
        assert reasons(planned(csv_of(header=header))) == []

    def test_two_columns_for_one_thing_are_named(self) -> None:
        header = {**HEADER, Column.CONTACT: "Description"}
        with pytest.raises(Unreadable, match="Columns N and O both stand for “Details”"):
            read_spreadsheet(csv_of(header=header))

    def test_header_without_rows_is_refused(self) -> None:
        with pytest.raises(Unreadable, match="no rows under the names"):
            read_spreadsheet(csv_of([]))

    def test_quotation_that_does_not_end_is_told_by_its_row(self) -> None:
        content = csv_of([row(), row()]).decode().rstrip() + '\r\n"never closed, and on it goes'
        with pytest.raises(Unreadable, match="Row 4 cannot be read: a quotation mark"):
            read_spreadsheet(content.encode())


class TestFormulas:
    def test_formula_in_a_workbook_is_an_error_of_its_cell(self) -> None:
        file = io.BytesIO()
        workbook = xlsxwriter.Workbook(file, {"in_memory": True})
        sheet = workbook.add_worksheet()
        for number, column in enumerate(HEADER):
            sheet.write_string(0, number, HEADER[column])
            sheet.write_string(1, number, str(GOOD[column]))
        sheet.write_formula(1, 3, '=UPPER("ribera")', None, "RIBERA")
        sheet.write_formula(1, 12, "=A1")
        sheet.write_formula(1, 20, "=1+1")  # beside the columns that are read
        workbook.close()
        problems = planned(file.getvalue()).problems
        assert [each.column for each in problems] == ["D: Site name", "M: Issue title"]
        assert all("is a formula" in each.reason for each in problems)

    @pytest.mark.parametrize("write", [csv_of, xlsx_of])
    def test_text_that_begins_like_a_formula_is_text(self, write) -> None:
        plan = planned(write([row(issue_title="=1+1", details="+44 or -5, @home")]))
        assert reasons(plan) == []
        assert list(plan.audits[0].entries.values()) == [EntryText("5A.B", "=1+1", "+44 or -5, @home")]


class TestDates:
    DAY = datetime.date(2026, 3, 27)

    @pytest.mark.parametrize(
        "written",
        [
            "2026-03-27",
            "2026/3/27",
            "2026-03-27T10:30:00",
            "2026-03-27 00:00:00",
            "27/03/2026",
            "27.3.2026",
            "27-03-2026",
            "03/27/2026",
            "27 March 2026",
            "27 mar 2026",
            "27th March, 2026",
            "27-Mar-2026",
            "27-Mar-26",
            "March 27, 2026",
            "Friday, 27 March 2026",
            "46108",
            46108.0,
            46108.75,
            datetime.date(2026, 3, 27),
            datetime.datetime(2026, 3, 27, 10, 30),  # noqa: DTZ001 - as workbooks have it
        ],
    )
    def test_what_can_be_one_day_only_is_that_day(self, written) -> None:
        assert read_date(written, DayOrder.UNKNOWN) == self.DAY

    def test_what_could_be_two_days_is_an_error_unless_the_order_is_said(self) -> None:
        with pytest.raises(NoDate, match="3 April 2025 or 4 March 2025"):
            read_date("03/04/2025", DayOrder.UNKNOWN)
        assert read_date("03/04/2025", DayOrder.DAY_FIRST) == datetime.date(2025, 4, 3)
        assert read_date("03/04/2025", DayOrder.MONTH_FIRST) == datetime.date(2025, 3, 4)

    def test_date_against_the_order_that_was_said_is_an_error(self) -> None:
        with pytest.raises(NoDate, match="month 27"):
            read_date("03/27/2026", DayOrder.DAY_FIRST)

    def test_same_day_and_month_need_no_order(self) -> None:
        assert read_date("04/04/2025", DayOrder.UNKNOWN) == datetime.date(2025, 4, 4)

    def test_workbooks_that_count_from_1904_are_read_so(self) -> None:
        assert read_date(46108 - 1462, DayOrder.UNKNOWN, starts_in_1904=True) == self.DAY

    @pytest.mark.parametrize(
        "written",
        ["", "soon", "27/03/26", "2026-02-30", "31 June 2025", "2026", 2026, 7, 1e300, "13/13/2025", True],
    )
    def test_what_is_no_date_is_an_error(self, written) -> None:
        with pytest.raises(NoDate):
            read_date(written, DayOrder.UNKNOWN)

    def test_audit_of_tomorrow_is_an_error(self) -> None:
        assert reasons(planned(csv_of([row(audit_date="2026-11-26")]))) == [
            "This date is in the future. An audit is recorded once it was held."
        ]


class TestValues:
    @pytest.mark.parametrize(
        ("written", "kind"),
        [
            ("Full Initial Audit", AuditType.INITIAL),
            ("periodic", AuditType.PERIODIC),
            ("Partial Follow-Up", AuditType.FOLLOW_UP_PARTIAL),
            ("FULL FOLLOW UP", AuditType.FOLLOW_UP_FULL),
        ],
    )
    def test_types_of_audits(self, written: str, kind: AuditType) -> None:
        assert audit_type_of(written) == kind

    @pytest.mark.parametrize(
        ("written", "kind"),
        [
            ("CAR", EntryType.CAR),
            ("Collaborative Action Required", EntryType.CAR),
            ("Collaborative Action Required (CAR)", EntryType.CAR),
            ("Non-Compliance", EntryType.NON_COMPLIANCE),
            ("Observation", EntryType.OBSERVATION),
            ("", None),
            ("n/a", None),
        ],
    )
    def test_types_of_findings(self, written: str, kind: EntryType | None) -> None:
        assert finding_type_of(written) == kind

    @pytest.mark.parametrize("read", [audit_type_of, finding_type_of])
    def test_unknown_types_are_errors_that_name_the_known(self, read) -> None:
        with pytest.raises(Bad, match="not among those that are known"):
            read("Follow-up")

    @pytest.mark.parametrize(
        ("written", "code"),
        [("Spain", "ES"), ("ESP", "ES"), ("es", "ES"), ("Viet Nam", "VN"), ("Türkiye", "TR"), ("U.K.", "GB")],
    )
    def test_countries_by_name_and_code(self, written: str, code: str) -> None:
        assert country_of(written) == code

    @pytest.mark.parametrize(
        ("written", "scope"),
        [
            ("4-Pillar", FOUR_PILLARS),
            ("SMETA 2 pillar", TWO_PILLARS),
            ("Four pillars: all areas", FOUR_PILLARS),
            ("Two pillars: all areas but 10B and 10C", TWO_PILLARS),
            ("1, 1A and 5a", ["1", "1A", "5A"]),
            ("All areas but 10B, 10C", TWO_PILLARS),
        ],
    )
    def test_scopes(self, written: str, scope: list[str]) -> None:
        assert scope_of(written) == tuple(scope)

    @pytest.mark.parametrize("written", ["4", "2", "some", "11B", "but"])
    def test_what_is_no_scope_is_an_error(self, written: str) -> None:
        with pytest.raises(Bad, match="no scope"):
            scope_of(written)

    def test_addresses(self) -> None:
        assert addresses_of("Ana@Example.org; ben@example.org ,ana@example.org") == (
            "ana@example.org",
            "ben@example.org",
        )
        with pytest.raises(Bad, match="“ana” is no e-mail address"):
            addresses_of("ana")

    @pytest.mark.parametrize(
        ("changes", "column"),
        [
            ({"supplier_reference": "1000123"}, "A: Supplier reference"),
            ({"site_reference": "ZC7000001"}, "C: Site reference"),
            ({"supplier_name": ""}, "B: Supplier name"),
            ({"requirement": "12.Z"}, "L: Workplace Requirement"),
            ({"issue_title": " "}, "M: Issue title"),
            ({"issue_title": "x" * 501}, "M: Issue title"),
            ({"details": "x" * 20_001}, "N: Details"),
            ({"finding_type": ""}, "K: Finding type"),
            ({"contact": "nobody"}, "O: Contact e-mail"),
        ],
    )
    def test_each_wrong_cell_is_told_by_its_column(self, changes: dict[str, str], column: str) -> None:
        (problem,) = planned(csv_of([row(**changes)])).problems
        assert (problem.row, problem.column) == (2, column)

    def test_every_wrong_cell_of_a_row_is_told(self) -> None:
        plan = planned(csv_of([row(country="Nowhere", audit_type="Yearly", audit_date="soon")]))
        assert [each.column for each in plan.problems] == ["E: Country", "G: Audit type", "H: Audit date"]
        assert not plan.writes_something
