"""What each reader finds first after logging in: what waits on it, and nothing that is not its own."""

from datetime import date

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from actionplans.plans.services import publish_plan
from actionplans.sharing.services import reply, withdraw_share
from findings.models import Finding
from findings.services import answer_triage
from stakeholders.models import Site
from tests.actionplans.making import CONFIRM, INFORM, make_finding, make_plan, share_with
from tests.factories import make_relationship, make_site
from tests.findings.making import Auditing
from tests.findings.scene import audits_of, let_see
from tests.personas import Persona, Personas
from tests.web.markup import Element, read

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(personas: Personas) -> Site:
    """A site of the cast's supplier, which trades with the first customer."""
    site = make_site(personas.site.organisation, name="Green Valley Packhouse")
    make_relationship(site, personas.customer.organisation)
    return site


def home(persona: Persona) -> Element:
    return read(persona.client.get("/").content.decode()).one("main")


def rows_of(page: Element) -> dict[str, str]:
    """What each row of the page's tables of CARs or audits says, by the text of its first link."""
    rows = [row for row in page.all("tr") if any(cell.all("a") for cell in row.all("td")[:1])]
    return {row.all("a")[0].text: row.text for row in rows}


def headings(page: Element) -> list[str]:
    return [heading.text for heading in page.all("h2")]


class TestSupplier:
    def test_each_car_stands_with_its_one_next_step(self, personas: Personas, site: Site) -> None:
        new = make_finding(site)
        understood = make_finding(site)
        answer_triage(finding_id=understood.pk, actor=personas.site.actor, answers={"U": False, "K": True})
        begun = make_finding(site)
        make_plan(begun, personas.site.actor)
        rows = rows_of(home(personas.site))
        assert "Understand this CAR" in rows[new.reference]
        assert "Write the action plan" in rows[understood.reference]
        assert "Understand this CAR" in rows[begun.reference]

    def test_those_without_a_published_plan_come_first(self, personas: Personas, site: Site) -> None:
        published, open_ = make_finding(site), make_finding(site)
        publish_plan(plan_id=make_plan(published, personas.site.actor).pk, actor=personas.site.actor)
        assert list(rows_of(home(personas.site))) == [open_.reference, published.reference]

    def test_viewer_is_offered_nothing_that_writes(self, personas: Personas, site: Site) -> None:
        finding = make_finding(site)
        assert "Nothing to do now" in rows_of(home(personas.site_viewer))[finding.reference]

    def test_another_supplier_is_told_that_it_has_none(self, personas: Personas, site: Site) -> None:
        make_finding(site)
        page = home(personas.site2)
        assert rows_of(page) == {}
        assert "No CAR has been raised at your sites" in page.text

    def test_plans_being_written_and_whoever_has_not_replied_stand_below(
        self, personas: Personas, site: Site
    ) -> None:
        make_finding(site)
        assert "Plans being written" not in headings(home(personas.site))
        actor, customer = personas.site.actor, personas.customer
        plans = [make_plan(make_finding(site), actor) for _ in range(6)]
        share = share_with(plans[0], actor, customer.organisation)
        page = home(personas.site)
        drafts, awaited = (
            next(part for part in page.all("section") if part.one("h2").text == heading)
            for heading in ("Plans being written", "Who has not replied yet")
        )
        assert len(drafts.all("li")) == 5
        assert drafts.one("a", href="/cars/?plan=draft").text == "All plans being written"
        assert [item.all("a")[0].text for item in awaited.all("li")] == [customer.organisation.name]
        reply(share_id=share.pk, actor=customer.actor, sent_id=share.sent.get().pk, kind="confirmed")
        assert "Who has not replied yet" not in headings(home(personas.site))

    def test_more_cars_take_no_more_queries(
        self, personas: Personas, site: Site, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        customer = personas.customer
        for _ in range(3):
            make_finding(site)
            planned, objected = make_finding(site), make_finding(site)
            plan = make_plan(planned, personas.site.actor)
            share_with(plan, personas.site.actor, customer.organisation)
            share = share_with(
                make_plan(objected, personas.site.actor), personas.site.actor, customer.organisation
            )
            wish = {"kind": "changes_requested", "comment": "Please say who is to do what."}
            reply(share_id=share.pk, actor=customer.actor, sent_id=share.sent.get().pk, **wish)
        _ = personas.site.client
        with django_assert_num_queries(15):
            assert len(rows_of(home(personas.site))) == 9


class TestPartiesOfAPlan:
    def test_what_asks_for_an_answer_stands_apart_from_what_informs(
        self, personas: Personas, site: Site
    ) -> None:
        asked, informed = make_finding(site), make_finding(site)
        actor, customer = personas.site.actor, personas.customer.organisation
        share_with(make_plan(asked, actor), actor, customer)
        plan = make_plan(informed, actor)
        publish_plan(plan_id=plan.pk, actor=actor)
        share_with(plan, actor, customer, asks=INFORM)
        page = home(personas.customer)
        assert list(rows_of(page)) == [asked.reference, informed.reference]
        assert headings(page)[0] == "Also shared with you"

    def test_answered_ones_wait_no_more(self, personas: Personas, site: Site) -> None:
        finding = make_finding(site)
        actor = personas.site.actor
        share = share_with(make_plan(finding, actor), actor, personas.customer.organisation)
        sent = share.sent.get()
        reply(share_id=share.pk, actor=personas.customer.actor, sent_id=sent.pk, kind="confirmed")
        page = home(personas.customer)
        assert "Nothing waits for your reply" in page.text
        assert "Confirmed" in rows_of(page)[finding.reference]

    @pytest.mark.parametrize("reader", ["customer2", "ngo", "nobody"])
    def test_others_see_nothing_of_it(self, reader: str, personas: Personas, site: Site) -> None:
        finding = make_finding(site)
        actor = personas.site.actor
        share_with(make_plan(finding, actor), actor, personas.customer.organisation)
        page = home(personas[reader])
        assert finding.reference not in page.text
        assert site.name not in page.text

    def test_withdrawn_share_is_gone_from_the_page(self, personas: Personas, site: Site) -> None:
        actor = personas.site.actor
        share = share_with(make_plan(make_finding(site), actor), actor, personas.customer.organisation)
        assert rows_of(home(personas.customer))
        withdraw_share(share_id=share.pk, actor=actor)
        assert rows_of(home(personas.customer)) == {}

    def test_sites_with_cars_that_it_sees_lead_to_their_lists(
        self, personas: Personas, site: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        other, unseen = make_site(personas.site2.organisation, name="Alder Mill"), make_site()
        let_see(personas.customer.organisation, make_finding(site), make_finding(site), make_finding(other))
        make_finding(site)
        make_finding(unseen)
        page = home(personas.customer)
        table = page.one("table")
        rows = [row.all("td") for row in table.all("tr") if row.all("td")]
        assert [row[0].text.partition(" Supplier")[0].startswith(("Alder", "Green")) for row in rows] == [
            True
        ] * 2
        assert [row[1].text.split()[0] for row in rows] == ["1", "2"]
        for row, number in zip(rows, (1, 2), strict=True):
            listed = personas.customer.client.get(row[1].one("a")["href"])
            assert listed.context["count"] == number
        monkeypatch.setattr("carportal.web.landing.SITES", 1)
        monkeypatch.setattr("carportal.web.by_name.PAGE_SIZE", 1)
        assert home(personas.customer).one("a", href="/by-site/").text == "All sites with CARs under way"
        first = personas.customer.client.get("/by-site/")
        then = personas.customer.client.get("/by-site/" + first.context["page"].next_url)
        shown = [each.context["sites"] for each in (first, then)]
        assert [[row.site.pk for row in rows] for rows in shown] == [[other.pk], [site.pk]]

    def test_more_shares_take_no_more_queries(
        self, personas: Personas, site: Site, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        actor = personas.site.actor
        for asks in (INFORM, CONFIRM) * 3:
            plan = make_plan(make_finding(site), actor)
            publish_plan(plan_id=plan.pk, actor=actor)
            share_with(plan, actor, personas.customer.organisation, asks=asks)
        _ = personas.customer.client
        with django_assert_num_queries(15):
            assert len(rows_of(home(personas.customer))) == 6


class TestAuditor:
    def test_drafts_and_published_audits_stand_apart(self, personas: Personas, site: Site) -> None:
        audits = audits_of(personas, site)
        done = audits.hold(date(2025, 3, 3), "5A.B")
        waiting = audits.record(date(2026, 3, 3))
        page = home(personas.auditor)
        assert list(rows_of(page)) == [waiting.reference, done.reference]
        assert headings(page)[:2] == ["Not published yet", "Published last"]

    def test_what_its_audits_raised_stands_by_site_and_year(self, personas: Personas, site: Site) -> None:
        audits = audits_of(personas, site)
        year = timezone.localdate().year
        audits.hold(date(year - 1, 3, 3), "5A.B", "2.A")
        audits.hold(date(year, 1, 1), "8.A", scope=["8"])
        audits.hold(date(year - 6, 3, 3), "1A.B", scope=["1A"])
        page = home(personas.auditor)
        (row,) = [
            row.all("td") for row in page.all("tr") if site.name in row.text and len(row.all("td")) == 6
        ]
        assert [cell.text.split()[0] for cell in row[1:]] == ["1", "2", "0", "0", "4"]
        for cell in (row[1], row[2], row[5]):
            listed = personas.auditor.client.get(cell.one("a")["href"])
            assert listed.context["count"] == int(cell.text.split()[0])
        assert "plan" not in page.text.lower()

    def test_another_company_sees_none_of_them(self, personas: Personas, site: Site) -> None:
        audits_of(personas, site).hold(date(2025, 3, 3), "5A.B")
        assert rows_of(home(personas.auditor2)) == {}

    def test_more_audits_take_no_more_queries(
        self, personas: Personas, site: Site, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        audits = audits_of(personas, site)
        for month in range(1, 5):
            audits.hold(date(2025, month, 3), "5A.B")
            audits.record(date(2026, month, 3))
        _ = personas.auditor.client
        with django_assert_num_queries(7):
            assert len(rows_of(home(personas.auditor))) == 8


class TestOperator:
    @pytest.fixture
    def audits(self, personas: Personas, site: Site) -> Auditing:
        audits = audits_of(personas, site)
        audits.hold(date(2024, 3, 3), "1A.B", "5A.B", "5A.C")
        return audits

    def test_urgent_ones_by_the_sites_own_answers_stand_out(
        self, personas: Personas, audits: Auditing
    ) -> None:
        del audits
        finding = Finding.objects.earliest("reference")
        assert not home(personas.compliance).all("div", class_="notice")
        answer_triage(finding_id=finding.pk, actor=personas.site.actor, answers={"U": True, "K": True})
        assert finding.reference in home(personas.compliance).one("div", class_="notice").text

    def test_sites_that_found_nobody_to_begin_with_are_listed_until_they_did(
        self, personas: Personas, audits: Auditing
    ) -> None:
        del audits
        finding = Finding.objects.earliest("reference")
        alone = {"U": False, "K": False, "E": False, "O": False}
        answer_triage(finding_id=finding.pk, actor=personas.site.actor, answers=alone)
        page = home(personas.compliance)
        assert "Sites that seek support" in headings(page)
        asking = [item.text for item in page.all("li") if finding.reference in item.text]
        assert len(asking) == 1
        assert finding.site.name in asking[0]
        with_customers = {"U": False, "K": False, "E": True}
        answer_triage(finding_id=finding.pk, actor=personas.site.actor, answers=with_customers)
        assert "Sites that seek support" not in headings(home(personas.compliance))

    def test_what_an_audit_left_is_for_compliance_staff_alone(
        self, personas: Personas, audits: Auditing
    ) -> None:
        audits.hold(date(2025, 6, 6), "1A.B", "5A.C", others=["5A.B"])
        left = Finding.objects.get(left_by__isnull=False)
        page = home(personas.compliance)
        assert "For you to decide" in headings(page)
        assert left.reference in page.text
        assert "For you to decide" not in headings(home(personas.admin))

    def test_more_cars_take_no_more_queries(
        self, personas: Personas, audits: Auditing, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        audits.hold(date(2025, 6, 6), "1A.B", "5A.C", "2.A", others=["5A.B"])
        audits.record(date(2026, 1, 1))
        audits.record(date(2026, 1, 2))
        _ = personas.compliance.client
        with django_assert_num_queries(15):
            home(personas.compliance)


def test_visitor_is_told_what_the_portal_is_and_where_to_log_in(personas: Personas) -> None:
    page = home(personas.anonymous)
    assert "Collaborative Action Required" in page.text
    assert "/accounts/login/" in [link["href"] for link in page.all("a")]


def test_person_of_no_organisation_is_told_whom_to_ask(personas: Personas) -> None:
    assert "invite you" in home(personas.nobody).text
