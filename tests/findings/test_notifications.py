"""The mails about CARs: who gets one, what it says, and that it is not sent when it is no news any more."""

import re
import time
from collections.abc import Callable
from datetime import date
from html import unescape
from uuid import uuid4

import pytest
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils.html import strip_tags

from carportal.core.actor import OrganisationKind, Role
from carportal.core.delivery import deliver_due
from carportal.core.models import Delivery, Notification
from carportal.core.notifications import notify
from findings.models import AccessLevel, AccessSource
from findings.services import grant_access, request_support
from stakeholders.models import Organisation, User, Visibility
from stakeholders.services import change_visibility, end_relationship, remove_member
from tests.factories import (
    make_actor,
    make_customer,
    make_member,
    make_operator,
    make_organisation,
    make_relationship,
    make_site,
    make_supplier,
    make_user,
)
from tests.findings.making import Auditing
from tests.live import LONGEST_WAIT, LivePortal

FIRST, SECOND, THIRD = date(2024, 3, 1), date(2025, 3, 1), date(2026, 3, 1)
SITE, CUSTOMER, SUPPORT = "car_raised_site", "car_raised_customer", "support_requested"


@pytest.fixture
def site(db: None) -> Auditing:
    return Auditing(make_site(make_supplier("Green Valley Foods"), name="Green Valley Packhouse"))


def seeing(site: Auditing, name: str, visibility: Visibility = Visibility.CAR_LIST) -> Organisation:
    """A customer of the site with that visibility."""
    return make_relationship(site.site, make_customer(name), visibility=visibility).customer


def member(organisation: Organisation, role: Role = Role.EDITOR) -> User:
    return make_member(organisation, role).user


def owed() -> set[tuple[str, str]]:
    """(kind, address) of all that anybody is owed."""
    return set(Notification.objects.values_list("kind", "address"))


# --- Who is told --------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR, Role.MANAGER])
def test_all_who_belong_to_the_site_are_told_of_its_car(site: Auditing, role: Role):
    person = member(site.site.supplier, role)
    site.hold(FIRST, "5A.B")
    assert owed() == {(SITE, person.email)}


@pytest.mark.parametrize(
    ("visibility", "is_told"),
    [(Visibility.SHARES_ONLY, False), (Visibility.CAR_LIST, True), (Visibility.PUBLISHED_PLANS, True)],
)
def test_customers_are_told_of_a_car_that_they_may_see(site: Auditing, visibility: Visibility, is_told: bool):
    people = [member(seeing(site, "Northmarket", visibility), role) for role in (Role.VIEWER, Role.EDITOR)]
    site.hold(FIRST, "5A.B")
    assert owed() == ({(CUSTOMER, person.email) for person in people} if is_told else set())


def test_nobody_else_is_told(site: Auditing):
    member(make_supplier())
    member(seeing(Auditing(), "Fairprice Stores"))
    former = make_relationship(site.site, visibility=Visibility.CAR_LIST)
    member(former.customer)
    end_relationship(actor=make_actor(site.site.supplier, Role.MANAGER), relationship_id=former.pk)
    ngo = make_organisation(OrganisationKind.NGO)
    member(ngo)
    before = site.car(site.hold(FIRST, "6.A", reference="ZAA1"))
    grant_access(
        organisation_id=ngo.pk,
        finding_id=before.pk,
        level=AccessLevel.PLAN,
        source=AccessSource.SHARE,
        source_id=uuid4(),
    )
    site.hold(SECOND, "5A.B", "6.A")
    kinds = Notification.objects.values_list("kind", "recipient__memberships__organisation")
    assert set(kinds) == {(SITE, site.site.supplier_id)}


def test_those_who_left_or_cannot_log_in_are_not_told(site: Auditing):
    manager = make_actor(site.site.supplier, Role.MANAGER)
    gone, locked = make_member(site.site.supplier), make_member(site.site.supplier)
    remove_member(actor=manager, membership_id=gone.pk)
    User.objects.filter(pk=locked.user_id).update(is_active=False)
    site.hold(FIRST, "5A.B")
    assert [each.recipient_id for each in Notification.objects.filter(kind=SITE)] == [manager.user_id]


def test_somebody_of_two_customers_is_told_once(site: Auditing):
    person = make_user()
    for name in ("Northmarket", "Fairprice Stores"):
        make_member(seeing(site, name), user=person)
    site.hold(FIRST, "5A.B")
    assert Notification.objects.filter(recipient=person).count() == 1


def test_each_car_is_news_of_its_own(site: Auditing):
    person = member(site.site.supplier)
    audit = site.hold(FIRST, "5A.B", "6.A")
    told = Notification.objects.filter(recipient=person).values_list("object_id", flat=True)
    assert set(told) == {site.car(audit, "5A.B").pk, site.car(audit, "6.A").pk}


# --- When, and how often ------------------------------------------------------------------------------


def test_audit_that_is_not_published_is_no_news(site: Auditing):
    member(site.site.supplier)
    member(seeing(site, "Northmarket"))
    audit = site.record(FIRST, "5A.B")
    site.add(audit, "6.A")
    assert owed() == set()


def test_the_same_news_is_owed_once(site: Auditing):
    person, buyer = member(site.site.supplier), member(seeing(site, "Northmarket"))
    car = site.car(site.hold(FIRST, "5A.B"))
    for _ in range(2):
        with transaction.atomic():
            notify(kind=SITE, object_id=car.pk)
            notify(kind=CUSTOMER, object_id=car.pk)
    assert owed() == {(SITE, person.email), (CUSTOMER, buyer.email)}
    assert Delivery.objects.count() == 2


def test_correction_that_keeps_a_car_is_no_news_of_it(site: Auditing):
    member(site.site.supplier)
    edition = site.correct(site.hold(FIRST, "5A.B"))
    site.add(edition, "6.A")
    before = Notification.objects.count()
    site.publish(edition)
    news = Notification.objects.order_by("created_at")[before:]
    assert [each.object_id for each in news] == [site.car(edition, "6.A").pk]


# --- What it says -------------------------------------------------------------------------------------


def mails(outbox: list[EmailMultiAlternatives]) -> dict[str, EmailMultiAlternatives]:
    """What is sent now, by address."""
    outbox.clear()
    deliver_due()
    return {re.sub(r".*<(.*)>", r"\1", mail.to[0]): mail for mail in outbox}


def html_of(mail: EmailMultiAlternatives) -> str:
    ((html, kind),) = mail.alternatives
    assert kind == "text/html"
    assert isinstance(html, str)
    return html


def plain(html: str) -> str:
    return " ".join(unescape(strip_tags(html.replace("<br>", " "))).split())


def test_site_is_told_what_a_car_is_and_how_to_begin(
    site: Auditing, mailoutbox: list[EmailMultiAlternatives]
):
    person = member(site.site.supplier)
    audit = site.hold(FIRST, "5A.B Pay is below a living wage")
    mail = mails(mailoutbox)[person.email]
    car = site.car(audit)
    assert mail.subject == f"An audit raised {car.reference} at Green Valley Packhouse"
    for words in (
        f"Audit {audit.reference} of 1 March 2024 raised a finding",
        "Collaborative Action Required (CAR) at Green Valley Packhouse.",
        f"{car.reference} 5A.B Pay is below a living wage",
        "It has no closure date.",
        "It does not affect your ability to supply, provided that a plan follows",
        "Begin with step 1",
        f"/cars/{car.pk}/",
    ):
        assert words in " ".join(str(mail.body).split())
        assert words in plain(html_of(mail))


def test_customer_is_told_that_it_is_no_ground_to_reduce_orders(
    site: Auditing, mailoutbox: list[EmailMultiAlternatives]
):
    person = member(seeing(site, "Northmarket"))
    car = site.car(site.hold(FIRST, "5A.B Pay is below a living wage"))
    mail = mails(mailoutbox)[person.email]
    assert mail.subject == f"{car.reference} at Green Valley Packhouse: an audit raised a CAR"
    for words in (
        "An audit of 1 March 2024 raised a finding marked Collaborative Action Required (CAR)",
        "at Green Valley Packhouse (Green Valley Foods). The site lets you see its CARs.",
        f"{car.reference} 5A.B Pay is below a living wage",
        "A CAR is no ground to reduce orders.",
        f"/cars/{car.pk}/",
    ):
        assert words in " ".join(str(mail.body).split())
        assert words in plain(html_of(mail))


def test_what_is_raised_anew_is_told_as_that(site: Auditing, mailoutbox: list[EmailMultiAlternatives]):
    person, buyer = member(site.site.supplier), member(seeing(site, "Northmarket"))
    site.hold(FIRST, "10B.A Emissions")
    edition = site.correct(site.hold(SECOND))
    site.add_other(edition, "10B.A")
    mails(mailoutbox)
    site.publish(edition)
    sent = mails(mailoutbox)
    for address in (person.email, buyer.email):
        for text in (" ".join(str(sent[address].body).split()), plain(html_of(sent[address]))):
            assert "of 1 March 2025 at Green Valley Packhouse" in text
            assert "was corrected. A finding marked Collaborative Action Required (CAR)" in text
            assert "that it had ended is raised anew." in text
            assert "Begin with step 1" not in text
    assert "If it had an action plan, the plan has been carried over" in str(sent[person.email].body)


@pytest.mark.parametrize("kind", [SITE, CUSTOMER, SUPPORT])
def test_text_and_html_say_the_same(site: Auditing, mailoutbox: list[EmailMultiAlternatives], kind: str):
    person = {
        SITE: lambda: member(site.site.supplier),
        CUSTOMER: lambda: member(seeing(site, "Northmarket")),
        SUPPORT: lambda: member(make_operator(), Role.COMPLIANCE),
    }[kind]()
    car = site.car(site.hold(FIRST, "5A.B Pay <b>below</b> a living wage & more"))
    if kind == SUPPORT:
        request_support(finding_id=car.pk, actor=make_actor(site.site.supplier))
    mail = mails(mailoutbox)[person.email]
    text, html = str(mail.body), html_of(mail)
    body, _, _footer = text.partition("\n--\n")
    shown = plain(html.partition("<h1")[2])
    for paragraph in filter(None, (" ".join(each.split()) for each in body.split("\n\n"))):
        assert paragraph.removeprefix("Open the CAR: ") in shown
    for paragraph in map(plain, re.findall(r"<p>(.*?)</p>", html, re.DOTALL)):
        assert paragraph in " ".join(body.split())
    assert "5A.B Pay <b>below</b> a living wage & more" in text
    assert "<b>below" not in html
    assert str(mail.subject) in plain(html.partition("</title>")[0])
    assert "\n" not in str(mail.subject)


def test_customers_do_not_learn_of_each_other(site: Auditing, mailoutbox: list[EmailMultiAlternatives]):
    people = {name: member(seeing(site, name)) for name in ("Northmarket", "Fairprice Stores")}
    site.hold(FIRST, "5A.B")
    sent = mails(mailoutbox)
    for name, person in people.items():
        mail = sent[person.email]
        assert mail.recipients() == mail.to
        assert len(mail.to) == 1
        everything = f"{mail.subject} {mail.body} {html_of(mail)} {mail.message().items()}"
        for other, somebody in people.items():
            if other != name:
                assert other not in everything
                assert somebody.email not in everything
    first, second = (str(sent[person.email].body).replace(name, "") for name, person in people.items())
    assert first == second


# --- When it is no news any more ----------------------------------------------------------------------


def outcomes() -> dict[str, str]:
    """What became of each person's mail once the worker came to it."""
    deliver_due()
    return dict(Delivery.objects.values_list("notification__address", "state"))


@pytest.mark.usefixtures("mailoutbox")
@pytest.mark.parametrize("again", [["5A.B"], []])
def test_nothing_is_sent_of_a_car_that_has_ended_meanwhile(site: Auditing, again: list[str]):
    person, buyer = member(site.site.supplier), member(seeing(site, "Northmarket"))
    car = site.car(site.hold(FIRST, "5A.B"))
    site.hold(SECOND, *again)
    deliver_due()
    for address in (person.email, buyer.email):
        states = dict(
            Delivery.objects.filter(notification__address=address).values_list(
                "notification__object_id", "state"
            )
        )
        assert states.pop(car.pk) == "dropped"
        assert set(states.values()) <= {"sent"}
        assert len(states) == len(again)


def ended(site: Auditing, customer: Organisation) -> None:
    relationship = customer.trading_relationships.get()
    end_relationship(actor=make_actor(site.site.supplier, Role.MANAGER), relationship_id=relationship.pk)


def narrowed(site: Auditing, customer: Organisation) -> None:
    change_visibility(
        actor=make_actor(site.site.supplier, Role.MANAGER),
        relationship_id=customer.trading_relationships.get().pk,
        visibility=Visibility.SHARES_ONLY,
    )


def left(site: Auditing, customer: Organisation) -> None:
    remove_member(
        actor=make_actor(customer, Role.MANAGER),
        membership_id=customer.memberships.get(role=Role.EDITOR).pk,
    )


def locked(site: Auditing, customer: Organisation) -> None:
    User.objects.filter(memberships__organisation=customer).update(is_active=False)


@pytest.mark.usefixtures("mailoutbox")
@pytest.mark.parametrize("change", [ended, narrowed, left, locked])
def test_nothing_is_sent_to_whom_it_no_longer_concerns(
    site: Auditing, change: Callable[[Auditing, Organisation], None]
):
    customer = seeing(site, "Northmarket")
    gone, stays = member(customer), member(seeing(site, "Fairprice Stores"))
    site.hold(FIRST, "5A.B")
    change(site, customer)
    states = outcomes()
    assert (states[gone.email], states[stays.email]) == ("dropped", "sent")


@pytest.mark.usefixtures("mailoutbox")
def test_support_is_not_asked_of_somebody_who_no_longer_is_compliance_staff(site: Auditing):
    operator = make_operator()
    moved, stays = make_member(operator, Role.COMPLIANCE), member(operator, Role.COMPLIANCE)
    car = site.car(site.hold(FIRST, "5A.B"))
    request_support(finding_id=car.pk, actor=make_actor(site.site.supplier))
    moved.role = Role.VIEWER
    moved.save(update_fields=["role"])
    states = outcomes()
    assert (states[moved.user.email], states[stays.email]) == ("dropped", "sent")


# --- The whole way ------------------------------------------------------------------------------------


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LONGEST_WAIT
    while not condition():
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.05)


def test_worker_sends_it_to_those_whom_it_still_concerns(live_portal: LivePortal):
    live_portal.stop("worker")
    site = Auditing()
    person = member(site.site.supplier)
    customer, other = seeing(site, "Northmarket"), seeing(site, "Fairprice Stores")
    buyer, former = member(customer), member(other)
    car = site.car(site.hold(FIRST, "5A.B Wages"))
    ended(site, other)
    live_portal.start("worker")
    for address in (person.email, buyer.email):
        mail = live_portal.wait_for_mail(to=address, subject=car.reference)
        assert f"{live_portal.url}/cars/{car.pk}/" in mail.text
        assert f"{live_portal.url}/cars/{car.pk}/" in [link.url for link in mail.links]
    wait_until(lambda: not Delivery.objects.filter(state="pending").exists())
    assert live_portal.mails(to=former.email) == []
