"""The page of a CAR, as each reader finds it."""

from datetime import date

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from findings.ages import age_in_words
from findings.models import Finding
from findings.services import answer_triage, mark_plan_published
from tests.findings.making import Auditing
from tests.findings.scene import Response, audits_of, by_another_company, let_see, text_of
from tests.personas import Persona, Personas


@pytest.fixture
def auditing(personas: Personas) -> Auditing:
    return audits_of(personas)


@pytest.fixture
def car(auditing: Auditing) -> Finding:
    return auditing.car(auditing.hold(date(2025, 3, 1), "5A.B Wages below a living wage"))


def page(persona: Persona, finding: Finding) -> Response:
    return persona.client.get(f"/cars/{finding.pk}/")


class TestContent:
    def test_tells_what_the_audit_found(self, personas: Personas, car: Finding) -> None:
        text = text_of(page(personas.site, car))
        for words in (
            car.reference,
            "5A.B Wages below a living wage",
            "What was seen on 5A.B.",
            "Green Valley Packhouse",
            "CAR stands for Collaborative Action Required",
            car.audit.reference,
        ):
            assert words in text

    def test_age_is_told_and_not_judged(self, personas: Personas, car: Finding) -> None:
        age = age_in_words(car.raised_on, on=timezone.localdate())
        text = text_of(page(personas.compliance, car))
        assert f"1 March 2025, {age}" in text
        assert "overdue" not in text.lower()

    @pytest.mark.parametrize(
        ("name", "words"),
        [
            ("site", "does not affect your ability to supply, provided that a collaborative plan follows"),
            ("customer", "no ground to reduce orders"),
            ("ngo", "no ground for customers to reduce orders"),
            ("auditor", "audits do not judge it and it is not shown to you"),
            ("compliance", "does not affect the site’s ability to supply"),
        ],
    )
    def test_says_to_each_reader_what_it_does_not_mean(
        self, personas: Personas, car: Finding, name: str, words: str
    ) -> None:
        let_see(personas.customer.organisation, car)
        let_see(personas.ngo.organisation, car)
        assert words in text_of(page(personas[name], car))

    def test_printed_code_is_told_where_it_is_spelt_otherwise(
        self, personas: Personas, auditing: Auditing
    ) -> None:
        car = auditing.car(auditing.hold(date(2025, 3, 1), "5.A.B Wages"))
        assert "5A.B, in area 5A Living wages are paid (printed as 5.A.B)" in text_of(
            page(personas.site, car)
        )


class TestSteps:
    def states(self, persona: Persona, car: Finding) -> list[str]:
        return [step["state"] for step in page(persona, car).context["steps"]]

    def test_follow_the_site_through_the_process(self, personas: Personas, car: Finding) -> None:
        site = personas.site
        assert self.states(site, car) == ["current", "upcoming", "upcoming"]
        answer_triage(finding_id=car.pk, actor=site.actor, answers={"U": False, "K": True})
        assert self.states(site, car) == ["done", "current", "upcoming"]
        mark_plan_published(finding_id=car.pk, actor=site.actor)
        assert self.states(site, car) == ["done", "done", "current"]

    def test_are_not_shown_to_those_who_see_nothing_of_step_1(self, personas: Personas, car: Finding) -> None:
        let_see(personas.customer.organisation, car)
        for name in ("customer", "auditor"):
            assert self.states(personas[name], car) == []

    def test_end_with_the_car(self, personas: Personas, auditing: Auditing, car: Finding) -> None:
        auditing.hold(date(2026, 3, 1))
        assert self.states(personas.site, car) == []


class TestChain:
    @pytest.mark.usefixtures("car")
    def test_is_a_timeline_across_audits(self, personas: Personas, auditing: Auditing) -> None:
        second = auditing.car(auditing.hold(date(2026, 3, 1), "5A.B Wages below a living wage"))
        last = auditing.hold(date(2026, 9, 1))
        chain = page(personas.site, second).context["chain"]
        assert [entry["at"] for entry in chain] == [date(2025, 3, 1), date(2026, 3, 1), last.date]
        assert [entry["status"] for entry in chain] == ["superseded", "closed", "closed"]
        assert f"Superseded by {second.reference}." in chain[0]["text"]
        assert [entry.get("current", False) for entry in chain] == [False, True, False]

    def test_hides_and_does_not_count_members_that_the_reader_may_not_see(
        self, personas: Personas, auditing: Auditing, car: Finding
    ) -> None:
        second = auditing.car(auditing.hold(date(2026, 3, 1), "5A.B Secret successor"))
        let_see(personas.customer.organisation, car)
        response = page(personas.customer, car)
        html = response.content.decode()
        assert response.context["chain"] == []
        assert "Secret successor" not in html
        assert second.reference not in html
        assert str(second.pk) not in html
        assert "a later audit raised a CAR on the same requirement again" in text_of(response)

    def test_leads_on_to_the_successor_that_the_reader_may_see(
        self, personas: Personas, auditing: Auditing, car: Finding
    ) -> None:
        second = auditing.car(auditing.hold(date(2026, 3, 1), "5A.B"))
        assert f"It goes on as {second.reference}." in text_of(page(personas.site, car))

    def test_one_that_stands_alone_has_none(self, personas: Personas, car: Finding) -> None:
        assert page(personas.site, car).context["chain"] == []

    def test_several_that_end_in_one_are_not_each_others_past(
        self, personas: Personas, auditing: Auditing
    ) -> None:
        first = auditing.hold(date(2025, 3, 1), "8.A One", "8.A Two")
        one, two = auditing.car(first, title="One"), auditing.car(first, title="Two")
        both = auditing.car(auditing.hold(date(2026, 3, 1), "8.A Both"))
        references = [entry["sentence"] for entry in page(personas.site, one).context["chain"]]
        assert not any(two.reference in sentence for sentence in references)
        assert len(page(personas.site, both).context["chain"]) == 3

    def test_tells_what_was_raised_anew(self, personas: Personas, auditing: Auditing, car: Finding) -> None:
        edition = auditing.correct(auditing.hold(date(2026, 3, 1)))
        auditing.add(edition, "5A.B Wages below a living wage")
        anew = auditing.car(auditing.publish(edition))
        text = text_of(page(personas.site, car))
        assert "raised anew once the audit that ended it was corrected" in text
        assert f"It goes on as {anew.reference}." in text


class TestReaders:
    def test_outsiders_find_no_such_car(self, personas: Personas, car: Finding) -> None:
        for name in ("site2", "customer", "customer2", "auditor2", "ngo", "nobody"):
            assert page(personas[name], car).status_code == 404, name

    def test_audit_is_linked_only_for_those_who_may_open_it(self, personas: Personas, car: Finding) -> None:
        let_see(personas.customer.organisation, car)
        link = f"/audits/{car.audit_id}/"
        for name in ("site", "auditor", "compliance"):
            assert link in page(personas[name], car).content.decode(), name
        assert link not in page(personas.customer, car).content.decode()

    def test_site_is_linked_only_for_those_who_may_open_it(self, personas: Personas, car: Finding) -> None:
        let_see(personas.customer.organisation, car)
        link = f"/sites/{car.site_id}/"
        for name in ("site", "compliance"):
            assert link in page(personas[name], car).content.decode(), name
        for name in ("customer", "auditor"):
            assert link not in page(personas[name], car).content.decode(), name

    def test_record_of_step_1_is_for_site_and_operator(self, personas: Personas, car: Finding) -> None:
        answer_triage(finding_id=car.pk, actor=personas.site.actor, answers={"U": False, "K": True})
        let_see(personas.customer.organisation, car)
        for name, reads in {"site": True, "compliance": True, "customer": False, "auditor": False}.items():
            assert ("Went through step 1" in text_of(page(personas[name], car))) is reads, name

    def test_viewer_gets_no_action_that_writes(self, personas: Personas, car: Finding) -> None:
        assert "Understand this CAR" in text_of(page(personas.site, car))
        actions = page(personas.site_viewer, car).context["actions"]
        assert (actions.next, actions.others) == (None, [])
        assert "Understand this CAR" not in text_of(page(personas.site_viewer, car))

    def test_auditor_gets_no_action_at_all(self, personas: Personas, car: Finding) -> None:
        actions = page(personas.auditor, car).context["actions"]
        assert (actions.next, actions.others) == (None, [])

    def test_successor_of_another_company_stays_hidden_from_the_auditor(
        self, personas: Personas, auditing: Auditing, car: Finding
    ) -> None:
        other = by_another_company(personas, auditing.site)
        second = other.car(other.hold(date(2026, 3, 1), "5A.B Secret"))
        html = page(personas.auditor, car).content.decode()
        assert second.reference not in html
        assert "Secret" not in html


def test_a_long_chain_takes_no_more_queries(
    personas: Personas,
    auditing: Auditing,
    car: Finding,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    readers = [personas[name] for name in ("site", "compliance", "customer", "auditor")]

    def queries(finding: Finding) -> list[int]:
        let_see(personas.customer.organisation, finding)
        counts = []
        for persona in readers:
            persona.client.get("/cars/")
            with django_assert_max_num_queries(7) as made:
                response = page(persona, finding)
            assert len(response.context["chain"]) == Finding.objects.visible_to(persona.actor).count()
            counts.append(len(made))
        return counts

    let_see(personas.customer.organisation, car)
    last = auditing.car(auditing.hold(date(2025, 4, 1), "5A.B"))
    few = queries(last)
    for month in range(5, 13):
        last = auditing.car(auditing.hold(date(2025, month, 1), "5A.B"))
    assert queries(last) == few


@pytest.mark.parametrize(
    ("since", "words"),
    [
        (date(2026, 11, 22), "today"),
        (date(2026, 11, 23), "today"),
        (date(2026, 11, 21), "1 day ago"),
        (date(2026, 10, 23), "30 days ago"),
        (date(2026, 10, 22), "1 month ago"),
        (date(2025, 9, 22), "14 months ago"),
        (date(2024, 11, 23), "23 months ago"),
        (date(2024, 11, 22), "2 years ago"),
    ],
)
def test_age_in_words(since: date, words: str) -> None:
    assert age_in_words(since, on=date(2026, 11, 22)) == words
