"""What importing will do: rows that must agree, what is here already, and what is passed over."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

import pytest

from findings.importing.known import (
    EntryKey,
    EntryText,
    Known,
    KnownAudit,
    KnownOrganisation,
    KnownSite,
    entry_key,
)
from findings.importing.plans import Reason
from findings.models import AuditType, EntryType
from findings.requirements import FOUR_PILLARS, TWO_PILLARS, Requirement
from tests.findings.spreadsheets import clean, csv_of, planned, reasons, row

SUPPLIER = KnownOrganisation(UUID(int=1), "ZC7000001", "Ribera Produce", is_supplier=True)
SITE = KnownSite(UUID(int=2), "ZS7000001", "Ribera Packhouse", "ES", "ZC7000001")
WAGES = entry_key(EntryType.CAR, Requirement("5A", "B"), "Wages do not reach a living wage")
AS_GOOD: Mapping[EntryKey, EntryText] = {
    WAGES: EntryText("5A.B", "Wages do not reach a living wage", "The lowest grade earns four fifths of it.")
}


def audit(*, is_published: bool = False, **changes: object) -> Known:
    """What is here: the audit of the good row, but for `changes`."""
    values = {
        "id": UUID(int=3),
        "reference": "ZAA700001",
        "site_reference": "ZS7000001",
        "company_id": UUID(int=9),
        "type": AuditType.PERIODIC,
        "date": date(2026, 3, 27),
        "scope": tuple(FOUR_PILLARS),
        "is_published": is_published,
        "entries": AS_GOOD,
    }
    each = KnownAudit(**values | changes)  # type: ignore[arg-type]
    return Known({SUPPLIER.reference: SUPPLIER}, {SITE.reference: SITE}, {"ZAA700001": each})


class TestRowsAgree:
    @pytest.mark.parametrize(
        ("changes", "what"),
        [
            ({"supplier_name": "Another"}, "ZC7000001"),
            ({"site_name": "Another"}, "ZS7000001"),
            ({"country": "France"}, "ZS7000001"),
            ({"audit_date": "2026-03-28"}, "ZAA700001"),
            ({"audit_type": "Initial"}, "ZAA700001"),
            ({"scope": "two pillars"}, "ZAA700001"),
        ],
    )
    def test_two_rows_that_differ_are_both_named(self, changes: dict[str, str], what: str) -> None:
        plan = planned(csv_of([row(), row(**changes)]))
        (problem,) = plan.problems
        assert problem.row == 3
        assert problem.reason == f"Row 2 has another value for {what}. Make the two rows agree."

    def test_audit_in_small_letters_is_the_same_and_must_agree(self) -> None:
        plan = planned(csv_of([row(), row(audit_reference="zaa700001", audit_date="2026-03-28")]))
        assert reasons(plan) == ["Row 2 has another value for ZAA700001. Make the two rows agree."]

    def test_names_that_differ_in_letters_and_spaces_agree(self) -> None:
        assert reasons(planned(csv_of([row(), row(supplier_name="RIBERA  Produce.")]))) == []

    def test_site_of_two_suppliers_is_an_error(self) -> None:
        plan = planned(csv_of([row(), row(supplier_reference="ZC7000002", audit_reference="ZAA2")]))
        assert reasons(plan) == ["Row 2 has another value for ZS7000001. Make the two rows agree."]

    def test_same_car_with_other_details_is_an_error(self) -> None:
        plan = planned(csv_of([row(), row(details="Something else.")]))
        assert reasons(plan) == ["Row 2 has the same CAR with other details. Keep one of the two rows."]

    def test_clean_row_beside_a_finding_is_an_error(self) -> None:
        (reason,) = reasons(planned(csv_of([clean(), row()])))
        assert reason == "Row 2 says that this audit found nothing, and row 3 has a finding of it."

    def test_repeated_findings_count_once(self) -> None:
        other = {"finding_type": "Non-Compliance", "requirement": "3.C"}
        plan = planned(csv_of([row(), row(), row(**other), row(**other, issue_title="Another")]))
        assert len(plan.audits[0].entries) == 2
        assert "2 rows repeat the findings of other rows, and count once." in plan.notes

    def test_other_findings_lose_their_text_and_the_plan_says_so(self) -> None:
        plan = planned(csv_of([row(finding_type="Observation")]))
        assert list(plan.audits[0].entries.values()) == [EntryText("5A.B")]
        assert "its code and type are kept, its title and details are not" in plan.notes[0]


class TestScope:
    def test_without_one_an_audit_has_two_pillars(self) -> None:
        plan = planned(csv_of([row(scope="")]))
        assert plan.audits[0].facts.scope == tuple(TWO_PILLARS)
        assert "come without a scope" in plan.notes[0].replace("comes", "come")

    def test_finding_on_what_only_four_pillars_assess_gives_it_four(self) -> None:
        plan = planned(csv_of([row(scope=""), row(scope="", requirement="10B.A")]))
        assert plan.audits[0].facts.scope == tuple(FOUR_PILLARS)

    def test_finding_outside_of_it_is_an_error(self) -> None:
        plan = planned(csv_of([row(scope="two pillars", requirement="10C.A")]))
        (reason,) = reasons(plan)
        assert reason == (
            "Area 10C is not in the scope of this audit (Two pillars: all areas but 10B and 10C)."
        )

    def test_one_row_that_says_it_speaks_for_all(self) -> None:
        plan = planned(csv_of([row(scope=""), row(scope="5A", issue_title="Another")]))
        assert plan.audits[0].facts.scope == ("5A",)


class TestWhatIsHere:
    def test_supplier_and_site_that_are_here_keep_their_names(self) -> None:
        plan = planned(csv_of([row(site_name="Old packhouse", audit_reference="ZAA2")]), audit())
        assert not plan.suppliers
        assert not plan.sites
        assert plan.notes == ["ZS7000001 keeps its name here, “Ribera Packhouse”."]

    def test_of_many_that_keep_their_names_the_first_are_told(self) -> None:
        sites = {
            f"ZS8{n:06}": KnownSite(UUID(int=n), f"ZS8{n:06}", f"Here {n}", "ES", "ZC7000001")
            for n in range(30)
        }
        rows = [clean(site_reference=reference, audit_reference=f"ZAA{reference}") for reference in sites]
        plan = planned(csv_of(rows), Known({SUPPLIER.reference: SUPPLIER}, sites))
        assert len(plan.notes) == 21
        assert plan.notes[-1] == "10 more keep their names here."

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"country": "France"}, "is in another country here"),
            ({"supplier_reference": "ZC7000002"}, "belongs to the supplier ZC7000001 here"),
        ],
    )
    def test_site_that_is_another_here_is_an_error(self, changes: dict[str, str], sentence: str) -> None:
        (reason,) = reasons(planned(csv_of([row(**changes)]), audit()))
        assert sentence in reason

    def test_reference_of_a_customer_is_no_supplier(self) -> None:
        customer = KnownOrganisation(UUID(int=1), "ZC7000001", "Northmarket", is_supplier=False)
        (reason,) = reasons(planned(csv_of(), Known({"ZC7000001": customer})))
        assert reason == "Northmarket has this reference here, and is no supplier."

    @pytest.mark.parametrize("published", [True, False])
    def test_same_audit_is_passed_over(self, published: bool) -> None:
        plan = planned(csv_of(), audit(is_published=published))
        assert not plan.writes_something
        assert plan.skipped[0].reason == (Reason.PUBLISHED if published else Reason.SAME)

    @pytest.mark.parametrize("published", [True, False])
    def test_file_without_scope_says_nothing_of_the_scope_here(self, published: bool) -> None:
        plan = planned(csv_of([row(scope="")]), audit(is_published=published, scope=("5A", "8")))
        assert reasons(plan) == []
        assert not plan.writes_something

    def test_published_audit_is_not_changed(self) -> None:
        rows = [
            row(audit_date="2026-03-28", issue_title="Wages"),
            row(audit_date="2026-03-28", requirement="3.A"),
        ]
        (reason,) = reasons(planned(csv_of(rows), audit(is_published=True)))
        assert reason == (
            "This audit is published, and differs from the file: the date, the findings on 3.A, 5A.B. "
            "Correct it by a new edition."
        )

    def test_published_code_spelt_otherwise_is_the_same(self) -> None:
        assert reasons(planned(csv_of([row(requirement="5.A.B")]), audit(is_published=True))) == []

    def test_draft_becomes_what_the_file_says(self) -> None:
        rows = [
            row(audit_date="2026-03-26", details="Seen again."),
            row(audit_date="2026-03-26", requirement="6.A", issue_title="Hours"),
        ]
        gone = entry_key(EntryType.OBSERVATION, Requirement("3", "A"), "")
        plan = planned(csv_of(rows), audit(entries={**AS_GOOD, gone: EntryText("3.A")}))
        (changed,) = plan.changed
        assert changed.fields == ("date",)
        assert [text.code for text in changed.added.values()] == ["6.A"]
        assert [text.details for text in changed.changed.values()] == ["Seen again."]
        assert list(changed.removed) == [gone]

    def test_reference_in_small_letters_is_the_same_audit(self) -> None:
        assert not planned(csv_of([row(audit_reference="zaa700001")]), audit()).writes_something


class TestContacts:
    def test_each_address_is_invited_once_to_each_supplier(self) -> None:
        rows = [
            row(contact="Ana@example.org"),
            row(contact="ana@example.org, ben@example.org", requirement="3.A"),
        ]
        plan = planned(csv_of(rows))
        assert [each.address for each in plan.contacts] == ["ana@example.org", "ben@example.org"]

    def test_whoever_is_known_there_is_not_invited(self) -> None:
        there = SUPPLIER.__class__(
            SUPPLIER.id, SUPPLIER.reference, SUPPLIER.name, True, frozenset({"ana@example.org"})
        )
        plan = planned(csv_of([row(contact="ana@example.org")]), Known({there.reference: there}))
        assert not plan.contacts


def test_same_file_gives_the_same_digest_and_another_another() -> None:
    rows = [row(), clean(audit_reference="ZAA2")]
    digest = planned(csv_of(rows)).digest()
    assert planned(csv_of(rows, delimiter=";")).digest() == digest
    changed = [row(details="Otherwise."), *rows[1:]]
    assert planned(csv_of(changed)).digest() != digest
