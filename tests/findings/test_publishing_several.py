"""Publishing several audits at once: in the order of their dates, as one alone would be, all or none."""

from collections.abc import Sequence
from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertRedirects

from carportal.core.actor import Actor
from carportal.core.audit import verify
from carportal.core.delivery import deliver_due
from carportal.core.errors import Conflict, NotAllowed
from carportal.core.models import AuditEvent, Delivery, Notification
from carportal.core.references import next_reference
from findings.models import Audit, AuditStatus, Finding, LeftFinding
from findings.services import Rehearsal, discard_audit, publish_audits, rehearse_publications
from tests.factories import make_actor
from tests.findings.making import Auditing, states
from tests.findings.scene import audits_of, errors_on, text_of
from tests.findings.test_publishing_concurrency import fates, one_after_the_other, two_audits
from tests.parallel import at_once, errors
from tests.personas import Personas

pytestmark = pytest.mark.django_db

BEFORE, FIRST, SECOND = date(2023, 3, 1), date(2024, 3, 1), date(2025, 3, 1)


@pytest.fixture
def site(db: None) -> Auditing:
    return Auditing()


def rehearse(audits: Sequence[Audit], by: Actor) -> Rehearsal[tuple[int, int, int]]:
    return rehearse_publications(
        audit_ids=[audit.pk for audit in audits],
        actor=by,
        tell=lambda preview, _new: (
            len(preview.plan.raised),
            len(preview.plan.superseded),
            len(preview.plan.closed),
        ),
    )


def publish(audits: Sequence[Audit], by: Actor) -> list[Audit]:
    rehearsal = rehearse(audits, by)
    return publish_audits(
        audit_ids=[each.audit.pk for each in rehearsal.audits], actor=by, digest=rehearsal.digest
    )


class TestRehearsing:
    def test_second_audit_of_a_site_reckons_with_the_first(self, site: Auditing) -> None:
        later, earlier = site.record(SECOND, "5A.B"), site.record(FIRST, "5A.B", "6.A")
        rehearsal = rehearse([later, earlier], site.operator)
        assert [(each.audit, each.told) for each in rehearsal.audits] == [
            (earlier, (2, 0, 0)),
            (later, (1, 1, 1)),
        ]

    def test_leaves_nothing_behind(self, site: Auditing) -> None:
        make_actor(site.site.supplier)
        audits, events = [site.record(FIRST, "5A.B"), site.record(SECOND)], AuditEvent.objects.count()
        before = next_reference("CAR", 2026)
        rehearse(audits, site.operator)
        assert int(next_reference("CAR", 2026)[-6:]) == int(before[-6:]) + 1
        assert not Finding.objects.exists()
        assert not Notification.objects.exists()
        assert AuditEvent.objects.count() == events
        assert set(Audit.objects.values_list("status", flat=True)) == {AuditStatus.DRAFT}

    def test_audit_that_needs_a_choice_is_left_out_with_those_after_it(self, site: Auditing) -> None:
        site.hold(BEFORE, "5A.B one")
        chosen = site.record(FIRST, "5A.B two", "5A.B three")
        later, elsewhere = site.record(SECOND), Auditing().record(FIRST, "5A.B")
        rehearsal = rehearse([later, chosen, elsewhere], site.operator)
        assert [each.audit for each in rehearsal.audits] == [elsewhere]
        assert [(each.audit, each.reason) for each in rehearsal.left_out] == [
            (chosen, "You have to choose as which CAR another goes on."),
            (later, "An earlier audit of this site has to be published before it."),
        ]


class TestPublishing:
    def test_ends_as_one_after_the_other(self, site: Auditing) -> None:
        audits = list(two_audits(site).values())
        assert publish(audits[::-1], site.operator) == audits
        assert fates(site) == one_after_the_other([FIRST, SECOND])
        assert LeftFinding.objects.exists()
        assert verify().whole

    def test_car_that_was_raised_and_ended_at_once_is_announced_to_nobody(self, site: Auditing) -> None:
        make_actor(site.site.supplier)
        audits = publish([site.record(FIRST, "5A.B", "6.A"), site.record(SECOND, "6.A")], site.operator)
        ended, again, lasting = (
            site.car(audits[0], "5A.B"),
            site.car(audits[0], "6.A"),
            site.car(audits[1], "6.A"),
        )
        assert states(ended, again, lasting) == ["closed", "superseded", "open"]
        deliver_due()
        told = Delivery.objects.values_list("notification__object_id", "state")
        assert dict(told) == {ended.pk: "dropped", again.pk: "dropped", lasting.pk: "sent"}

    def test_asked_twice_is_published_once(self, site: Auditing) -> None:
        audits = [site.record(FIRST, "5A.B"), site.record(SECOND, "5A.B")]
        rehearsal = rehearse(audits, site.operator)
        ids = [audit.pk for audit in audits]
        for _ in range(2):
            published = publish_audits(audit_ids=ids, actor=site.operator, digest=rehearsal.digest)
            assert published == audits
        assert Finding.objects.count() == 2

    def test_nothing_is_published_when_one_of_them_has_changed(self, site: Auditing) -> None:
        audits = [site.record(FIRST, "5A.B"), site.record(SECOND, "5A.B")]
        digest = rehearse(audits, site.operator).digest
        site.add(audits[1], "6.A Hours")
        with pytest.raises(Conflict, match="changed since you looked"):
            publish_audits(audit_ids=[each.pk for each in audits], actor=site.operator, digest=digest)
        assert not Finding.objects.exists()
        assert not Audit.objects.published().exists()

    def test_nothing_is_published_when_one_of_them_is_published_or_gone(self, site: Auditing) -> None:
        audits = [site.record(FIRST, "5A.B"), site.record(SECOND, "5A.B")]
        ids, digest = [each.pk for each in audits], rehearse(audits, site.operator).digest
        site.publish(audits[0])
        with pytest.raises(Conflict):
            publish_audits(audit_ids=ids, actor=site.operator, digest=digest)
        discard_audit(audit_id=audits[1].pk, actor=site.operator)
        with pytest.raises(Conflict, match="has been discarded"):
            publish_audits(audit_ids=ids, actor=site.operator, digest=digest)
        assert Finding.objects.count() == 1

    def test_auditor_publishes_only_what_its_company_recorded(self, site: Auditing) -> None:
        own, others = site.record(FIRST), Auditing().record(FIRST)
        assert publish([own], site.auditor) == [own]
        with pytest.raises(NotAllowed):
            rehearse([others], site.auditor)


@pytest.mark.django_db(transaction=True)
def test_two_who_publish_the_same_at_once_publish_it_once(site: Auditing) -> None:
    audits = [site.record(FIRST, "5A.B"), site.record(SECOND, "5A.B"), Auditing().record(FIRST, "5A.B")]
    ids = [audit.pk for audit in audits]
    digest = rehearse(audits, site.operator).digest
    results = at_once(*([lambda: publish_audits(audit_ids=ids, actor=site.operator, digest=digest)] * 2))
    assert not errors(results)
    assert Finding.objects.count() == 3
    assert verify().whole


@pytest.mark.django_db(transaction=True)
def test_overlapping_publications_do_not_wait_for_each_other_in_a_circle(site: Auditing) -> None:
    sites = [site, Auditing()]
    drafts = [[each.record(on, "5A.B") for each in sites] for on in (FIRST, SECOND)]
    calls = []
    for audits in (drafts[0], drafts[0][::-1]):
        digest = rehearse(audits, site.operator).digest
        calls.append(
            lambda ids=[each.pk for each in audits], digest=digest: publish_audits(
                audit_ids=ids, actor=site.operator, digest=digest
            )
        )
    assert not errors(at_once(*calls))
    assert Finding.objects.count() == 2


class TestPages:
    @pytest.fixture
    def auditing(self, personas: Personas) -> Auditing:
        return audits_of(personas)

    def test_own_drafts_are_ticked_and_those_of_others_are_not(
        self, personas: Personas, auditing: Auditing
    ) -> None:
        auditors = auditing.record(SECOND)
        client = personas.compliance.client
        text = text_of(client.get("/audits/publish/"))
        assert "recorded by Clearsight Audits, who may not have finished it" in text
        form = client.get("/audits/publish/").context["form"]
        assert form["audits"].value() == []
        own = personas.auditor.client.get("/audits/publish/").context["form"]
        assert own["audits"].value() == [str(auditors.pk)]

    def test_own_drafts_stand_before_earlier_ones_of_others(
        self, personas: Personas, auditing: Auditing
    ) -> None:
        others = auditing.record(FIRST)
        own = auditing.record(SECOND)
        Audit.objects.filter(pk=own.pk).update(recorded_by=personas.compliance.organisation)
        form = personas.compliance.client.get("/audits/publish/").context["form"]
        assert [pk for pk, _label in form.fields["audits"].choices] == [str(own.pk), str(others.pk)]
        assert form["audits"].value() == [str(own.pk)]

    def test_chosen_audits_are_shown_then_published(self, personas: Personas, auditing: Auditing) -> None:
        first, second = auditing.record(FIRST, "5A.B Wages"), auditing.record(SECOND, "5A.B Wages")
        client = personas.auditor.client
        page = client.post("/audits/publish/", {"audits": [first.pk, second.pk]})
        text = text_of(page)
        assert "This publishes 2 audits, at each site the earliest first." in text
        assert "2 raised, 1 superseded, 0 closed, 0 left to decide" in text
        assert "The new CAR 5A.B Wages" in text
        assert "NEW-" not in page.content.decode()
        form = page.context["form"]
        response = client.post(
            "/audits/publish/check/", {"audits": form["audits"].value(), "digest": form["digest"].value()}
        )
        assertRedirects(response, "/audits/")
        assert states(auditing.car(first), auditing.car(second)) == ["superseded", "open"]

    def test_what_changed_since_is_shown_again(self, personas: Personas, auditing: Auditing) -> None:
        audit = auditing.record(FIRST, "5A.B")
        client = personas.compliance.client
        form = client.post("/audits/publish/", {"audits": [audit.pk]}).context["form"]
        auditing.add(audit, "6.A Hours")
        sent = {"audits": form["audits"].value(), "digest": form["digest"].value()}
        response = client.post("/audits/publish/check/", sent)
        assert response.status_code == 409
        assert "Something has changed since you looked." in text_of(response)
        assert "6.A Hours" in text_of(response)
        assert Audit.objects.get().is_draft

    def test_left_out_audits_lead_to_their_own_page(self, personas: Personas, auditing: Auditing) -> None:
        auditing.hold(BEFORE, "5A.B one")
        audit = auditing.record(FIRST, "5A.B two", "5A.B three")
        page = personas.compliance.client.post("/audits/publish/", {"audits": [audit.pk]})
        assert f'href="/audits/{audit.pk}/publish/"' in page.content.decode()
        assert "Not published now" in text_of(page)
        assert "Publishing cannot be undone" not in text_of(page)

    def test_nothing_chosen_or_something_of_others_is_refused(
        self, personas: Personas, auditing: Auditing
    ) -> None:
        client = personas.auditor2.client
        audit = auditing.record(FIRST)
        assert "meanwhile" in errors_on(client.post("/audits/publish/", {"audits": [audit.pk]}))["audits"][0]
        sent = {"audits": [audit.pk, "no id"], "digest": "0"}
        assertRedirects(client.post("/audits/publish/check/", sent), "/audits/publish/")
        client = personas.auditor.client
        assert errors_on(client.post("/audits/publish/", {"x": 1}))["audits"] == [
            "Choose at least one audit."
        ]
        assert Audit.objects.get().is_draft

    def test_corrections_are_published_one_by_one(self, personas: Personas, auditing: Auditing) -> None:
        auditing.correct(auditing.hold(FIRST, "5A.B"))
        assert "No audit is waiting to be published" in text_of(
            personas.compliance.client.get("/audits/publish/")
        )

    def test_takes_as_many_queries_for_ten_drafts_as_for_two(
        self, personas: Personas, auditing: Auditing, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        draft, client = auditing.record(FIRST, "5A.B"), personas.compliance.client
        for how_many in (1, 8):
            auditing.repeat(draft, (date(2025, 2, day) for day in range(1, 1 + how_many)))
            with django_assert_num_queries(4):  # session, person, memberships; drafts
                client.get("/audits/publish/")
