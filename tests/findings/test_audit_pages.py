"""The list of audits, the page of each, and recording, changing and discarding one."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertRedirects

from carportal.core.actor import Role
from findings.models import Audit, AuditType
from findings.requirements import FOUR_PILLARS, TWO_PILLARS
from tests.factories import make_member, make_site
from tests.findings.making import Auditing
from tests.findings.scene import audits_of, by_another_company, errors_on, text_of
from tests.personas import Personas


@pytest.fixture
def auditing(personas: Personas) -> Auditing:
    return audits_of(personas)


def typed(auditing: Auditing, **changes: object) -> dict[str, object]:
    return {
        "site_reference": auditing.site.reference,
        "reference": "ZAA900001",
        "date": "2026-03-27",
        "type": "periodic",
        "scope": FOUR_PILLARS,
        **changes,
    }


class TestList:
    def test_drafts_stand_above_published_audits(self, personas: Personas, auditing: Auditing) -> None:
        auditing.hold(date(2025, 3, 1), reference="ZAA1")
        auditing.record(date(2024, 3, 1), reference="ZAA2")
        text = text_of(personas.auditor.client.get("/audits/"))
        assert text.index("ZAA2") < text.index("ZAA1")

    def test_supplier_sees_published_audits_of_own_sites_only(
        self, personas: Personas, auditing: Auditing
    ) -> None:
        auditing.hold(date(2025, 3, 1), reference="ZAA1")
        auditing.record(date(2025, 4, 1), reference="ZAA2")
        audits_of(personas, make_site(personas.site2.organisation)).hold(date(2025, 5, 1), reference="ZAA3")
        response = personas.site_viewer.client.get("/audits/")
        assert [audit.reference for audit in response.context["page"].rows] == ["ZAA1"]
        assert "drafts" in response.context
        assert not response.context["drafts"]
        assert not response.context["may_record"]

    def test_auditor_sees_nothing_of_another_company(self, personas: Personas, auditing: Auditing) -> None:
        auditing.hold(date(2025, 3, 1), reference="ZAA1")
        auditing.record(date(2025, 3, 2), reference="ZAA2")
        text = text_of(personas.auditor2.client.get("/audits/"))
        assert "ZAA" not in text
        assert "No audits yet" in text

    @pytest.mark.parametrize("name", ["customer", "ngo", "nobody"])
    def test_parties_have_no_list_of_audits(self, personas: Personas, name: str) -> None:
        assert personas[name].client.get("/audits/").status_code == 403

    def test_filters_by_site_and_type(self, personas: Personas, auditing: Auditing) -> None:
        auditing.hold(date(2025, 3, 1), reference="ZAA1")
        auditing.hold(date(2025, 4, 1), reference="ZAA2", type=AuditType.INITIAL)
        client = personas.compliance.client

        def shown(**filters: str) -> list[str]:
            return [audit.reference for audit in client.get("/audits/", filters).context["page"].rows]

        assert shown(type="initial") == ["ZAA2"]
        assert shown(q="green valley") == ["ZAA2", "ZAA1"]
        assert shown(q="zaa1") == ["ZAA1"]
        assert shown(q="nowhere") == []

    def test_only_the_newest_published_edition_is_listed(
        self, personas: Personas, auditing: Auditing
    ) -> None:
        first = auditing.hold(date(2025, 3, 1))
        second = auditing.publish(auditing.correct(first))
        response = personas.auditor.client.get("/audits/")
        assert [audit.pk for audit in response.context["page"].rows] == [second.pk]

    def test_pages_of_a_long_list_lead_on(self, personas: Personas, auditing: Auditing) -> None:
        audit = auditing.hold(date(2025, 1, 1), scope=["0"])
        auditing.repeat(audit, (date(2025, 1, day) for day in range(2, 28)))
        client = personas.compliance.client
        first = client.get("/audits/").context["page"]
        assert len(first.rows) == 25
        assert first.previous_url == ""
        second = client.get(f"/audits/{first.next_url}").context["page"]
        assert [audit.date.day for audit in second.rows] == [2, 1]
        assert second.next_url == ""
        again = client.get(f"/audits/{second.previous_url}").context["page"]
        assert again.rows == first.rows

    def test_takes_as_many_queries_for_thirty_audits_as_for_three(
        self, personas: Personas, auditing: Auditing, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        client = personas.compliance.client
        published = auditing.hold(date(2025, 1, 1), "5A.B", others=["3.C"])
        draft = auditing.record(date(2025, 1, 1), "5A.B", others=["3.C"])
        for how_many in (2, 27):
            for audit in (published, draft):
                auditing.repeat(audit, (date(2025, 2, day) for day in range(1, 1 + how_many)))
            with django_assert_num_queries(5):  # session, person, memberships; published audits, drafts
                client.get("/audits/")


class TestRecording:
    def test_auditor_records_for_own_company(self, personas: Personas, auditing: Auditing) -> None:
        response = personas.auditor.client.post("/audits/new/", typed(auditing))
        audit = Audit.objects.get()
        assertRedirects(response, reverse("audit", args=[audit.pk]))
        assert audit.is_draft
        assert audit.audit_company == audit.recorded_by == personas.auditor.organisation

    def test_operator_names_the_audit_company(self, personas: Personas, auditing: Auditing) -> None:
        client, company = personas.compliance.client, personas.auditor.organisation
        response = client.post("/audits/new/", typed(auditing))
        assert errors_on(response) == {"audit_company_reference": ["Enter the audit company’s reference."]}
        client.post("/audits/new/", typed(auditing, audit_company_reference=company.reference.lower()))
        assert Audit.objects.get().audit_company == company

    @pytest.mark.parametrize(
        ("name", "value", "sentence"),
        [
            ("site_reference", "ZS1", "No site has this reference"),
            ("date", "", "Enter the date of the audit"),
            ("date", "2999-01-01", "in the future"),
            ("scope", [], "Choose the areas"),
            ("type", "", "Choose the type"),
        ],
    )
    def test_says_beside_the_field_what_is_wrong(
        self, personas: Personas, auditing: Auditing, name: str, value: object, sentence: str
    ) -> None:
        response = personas.auditor.client.post("/audits/new/", typed(auditing, **{name: value}))
        assert response.status_code == 200
        assert sentence in " ".join(errors_on(response)[name])
        assert not Audit.objects.exists()

    def test_same_reference_twice_is_refused_beside_it(self, personas: Personas, auditing: Auditing) -> None:
        personas.auditor.client.post("/audits/new/", typed(auditing))
        response = personas.auditor.client.post("/audits/new/", typed(auditing))
        assert errors_on(response) == {"reference": ["An audit with this reference is recorded already."]}

    def test_button_ticks_the_areas_of_two_pillars_and_keeps_what_was_typed(
        self, personas: Personas, auditing: Auditing
    ) -> None:
        answers = typed(auditing, scope=["8"], date="not a date", preset="two_pillars")
        response = personas.auditor.client.post("/audits/new/", answers)
        form = response.context["form"]
        assert form["scope"].value() == TWO_PILLARS
        assert form["reference"].value() == "ZAA900001"
        assert not form.is_bound
        assert not Audit.objects.exists()
        assert 'value="not a date"' in response.content.decode()

    @pytest.mark.parametrize("name", ["site_manager", "customer", "ngo", "nobody"])
    def test_others_do_not_record_audits(self, personas: Personas, auditing: Auditing, name: str) -> None:
        client = personas[name].client
        assert client.get("/audits/new/").status_code == 403
        assert client.post("/audits/new/", typed(auditing)).status_code == 403

    def test_viewers_of_the_operator_read_only(self, personas: Personas, auditing: Auditing) -> None:
        audit = auditing.record(date(2026, 3, 1))
        viewer = make_member(personas.compliance.organisation, Role.VIEWER)
        client = Client()
        client.force_login(viewer.user)
        assert client.get("/audits/new/").status_code == 403
        assert client.get(f"/audits/{audit.pk}/").status_code == 200
        assert client.get(f"/audits/{audit.pk}/edit/").status_code == 403


class TestPage:
    def test_clean_audit_says_that_nothing_was_found(self, personas: Personas, auditing: Auditing) -> None:
        audit = auditing.hold(date(2026, 3, 1))
        text = text_of(personas.site.client.get(f"/audits/{audit.pk}/"))
        assert "A clean audit: nothing was found." in text

    def test_shows_cars_with_their_text_and_others_by_code(
        self, personas: Personas, auditing: Auditing
    ) -> None:
        audit = auditing.hold(date(2026, 3, 1), "5A.B Wages below a living wage", others=["3.C"])
        car = auditing.car(audit)
        text = text_of(personas.site.client.get(f"/audits/{audit.pk}/"))
        assert "5A.B Wages below a living wage" in text
        assert "What was seen on 5A.B." in text
        assert car.reference in text
        assert "3.C" in text
        assert "Four pillars: all areas" in text

    def test_offers_publishing_to_the_recorder_while_it_is_a_draft(
        self, personas: Personas, auditing: Auditing
    ) -> None:
        audit = auditing.record(date(2026, 3, 1))
        url = f"/audits/{audit.pk}/"
        assert "See what publishing will do" in text_of(personas.auditor.client.get(url))
        auditing.publish(audit)
        text = text_of(personas.auditor.client.get(url))
        assert "See what publishing will do" not in text
        assert "Correct this audit" not in text
        assert "Correct this audit" in text_of(personas.compliance.client.get(url))

    def test_draft_does_not_exist_for_site_and_other_auditors(
        self, personas: Personas, auditing: Auditing
    ) -> None:
        audit = auditing.record(date(2026, 3, 1))
        for name in ("site_manager", "auditor2", "customer", "nobody"):
            for page in ("", "edit/", "publish/", "discard/", "findings/add/", "correct/"):
                assert personas[name].client.get(f"/audits/{audit.pk}/{page}").status_code == 404, (
                    name,
                    page,
                )

    def test_tells_which_cars_it_ended(self, personas: Personas, auditing: Auditing) -> None:
        first = auditing.hold(date(2025, 3, 1), "5A.B", "2.A")
        again, resolved = auditing.car(first, "5A.B"), auditing.car(first, "2.A")
        second = auditing.hold(date(2026, 3, 1), "5A.B")
        response = personas.site.client.get(f"/audits/{second.pk}/")
        assert {each.pk for each in response.context["ended"]} == {again.pk, resolved.pk}

    def test_auditor_does_not_see_cars_of_another_company_that_its_audit_ended(
        self, personas: Personas, auditing: Auditing
    ) -> None:
        earlier = by_another_company(personas, auditing.site).hold(
            date(2025, 3, 1), "5A.B", "2.A Secret title"
        )
        audit = auditing.hold(date(2026, 3, 1), "5A.B")
        response = personas.auditor.client.get(f"/audits/{audit.pk}/")
        assert response.context["ended"] == []
        assert "Secret title" not in response.content.decode()
        for entry in earlier.entries.all():
            assert entry.finding is not None
            assert entry.finding.reference not in response.content.decode()

    def test_links_its_editions(self, personas: Personas, auditing: Auditing) -> None:
        first = auditing.hold(date(2026, 3, 1))
        second = auditing.correct(first)
        url = f"/audits/{first.pk}/"
        assert "Edition 2 of this audit is being prepared" in text_of(personas.compliance.client.get(url))
        assert "Edition 2" not in text_of(personas.auditor.client.get(url))
        auditing.publish(second)
        assert "has been replaced by edition 2" in text_of(personas.auditor.client.get(url))

    def test_record_tells_each_reader_what_is_for_it(self, personas: Personas, auditing: Auditing) -> None:
        audit = auditing.hold(date(2026, 3, 1), "5A.B")
        url = f"/audits/{audit.pk}/"
        assert "Recorded the audit" in text_of(personas.auditor.client.get(url))
        text = text_of(personas.site.client.get(url))
        assert "Recorded the audit" not in text
        assert "Published the audit" in text


class TestChanging:
    def test_recorder_changes_what_was_recorded(self, personas: Personas, auditing: Auditing) -> None:
        audit = auditing.record(date(2026, 3, 1))
        client = personas.auditor.client
        page = client.get(f"/audits/{audit.pk}/edit/")
        assert page.context["form"]["site_reference"].value() == auditing.site.reference
        response = client.post(
            f"/audits/{audit.pk}/edit/", typed(auditing, scope=["1", "1A"], type="initial")
        )
        assertRedirects(response, f"/audits/{audit.pk}/")
        changed = Audit.objects.get()
        assert (changed.type, changed.scope, changed.date) == ("initial", ["1", "1A"], date(2026, 3, 27))

    def test_scope_keeps_the_areas_that_have_findings(self, personas: Personas, auditing: Auditing) -> None:
        audit = auditing.record(date(2026, 3, 1), "5A.B")
        response = personas.auditor.client.post(f"/audits/{audit.pk}/edit/", typed(auditing, scope=["1"]))
        assert "The audit has findings on 5A" in errors_on(response)["scope"][0]

    def test_published_audit_does_not_change(self, personas: Personas, auditing: Auditing) -> None:
        audit = auditing.hold(date(2026, 3, 1))
        for page in ("edit/", "discard/", "findings/add/"):
            assert personas.auditor.client.get(f"/audits/{audit.pk}/{page}").status_code == 409
            assert personas.site_manager.client.get(f"/audits/{audit.pk}/{page}").status_code == 403

    def test_discarding_asks_first(self, personas: Personas, auditing: Auditing) -> None:
        audit = auditing.record(date(2026, 3, 1), "5A.B")
        client = personas.auditor.client
        assert "Discard audit" in text_of(client.get(f"/audits/{audit.pk}/discard/"))
        assert Audit.objects.exists()
        assertRedirects(client.post(f"/audits/{audit.pk}/discard/"), "/audits/")
        assert not Audit.objects.exists()

    def test_new_edition_changes_content_and_reason_alone(
        self, personas: Personas, auditing: Auditing
    ) -> None:
        edition = auditing.correct(auditing.hold(date(2026, 3, 1)))
        client = personas.compliance.client
        form = client.get(f"/audits/{edition.pk}/edit/").context["form"]
        assert set(form.fields) == {"date", "type", "scope", "reason"}
        answers = {"date": "2026-03-02", "type": "periodic", "scope": ["1"], "reason": "The date was wrong."}
        client.post(f"/audits/{edition.pk}/edit/", answers)
        edition = Audit.objects.get(pk=edition.pk)
        assert (edition.date, edition.correction_reason) == (date(2026, 3, 2), "The date was wrong.")

    def test_today_is_no_future_date(self, personas: Personas, auditing: Auditing) -> None:
        today = timezone.localdate().isoformat()
        assert personas.auditor.client.post("/audits/new/", typed(auditing, date=today)).status_code == 302
