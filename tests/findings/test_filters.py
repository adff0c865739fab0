"""What CARs can be narrowed by: what each filter means, to whom it is offered, and that nothing else counts."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from actionplans.models import ReplyKind
from actionplans.plans.services import publish_plan
from actionplans.sharing.services import reply
from findings.ages import BANDS, age_in_words, months_before
from findings.filters import Filters, Viewpoint
from findings.models import Finding
from findings.quarters import Quarter, quarters_until
from findings.services import answer_triage
from stakeholders.models import Sector
from tests.actionplans.making import end_by_next_audit, make_finding, make_plan, share_with
from tests.factories import make_relationship, make_site
from tests.findings.making import Auditing
from tests.findings.scene import audits_of, let_see
from tests.personas import Persona, Personas

pytestmark = pytest.mark.django_db

URGENT = {"U": True, "K": False, "E": True}
ALONE = {"U": False, "K": False, "E": False, "O": False}
CALM = {"U": False, "K": True}


@pytest.fixture
def auditing(personas: Personas) -> Auditing:
    return audits_of(personas)


def found(persona: Persona, **query: str) -> set[Finding]:
    return set(Filters(Viewpoint(persona.actor, timezone.localdate()), query).findings)


def offered(persona: Persona) -> dict[str, list[str]]:
    filters = Filters(Viewpoint(persona.actor, timezone.localdate()), {})
    return {each.name: [choice.value for choice in filters.choices_of(each)] for each in filters.offered}


def raised(personas: Personas, *days_ago: int) -> list[Finding]:
    site = make_site(personas.site.organisation)
    for customer in (personas.customer, personas.customer2):
        make_relationship(site, customer.organisation)
    today = timezone.localdate()
    return [make_finding(site, raised_on=today - timedelta(days=days)) for days in days_ago]


class TestWhatTheyMean:
    def test_sector_is_the_sites(self, personas: Personas) -> None:
        food = make_finding(make_site(personas.site.organisation, sector=Sector.FOOD))
        make_finding(make_site(personas.site.organisation, sector=Sector.FISHING))
        assert found(personas.compliance, sector="food") == {food}
        assert offered(personas.site)["sector"] == ["fishing", "food"]

    def test_age_bands_share_out_all_cars(self, personas: Personas) -> None:
        cars = raised(personas, 0, 100, 250, 500, 900, 5000)
        got = [found(personas.site, age=band.value) for band in BANDS]
        assert got == [set(cars[:2]), {cars[2]}, {cars[3]}, {cars[4]}, {cars[5]}]

    def test_how_often_raised(self, personas: Personas, auditing: Auditing) -> None:
        years = (2020, 2021, 2022, 2023, 2024)
        chain = [auditing.car(auditing.hold(date(year, 3, 1), "5A.B")) for year in years]
        alone = auditing.car(auditing.hold(date(2024, 4, 1), "2.A", scope=["2"]))
        for name in ("site", "compliance"):
            times = {
                value: found(personas[name], status="all", times=value) for value in ("again", "2", "3", "4")
            }
            assert times == {
                "again": set(chain[1:]),
                "2": {chain[1]},
                "3": {chain[2]},
                "4": set(chain[3:]),
            }
            assert alone in found(personas[name])

    def test_who_sees_a_part_of_a_chain_is_told_of_that_part_alone(
        self, personas: Personas, auditing: Auditing
    ) -> None:
        years = (2022, 2023, 2024)
        first, second, third = (auditing.car(auditing.hold(date(year, 3, 1), "5A.B")) for year in years)
        let_see(personas.customer.organisation, second, third)
        let_see(personas.customer2.organisation, first, third)
        assert found(personas.customer, status="all", times="again") == {third}
        assert found(personas.customer2, status="all", times="again") == set()
        assert offered(personas.customer)["times"] == ["again"]

    def test_step_1_counts_as_it_was_taken_last(self, personas: Personas) -> None:
        urgent, calmed, alone, untouched = raised(personas, 1, 2, 3, 4)
        for finding, answers in [(urgent, CALM), (urgent, URGENT), (calmed, URGENT), (calmed, CALM)]:
            answer_triage(finding_id=finding.pk, actor=personas.site.actor, answers=answers)
        answer_triage(finding_id=alone.pk, actor=personas.site.actor, answers=ALONE)
        for reader in (personas.site_viewer, personas.compliance):
            assert found(reader, step1="urgent") == {urgent}
            assert found(reader, step1="seeks_support") == {alone}
            assert found(reader, step1="not_taken") == {untouched}

    def test_what_an_audit_left_until_it_is_decided(self, personas: Personas, auditing: Auditing) -> None:
        left = auditing.car(auditing.hold(date(2024, 3, 1), "5A.B", "2.A"), "5A.B")
        auditing.hold(date(2025, 3, 1), "2.A", others=["5A.B"])
        assert found(personas.compliance, left="to_decide") == {left}

    def test_quarters_are_those_of_the_audits(self, personas: Personas, auditing: Auditing) -> None:
        this = Quarter.of(timezone.localdate())
        before, earlier = this.shifted(-2), this.shifted(-6)
        first = auditing.car(auditing.hold(earlier.first_day, "5A.B"))
        second = auditing.car(auditing.hold(this.shifted(-1).first_day - timedelta(days=1), "5A.B"))
        assert found(personas.site, raised=str(before)) == {second}
        assert found(personas.site, status="ended", ended=str(before)) == {first}
        assert found(personas.site, status="all", raised=str(earlier)) == {first}

    def test_statuses_of_those_that_ended(self, personas: Personas) -> None:
        under_way, closed, superseded = raised(personas, 5, 6, 7)
        end_by_next_audit(closed)
        end_by_next_audit(superseded, successor=under_way)
        assert found(personas.site, status="ended") == {closed, superseded}
        assert found(personas.site, status="all") == {under_way, closed, superseded}


class TestPlans:
    @pytest.fixture
    def cars(self, personas: Personas) -> list[Finding]:
        """Without a plan, with a draft, published, and shared with the customer, which is to reply."""
        cars = raised(personas, 1, 2, 3, 4)
        site = personas.site.actor
        make_plan(cars[1], site)
        publish_plan(plan_id=make_plan(cars[2], site).pk, actor=site)
        share_with(make_plan(cars[3], site), site, personas.customer.organisation)
        return [Finding.objects.get(pk=each.pk) for each in cars]

    def test_the_site_tells_apart_what_is_not_begun(self, personas: Personas, cars: list[Finding]) -> None:
        assert found(personas.site, plan="none") == {cars[0]}
        assert found(personas.site, plan="draft") == {cars[1], cars[3]}
        assert found(personas.site, plan="published") == {cars[2]}

    def test_the_operator_knows_of_no_draft(self, personas: Personas, cars: list[Finding]) -> None:
        assert found(personas.compliance, plan="published") == {cars[2]}
        assert found(personas.compliance, plan="none") == {cars[0], cars[1], cars[3]}
        assert offered(personas.compliance)["plan"] == ["none", "published"]
        assert found(personas.compliance, plan="draft") == set(cars)

    def test_a_party_knows_of_what_it_can_read(self, personas: Personas, cars: list[Finding]) -> None:
        let_see(personas.customer.organisation, cars[2])
        assert found(personas.customer, plan="shared") == {cars[3]}
        assert found(personas.customer, plan="published") == set()
        assert found(personas.customer, plan="none") == {cars[2]}

    def test_replies_wait_until_they_come(self, personas: Personas, cars: list[Finding]) -> None:
        for reader in (personas.site, personas.compliance, personas.customer):
            assert found(reader, reply="awaited") == {cars[3]}
        share = cars[3].plan.shares.get()
        said = ReplyKind.CHANGES_REQUESTED
        sent = share.sent.get().pk
        reply(
            share_id=share.pk,
            actor=personas.customer.actor,
            sent_id=sent,
            kind=said,
            comment="Say from when.",
        )
        for reader in (personas.site, personas.compliance, personas.customer):
            assert found(reader, reply="awaited") == set()
            assert found(reader, reply="changes") == {cars[3]}

    def test_what_another_party_is_asked_is_nobody_elses_matter(
        self, personas: Personas, cars: list[Finding]
    ) -> None:
        share = share_with(cars[3].plan, personas.site.actor, personas.customer2.organisation)
        sent = share.sent.get().pk
        reply(share_id=share.pk, actor=personas.customer2.actor, sent_id=sent, kind=ReplyKind.CONFIRMED)
        assert found(personas.customer2, reply="awaited") == set()
        assert found(personas.customer, reply="awaited") == {cars[3]}
        assert found(personas.customer2, plan="shared") == {cars[3]}


class TestToWhom:
    SECRET = {"step1", "left", "plan", "reply", "updates"}

    def test_an_auditor_is_offered_nothing_about_plans_and_step_1(self, personas: Personas) -> None:
        assert self.SECRET.isdisjoint(offered(personas.auditor))

    def test_a_customer_is_offered_nothing_about_step_1(self, personas: Personas) -> None:
        assert {"step1", "left", "supplier"}.isdisjoint(offered(personas.customer))

    def test_only_compliance_staff_are_offered_what_they_decide(self, personas: Personas) -> None:
        assert "left" in offered(personas.compliance)
        assert "left" not in offered(personas.admin)
        assert "left" not in offered(personas.site_manager)

    @pytest.mark.parametrize(
        ("reader", "query"),
        [
            ("auditor", {"plan": "published"}),
            ("auditor", {"plan": "none"}),
            ("auditor", {"reply": "awaited"}),
            ("auditor", {"updates": "late"}),
            ("auditor", {"step1": "urgent"}),
            ("auditor", {"times": "3"}),
            ("customer", {"step1": "urgent"}),
            ("customer", {"step1": "not_taken"}),
            ("customer", {"left": "to_decide"}),
            ("customer", {"times": "2"}),
            ("customer", {"plan": "draft"}),
            ("admin", {"left": "to_decide"}),
            ("site", {"left": "to_decide"}),
        ],
    )
    def test_what_is_not_offered_does_nothing_in_an_address(
        self, reader: str, query: dict[str, str], personas: Personas, auditing: Auditing
    ) -> None:
        """On the page, in the count and in the files alike."""
        audit = auditing.hold(date(2025, 3, 1), "5A.B", "2.A")
        one, other = auditing.car(audit, "5A.B"), auditing.car(audit, "2.A")
        let_see(personas.customer.organisation, one, other)
        answer_triage(finding_id=one.pk, actor=personas.site.actor, answers=URGENT)
        publish_plan(plan_id=make_plan(other, personas.site.actor).pk, actor=personas.site.actor)
        client = personas[reader].client
        assert client.get("/cars/", query).context["count"] == 2
        assert len(b"".join(client.get("/cars/csv/", query)).splitlines()) == 3
        assert found(personas[reader], **query) == found(personas[reader])


# --- Days -------------------------------------------------------------------------------------------

days = st.dates(date(1990, 1, 1), date(2090, 1, 1))


@given(days, st.integers(1, 23))
def test_bands_change_on_the_day_on_which_the_age_in_words_does(on: date, months: int) -> None:
    last = months_before(on, months)
    assert int(age_in_words(last, on=on).split()[0]) == months
    younger = age_in_words(last + timedelta(days=1), on=on)
    assert "day" in younger or int(younger.split()[0]) == months - 1


@given(days, st.integers(-40, 40))
def test_quarters_follow_one_another_without_a_gap(day: date, shift: int) -> None:
    quarter = Quarter.of(day)
    assert quarter.first_day <= day < quarter.shifted(1).first_day
    assert quarter.shifted(shift).shifted(-shift) == quarter
    assert Quarter.of(quarter.first_day - timedelta(days=1)) == quarter.shifted(-1)


def test_quarters_of_three_years_end_with_the_one_of_the_day() -> None:
    quarters = quarters_until(date(2026, 2, 3), count=12)
    assert [str(quarters[0]), str(quarters[-1]), len(quarters)] == ["2023-Q2", "2026-Q1", 12]
    assert quarters[-1].in_words == "January to March 2026"
