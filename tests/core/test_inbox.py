"""Everybody who logs in finds again what the portal told them, and nobody what others were told."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from carportal.core import inbox_page
from carportal.core.actor import NOBODY, SYSTEM, Actor, ActorKind
from carportal.core.delivery import deliver_due
from carportal.core.inbox import MOST_COUNTED, mark_read
from carportal.core.models import Delivery, Notification
from carportal.core.notifications import Recipient
from stakeholders.models import User
from tests.actionplans.making import undone
from tests.actionplans.pages import data_of, form_of, heading_of, main_of, text_of
from tests.core.kinds import owe
from tests.core.smtp import Sink
from tests.core.telling import told, unread
from tests.factories import make_customer, make_member, make_user
from tests.parallel import at_once
from tests.personas import Personas
from tests.web.markup import Element, read

URL = "/inbox/"


def titles_of(page: Any) -> list[str]:
    return [button.text for button in main_of(page).all("button", class_="task-link")]


def item_of(page: Any, title: str) -> Element:
    return next(each for each in main_of(page).all("li") if title in each.text)


def header_of(page: Any) -> str:
    return read(page.content.decode()).one("header").text


def open_item(client: Client, title: str) -> Any:
    """Press what stands for it on the page."""
    button = item_of(client.get(URL), title).one("button")
    return client.post(button["formaction"])


def mark_all(client: Client, page: Any) -> Any:
    """Press the button of a page that may have been open for a while."""
    form = form_of(page)
    assert "Mark all as read" in form.text
    return client.post(form["action"], data_of(form), follow=True)


@pytest.mark.django_db
class TestList:
    def test_holds_what_was_told_by_mail_in_the_words_of_its_subject(self, personas: Personas, sink: Sink):
        user = personas.customer.user
        object_id = owe(Recipient(user.pk, user.email, user.name))
        owe(Recipient(user.pk, user.email, user.name), kind="test_secret")
        assert titles_of(personas.customer.client.get(URL)) == [], "it was not told yet"
        deliver_due()
        assert len(sink.mails) == 2
        page = personas.customer.client.get(URL)
        assert (
            titles_of(page)
            == [f"News of {object_id}"]
            == [subject for subject in Delivery.objects.values_list("subject", flat=True) if subject]
        )
        assert "Monday" not in text_of(page)

    def test_is_newest_first_and_says_in_words_what_is_unread(self, personas: Personas):
        user = personas.site.user
        told(user, "Older", minutes_ago=9, read=True)
        told(user, "Newer", minutes_ago=3)
        page = personas.site.client.get(URL)
        assert titles_of(page) == ["Newer", "Older"]
        assert "Unread" in item_of(page, "Newer").text
        assert "Unread" not in item_of(page, "Older").text
        assert heading_of(page) == "Inbox"

    def test_title_stays_in_the_language_in_which_it_was_told(self, personas: Personas):
        told(personas.ngo.user, "Grüne Au hat ihren Plan geteilt: <CAR>")
        assert titles_of(personas.ngo.client.get(URL)) == ["Grüne Au hat ihren Plan geteilt: <CAR>"]

    def test_tells_no_fraction_of_a_second(self, personas: Personas):
        """By which a reader would learn how many were told before."""
        item = told(personas.customer.user)
        assert item.told_at is not None
        told(personas.customer.user, minutes_ago=2)
        text = personas.customer.client.get(URL).content.decode()
        assert f"{item.told_at:%H:%M}" in text
        assert f"{item.told_at:%H:%M:%S}" not in text
        assert f"{item.told_at:%f}" not in text

    def test_has_nothing_of_anybody_else_not_even_of_a_colleague(self, personas: Personas):
        told(personas.customer_viewer.user, "Of a colleague")
        told(personas.customer2.user, "Of another customer")
        told(personas.customer.user, "My own")
        assert titles_of(personas.customer.client.get(URL)) == ["My own"]
        assert "1 unread" in header_of(personas.customer.client.get(URL))

    def test_says_what_will_be_there_while_it_is_empty(self, personas: Personas):
        page = personas.auditor.client.get(URL)
        assert "Nothing yet" in text_of(page)
        assert not main_of(page).all("form")

    def test_queries_do_not_grow_with_it(
        self, personas: Personas, django_assert_num_queries: DjangoAssertNumQueries
    ):
        client = personas.site.client
        for count in (1, 30):
            for _number in range(count):
                told(personas.site.user)
            client.get(URL)
            with django_assert_num_queries(4):  # session, person, memberships with what is unread; items
                client.get(URL)


def pages_by(client: Client, link: str, url: str = URL) -> Iterator[list[str]]:
    """The titles of each page from `url` on, as this link leads ("next" to older ones, "prev" to newer)."""
    while True:
        page = client.get(url)
        yield titles_of(page)
        found = [each for each in main_of(page).all("a") if each.attributes.get("rel") == link]
        if not found:
            return
        url = URL + found[0]["href"]


def last_page(client: Client) -> str:
    url = URL
    while links := [
        each for each in main_of(client.get(url)).all("a") if each.attributes.get("rel") == "next"
    ]:
        url = URL + links[0]["href"]
    return url


@pytest.mark.django_db
class TestPages:
    @settings(
        max_examples=settings().max_examples // 20,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(st.lists(st.integers(0, 3), max_size=12))
    def test_each_item_is_on_one_page_and_in_order_however_many_were_told_at_once(
        self, personas: Personas, monkeypatch: pytest.MonkeyPatch, ages: list[int]
    ):
        monkeypatch.setattr(inbox_page, "PAGE_SIZE", 3)
        client = personas.site.client
        with undone():
            now = timezone.now()
            for number, age in enumerate(ages):
                item = told(personas.site.user, f"{number}: {age}")
                Notification.objects.filter(pk=item.pk).update(told_at=now - timedelta(seconds=age))
            pages = list(pages_by(client, "next"))
            back = list(pages_by(client, "prev", last_page(client)))
            assert [title for page in back[::-1] for title in page] == [
                title for page in pages for title in page
            ]
            seen = [title for page in pages for title in page]
            assert len(set(seen)) == len(seen) == len(ages)
            assert [title.partition(": ")[2] for title in seen] == [str(age) for age in sorted(ages)]

    @pytest.mark.parametrize("place", ["nonsense", "\0", "", "00000000-0000-0000-0000-000000000000"])
    @pytest.mark.parametrize("name", ["older_than", "newer_than"])
    def test_place_that_makes_no_sense_is_the_first_page(self, personas: Personas, name: str, place: str):
        told(personas.site.user)
        assert titles_of(personas.site.client.get(URL, {name: place})) == ["News"]

    def test_item_of_somebody_else_is_no_place(self, personas: Personas):
        foreign = told(personas.customer.user, minutes_ago=5)
        told(personas.site.user, "Newer")
        told(personas.site.user, "Older", minutes_ago=9)
        page = personas.site.client.get(URL, {"older_than": str(foreign.pk)})
        assert titles_of(page) == ["Newer", "Older"]


@pytest.mark.django_db
class TestReading:
    def test_opening_one_marks_it_and_leads_where_its_mail_does(self, personas: Personas):
        told(personas.site.user, "This", path="/cars/?status=all#top")
        told(personas.site.user, "That")
        answer = open_item(personas.site.client, "This")
        assert (answer.status_code, answer["Location"]) == (302, "/cars/?status=all#top")
        assert unread(personas.site.user) == {"That"}

    def test_one_without_a_way_leads_back(self, personas: Personas):
        told(personas.site.user, path="")
        assert open_item(personas.site.client, "News")["Location"] == URL

    def test_again_it_stays_as_it_was_first_read(self, personas: Personas):
        item = told(personas.site.user)
        times = []
        for _time in range(2):
            open_item(personas.site.client, "News")
            times.append(Notification.objects.get(pk=item.pk).read_at)
        assert times[0] is not None
        assert times[0] == times[1]

    def test_what_programs_fetch_ahead_is_not_read(self, personas: Personas):
        item = told(personas.site.user)
        page = personas.site.client.get(URL)
        assert not [link for link in main_of(page).all("a") if str(item.pk) in link["href"]]
        assert personas.site.client.get(f"{URL}{item.pk}/").status_code == 405
        assert unread(personas.site.user) == {"News"}

    def test_one_of_somebody_else_is_not_there(self, personas: Personas):
        item = told(personas.site.user)
        for name in ("site_viewer", "site2", "customer", "admin", "nobody"):
            assert personas[name].client.post(f"{URL}{item.pk}/").status_code == 404
        assert unread(personas.site.user) == {"News"}

    def test_what_is_not_visible_any_more_is_the_ordinary_page_that_is_not_there(self, personas: Personas):
        told(personas.customer.user, path=f"/shares/{uuid4()}/#reply")
        answer = open_item(personas.customer.client, "News")
        gone = personas.customer.client.get(answer["Location"])
        assert gone.status_code == 404
        assert heading_of(gone) == "Page not found"
        assert unread(personas.customer.user) == set()

    @pytest.mark.parametrize(
        "actor", [NOBODY, SYSTEM, Actor(kind=ActorKind.USER)], ids=["nobody", "system", "no person"]
    )
    def test_only_a_person_reads(self, personas: Personas, actor: Actor):
        item = told(personas.site.user)
        assert mark_read(actor=actor, ids=[item.pk], and_older_than=item.pk) == 0
        assert unread(personas.site.user) == {"News"}


@pytest.mark.django_db
class TestReadingAll:
    def test_all_that_was_shown_is_marked(self, personas: Personas):
        for number in range(3):
            told(personas.site.user, f"{number}")
        told(personas.site_viewer.user, "Of a colleague")
        answer = mark_all(personas.site.client, personas.site.client.get(URL))
        assert "3 messages are marked as read." in answer.content.decode()
        assert unread(personas.site.user) == set()
        assert unread(personas.site_viewer.user) == {"Of a colleague"}
        assert not form_of(answer).all("button", class_="btn-secondary"), "nothing is left to mark"

    def test_what_has_come_meanwhile_stays_unread(self, personas: Personas):
        """Also what was told before the newest shown, by a worker whose transaction ended later."""
        told(personas.site.user, "Shown", minutes_ago=5)
        page = personas.site.client.get(URL)
        told(personas.site.user, "Newer")
        told(personas.site.user, "Told before, there later", minutes_ago=7)
        mark_all(personas.site.client, page)
        assert unread(personas.site.user) == {"Newer", "Told before, there later"}

    def test_older_pages_are_marked_too(self, personas: Personas, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(inbox_page, "PAGE_SIZE", 2)
        for number in range(5):
            told(personas.site.user, f"{number}", minutes_ago=number, read=number == 1)
        page = personas.site.client.get(URL)
        told(personas.site.user, "Newer")
        mark_all(personas.site.client, page)
        assert unread(personas.site.user) == {"Newer"}

    def test_older_page_does_not_offer_it(self, personas: Personas, monkeypatch: pytest.MonkeyPatch):
        """It would leave what is newer unread, or mark what is not on it."""
        monkeypatch.setattr(inbox_page, "PAGE_SIZE", 1)
        newest = told(personas.site.user)
        told(personas.site.user, minutes_ago=5)
        page = personas.site.client.get(URL, {"older_than": str(newest.pk)})
        assert "Mark all as read" not in text_of(page)

    @pytest.mark.parametrize("data", [{}, {"seen": "nothing"}, {"seen": "\0"}, {"last": "\0"}])
    def test_form_that_was_tampered_with_marks_nothing(self, personas: Personas, data: dict[str, str]):
        told(personas.site.user)
        assert personas.site.client.post(f"{URL}read/", data)["Location"] == URL
        assert unread(personas.site.user) == {"News"}

    def test_items_of_somebody_else_are_left_alone(self, personas: Personas):
        foreign = told(personas.customer.user)
        data = {"seen": str(foreign.pk), "last": str(foreign.pk)}
        told(personas.site.user, minutes_ago=9)
        personas.site.client.post(f"{URL}read/", data)
        assert unread(personas.customer.user) == unread(personas.site.user) == {"News"}


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_mark_all_at_once_mark_each_item_once(personas: Personas):
    items = [told(personas.site.user, f"{number}") for number in range(20)]
    ids = [item.pk for item in items]
    actor = personas.site.actor
    counts = at_once(lambda: mark_read(actor=actor, ids=ids), lambda: mark_read(actor=actor, ids=ids[::-1]))
    assert sorted(counts, key=str) == [0, 20]


@pytest.mark.django_db
class TestHeader:
    def test_every_page_tells_how_much_is_unread(self, personas: Personas):
        told(personas.customer.user)
        told(personas.customer.user, read=True)
        for url in ("/", "/cars/", "/profile/", "/accounts/password/change/", "/there/is/none/"):
            assert "Inbox 1 unread" in header_of(personas.customer.client.get(url)), url

    def test_all_read_is_no_number(self, personas: Personas):
        told(personas.customer.user, read=True)
        text = header_of(personas.customer.client.get("/"))
        assert "Inbox" in text
        assert "unread" not in text

    @pytest.mark.parametrize(("count", "said"), [(99, "99 unread"), (100, "99+ unread"), (130, "99+ unread")])
    def test_more_than_anybody_counts_is_told_as_that(self, personas: Personas, count: int, said: str):
        item = told(personas.site.user)
        copies = [Notification(**_values(item)) for _number in range(count - 1)]
        Notification.objects.bulk_create(copies)
        assert MOST_COUNTED == 100
        assert f"Inbox {said}" in header_of(personas.site.client.get("/"))

    def test_who_acts_for_nobody_has_an_inbox_too(
        self, personas: Personas, django_assert_num_queries: DjangoAssertNumQueries
    ):
        told(personas.nobody.user)
        assert "Inbox 1 unread" in header_of(personas.nobody.client.get("/"))
        with django_assert_num_queries(
            4
        ):  # session, person, memberships, of which there are none; what is unread
            personas.nobody.client.get("/livez")

    def test_visitor_has_none(self, client: Client):
        assert "Inbox" not in header_of(client.get("/"))


@pytest.mark.django_db
def test_who_acts_for_two_organisations_reads_what_concerns_either(client: Client):
    user: User = make_user()
    for organisation in (make_customer("Alpha"), make_customer("Beta")):
        make_member(organisation, user=user)
    told(user, "Of Alpha")
    told(user, "Of Beta", minutes_ago=5)
    client.force_login(user)
    page = client.get(URL)
    assert titles_of(page) == ["Of Alpha", "Of Beta"]
    assert "2 unread" in header_of(page)


def _values(item: Notification) -> dict[str, Any]:
    kept = ("kind", "recipient_id", "address", "title", "path", "told_at")
    return {name: getattr(item, name) for name in kept} | {"object_id": uuid4()}
