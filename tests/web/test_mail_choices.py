"""A person's page about its mail: what it is asked, what it chooses, and what it has snoozed."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from carportal.core.choices.groups import MailGroup, Pace
from carportal.core.choices.services import keep_quiet
from carportal.core.choices.wishes import Wishes
from carportal.core.models import DigestClock, MailChoice, Snooze
from carportal.core.notifications import known_kinds
from carportal.web.mails.groups import EXPLANATIONS
from findings.models import Finding
from tests.actionplans.making import make_finding
from tests.actionplans.pages import heading_of, main_of, problems_of, text_of
from tests.factories import make_member, make_site, make_supplier
from tests.personas import Persona, Personas

pytestmark = pytest.mark.django_db
URL = "/mails/"
PARTYS = {MailGroup.PLANS, MailGroup.COMMENTS, MailGroup.CALLS, MailGroup.REMINDERS}


@pytest.fixture
def finding(personas: Personas) -> Finding:
    return make_finding(make_site(personas.site.organisation))


def asked(persona: Persona) -> set[str]:
    """The groups that the page asks about."""
    names = {element["name"] for element in main_of(persona.client.get(URL)).all("input", type="radio")}
    return names & set(MailGroup.values)


def answers(**changed: str) -> dict[str, str]:
    at_once = dict.fromkeys([*map(str, PARTYS), "cars"], "at_once")
    return at_once | {"hour": "7", "weekday": "0"} | changed


class TestEveryKind:
    def test_names_a_group_that_people_understand(self) -> None:
        assert all(isinstance(kind.group, MailGroup) for kind in known_kinds())
        assert set(EXPLANATIONS) == {group for group in MailGroup if group.is_chosen}

    def test_says_of_an_object_that_is_gone_that_it_is_about_no_car(
        self, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        for kind in known_kinds():
            gone = uuid4()
            with django_assert_max_num_queries(1):
                assert kind.about(gone) in {None, gone}, kind.name


class TestPage:
    def test_asks_each_about_what_can_reach_it(self, personas: Personas) -> None:
        assert asked(personas.site) == asked(personas.customer) == PARTYS | {MailGroup.CARS}
        assert asked(personas.ngo) == PARTYS
        assert asked(personas.compliance) == {MailGroup.CARS, MailGroup.REMINDERS}

    @pytest.mark.parametrize("name", ["auditor", "nobody"])
    def test_asks_nothing_of_whom_no_such_mail_reaches(self, personas: Personas, name: str) -> None:
        page = personas[name].client.get(URL)
        assert asked(personas[name]) == set()
        assert "there is nothing to choose" in text_of(page)
        assert not main_of(page).all("button")

    def test_asks_whoever_acts_for_two_about_both(self, personas: Personas) -> None:
        make_member(make_supplier(), user=personas.auditor.user)
        assert asked(personas.auditor) == PARTYS | {MailGroup.CARS}

    def test_what_is_chosen_is_kept_and_shown(self, personas: Personas) -> None:
        client = personas.site.client
        data = answers(comments="none", plans="daily", reminders="weekly", hour="18", weekday="4")
        page = client.post(URL, data, follow=True)
        assert "Your choices about mail have been saved." in page.content.decode()
        wishes = Wishes(personas.site.user.pk, personas.site.user.email)
        chosen = {group: wishes.pace_of(group) for group in PARTYS}
        assert chosen == {
            MailGroup.COMMENTS: Pace.NONE,
            MailGroup.PLANS: Pace.DAILY,
            MailGroup.REMINDERS: Pace.WEEKLY,
            MailGroup.CALLS: Pace.AT_ONCE,
        }
        clock = DigestClock.objects.get()
        assert (clock.hour, clock.weekday) == (18, 4)
        ticked = {
            each["name"]: each["value"]
            for each in main_of(page).all("input", type="radio")
            if "checked" in each
        }
        assert ticked["comments"] == "none"

    @pytest.mark.parametrize("wrong", [{"plans": "soon"}, {"hour": "24"}, {"weekday": "7"}, {"calls": ""}])
    def test_what_is_wrong_is_said_and_nothing_is_kept(
        self, personas: Personas, wrong: dict[str, str]
    ) -> None:
        page = personas.site.client.post(URL, answers(**wrong))
        assert len(problems_of(page)) == 1
        assert not MailChoice.objects.exists()

    def test_groups_that_always_come_are_not_turned_off_by_a_form_that_was_tampered_with(
        self, personas: Personas
    ) -> None:
        personas.site.client.post(URL, answers(account="none", urgent="none"))
        assert set(MailChoice.objects.values_list("group", flat=True)) == PARTYS | {MailGroup.CARS}

    def test_is_reached_from_ones_own_details(self, personas: Personas) -> None:
        page = personas.site.client.get(reverse("profile"))
        assert any(link["href"] == URL for link in main_of(page).all("a"))
        assert heading_of(personas.site.client.get(URL)) == "Your mails"


class TestSnoozed:
    def test_lists_snoozed_cars_and_ends_each(self, personas: Personas, finding: Finding) -> None:
        client = personas.site.client
        snooze(personas.site, finding.pk, days=3)
        text = text_of(client.get(URL))
        assert f"{finding.reference} {finding.site.name}" in text
        page = client.post(reverse("mail_snooze_end", args=[finding.pk]), follow=True)
        assert "You have snoozed no CAR." in text_of(page)
        assert not Snooze.objects.exists()

    def test_names_no_car_that_its_person_does_not_see_any_more_but_ends_it(
        self, personas: Personas, finding: Finding
    ) -> None:
        snooze(personas.site2, finding.pk, days=3)
        page = personas.site2.client.get(URL)
        assert finding.reference not in page.content.decode()
        assert "A CAR that you do not see at present" in text_of(page)
        personas.site2.client.post(reverse("mail_snooze_end", args=[finding.pk]))
        assert not Snooze.objects.exists()

    def test_one_ends_only_ones_own(self, personas: Personas, finding: Finding) -> None:
        snooze(personas.customer, finding.pk, days=3)
        answer = personas.site.client.post(reverse("mail_snooze_end", args=[finding.pk]))
        assert answer.status_code == 404
        assert Snooze.objects.get().person == personas.customer.user

    def test_queries_do_not_grow_with_what_is_snoozed(
        self, personas: Personas, finding: Finding, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        personas.site.client.get(URL)
        for each in (finding, make_finding(finding.site)):
            snooze(personas.site, each.pk, days=3)
            with django_assert_num_queries(8):
                personas.site.client.get(URL)


def snooze(persona: Persona, finding_id: UUID, *, days: int) -> None:
    keep_quiet(actor=persona.actor, finding_id=finding_id, until=timezone.localdate() + timedelta(days=days))
