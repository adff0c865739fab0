"""What somebody with an account, or with none, might try on purpose."""

import re
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from actionplans.models import PlanShare, Reply, SharedRevision
from carportal.core.actor import OrganisationKind, Role
from carportal.core.delivery import deliver_due
from findings.models import AuditEntry, LeftFinding
from stakeholders.models import Invitation, User
from tests.actionplans.making import write
from tests.factories import PASSWORD, make_member, make_organisation, make_supplier, make_user
from tests.walls.conftest import Busy
from tests.walls.crawling import crawl, fetched, few_of_each, got, leads_to_file

pytestmark = pytest.mark.django_db

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
DRAFTED = "We think of paying half of it."
NOT_SHARED = "The price leaves no room for more."


@pytest.fixture(scope="module")
def busy(make_busy: Any) -> Busy:
    """The published plan has been written on since."""
    busy: Busy = make_busy()
    busy.plan.refresh_from_db()
    write(busy.plan, busy.actor(busy.gina), actions=DRAFTED)
    return busy


def body(response: object) -> str:
    return TOKEN.sub("", got(response).content.decode())


# --- What is not for the operator and the auditor -------------------------------------------------


def read_by(busy: Busy, reader: str) -> str:
    client, starts = busy.browser(reader)
    few = few_of_each(2)
    answers = crawl(client, *starts, follows=lambda url: not leads_to_file(url) and few(url))
    assert len(answers) > 8
    return "\n".join(answer.response.content.decode() for answer in answers)


def test_operator_reads_no_draft_no_note_and_no_comment(busy: Busy) -> None:
    pages = read_by(busy, "olga")
    assert "Repay the fees over six months." in pages, "the published plan is there to be read"
    for text in (DRAFTED, NOT_SHARED, "Have we missed anything?", "We come back to you.", "within a month"):
        assert text not in pages


def test_auditor_reads_nothing_of_plan_triage_and_replies(busy: Busy) -> None:
    pages = read_by(busy, "carl")
    assert busy.finding.reference in pages
    for text in (DRAFTED, NOT_SHARED, "Repay the fees", "Have we missed", "Northmarket", "Bellweather"):
        assert text not in pages
    for path in ("/plan/", "/understand/", "/shares/", "/decide/"):
        assert path not in pages, "no link leads there either"
    for words in ("step 1", "Step 1", "Engage all customers", "Went through", "Shared the action plan"):
        assert words not in pages


def test_other_version_than_the_published_one_is_for_the_site_alone(busy: Busy) -> None:
    """Its id in the address changes nothing for those who read the published plan."""
    url = reverse("plan_pdf", args=[busy.finding.pk])
    others = [each for each in busy.plan.revisions.all() if each.pk != busy.plan.published_id]
    assert others
    client, _starts = busy.browser("nora")
    published = fetched(client, url).content
    assert fetched(client, f"{url}?revision={others[0].pk}").content == published
    site, _starts = busy.browser("gina")
    assert fetched(site, f"{url}?revision={others[0].pk}").content != fetched(site, url).content
    elsewhere = busy.other.plan.revisions.first()
    assert elsewhere is not None
    assert site.get(url, {"revision": str(elsewhere.pk)}).status_code == 404


# --- Ids that do not belong together ---------------------------------------------------------------


def test_reply_to_what_another_party_was_sent_is_answered_as_one_to_nothing(busy: Busy) -> None:
    client, _starts = busy.browser("fay")
    share = PlanShare.objects.get(organisation=busy.ngo)
    foreign = SharedRevision.objects.filter(share=busy.seconds_share).latest("sent_at")
    url = reverse("share_reply", args=[share.pk])
    before = Reply.objects.count()
    answers = [
        client.post(url, {"sent": str(sent), "kind": "confirmed", "comment": ""})
        for sent in (foreign.pk, uuid4())
    ]
    assert [each.status_code for each in answers] == [409, 409]
    assert body(answers[0]) == body(answers[1])
    assert Reply.objects.count() == before


def test_plan_is_shared_with_nobody_whom_the_page_would_not_offer(busy: Busy) -> None:
    """Neither competitor nor auditor nor operator, nor a customer of other sites, by an id in the form."""
    client, _starts = busy.browser("gina")
    url = reverse("plan_share", args=[busy.finding.pk])
    before = PlanShare.objects.count()
    strangers = [
        make_supplier("A competitor"),
        make_organisation(OrganisationKind.CUSTOMER, name="A stranger's customer"),
        busy.company,
        busy.auditing.operator.organisation_id,
        uuid4(),
    ]
    for stranger in strangers:
        party = getattr(stranger, "pk", stranger)
        for step in ("", "check", "share"):
            data = {"party": str(party), "step": step, f"{party}-confirm_requirements": "yes", "seen": ""}
            assert client.post(url, data).status_code < 500
    assert PlanShare.objects.count() == before


def test_finding_is_changed_under_its_own_audit_alone(busy: Busy) -> None:
    client, _starts = busy.browser("carl")
    published = AuditEntry.objects.filter(audit__status="published").first()
    assert published is not None
    for route in ("audit_entry_edit", "audit_entry_remove"):
        url = reverse(route, args=[busy.draft.pk, published.pk])
        assert client.post(url, {"type": "observation", "code": "7.B"}).status_code == 404


def test_decision_is_taken_on_the_car_of_the_page_alone(busy: Busy) -> None:
    client, _starts = busy.browser("olga")
    (left,) = LeftFinding.objects.all()
    data = {"left": str(left.pk), "decision": "stays", "note": "As before."}
    assert client.post(reverse("finding_decide", args=[busy.finding.pk]), data).status_code == 409
    data["left"] = str(uuid4())
    assert client.post(reverse("finding_decide", args=[busy.other.pk]), data).status_code == 404


# --- Who has an account ----------------------------------------------------------------------------


def without(text: str, *words: str) -> str:
    for word in words:
        text = text.replace(word, "")
    return text


def test_manager_does_not_learn_who_has_an_account(busy: Busy) -> None:
    """An invitation says the same to whoever sends it, whomever it goes to."""
    client, _starts = busy.browser("nora")
    url = reverse("organisation_invite", args=[busy.customer.pk])
    known, unknown = busy.bertram.email, "nobody@bellweather.example"
    answers = []
    for email in (known, unknown):
        with transaction.atomic():
            sent = client.post(url, {"email": email, "role": Role.EDITOR}, follow=True)
            assert Invitation.objects.filter(email=email).exists()
            answers.append(without(body(sent) + body(client.get(url)), email))
            transaction.set_rollback(True)
    uuid = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
    assert uuid.sub("", answers[0]) == uuid.sub("", answers[1])


class CountingHasher(MD5PasswordHasher):
    """Counts what was hashed, which is what a login costs."""

    algorithm = "counted_md5"
    hashed = 0

    def encode(self, password: str, salt: str) -> str:
        type(self).hashed += 1
        return super().encode(password, salt)


def log_in(client: Client, email: str, password: str) -> HttpResponse:
    return got(client.post(reverse("account_login"), {"login": email, "password": password}))


def test_login_takes_as_long_for_an_address_that_nobody_has(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["tests.walls.test_attackers.CountingHasher"]
    make_user("ada@example.org")
    costs = []
    for email in ("ada@example.org", "nobody@example.org"):
        CountingHasher.hashed = 0
        log_in(Client(), email, "wrong")
        costs.append(CountingHasher.hashed)
    assert costs[0] == costs[1] > 0


def test_too_many_attempts_are_answered_alike_whoever_they_were_for() -> None:
    make_user("ada@example.org")
    answers = []
    for number, email in enumerate(("ada@example.org", "nobody@example.org")):
        at = f"192.0.2.{number}"
        for spelling in (email, email.upper(), f" {email} ", email, email.title()):
            assert log_in(Client(REMOTE_ADDR=at), spelling, "wrong").status_code == 200
        refused = log_in(Client(REMOTE_ADDR=at), email, PASSWORD)
        answers.append((refused.status_code, body(refused)))
    assert answers[0] == answers[1]
    assert answers[0][0] == 429


def test_too_many_requests_for_a_password_are_answered_alike() -> None:
    make_user("ada@example.org")
    answers = []
    for number, email in enumerate(("ada@example.org", "nobody@example.org")):
        for _attempt in range(6):
            last = Client(REMOTE_ADDR=f"192.0.2.{number}").post(
                reverse("account_reset_password"), {"email": email}
            )
        answers.append((last.status_code, without(body(last), email)))
    assert answers[0] == answers[1]
    assert answers[0][0] == 429


# --- Passwords and sessions ------------------------------------------------------------------------


@pytest.fixture
def person() -> User:
    user = make_user("ada@example.org", name="Ada")
    make_member(make_supplier(), user=user)
    return user


def reset_link(person: User, outbox: list[EmailMultiAlternatives]) -> str:
    Client().post(reverse("account_reset_password"), {"email": person.email})
    deliver_due()
    newest = [mail for mail in outbox if person.email in mail.to[0]][-1]  # others may be due as well
    match = re.search(r"http://[^/]+(/accounts/password/reset/key/\S+)", str(newest.body))
    assert match is not None
    return match[1]


def test_new_password_by_mail_ends_every_session(
    person: User, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    """Somebody who got in with the old one is out."""
    intruder = Client()
    log_in(intruder, person.email, PASSWORD)
    assert intruder.get(reverse("profile")).status_code == 200
    client = Client()
    form = client.get(reset_link(person, mailoutbox), follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": "another-long-phrase", "password2": "another-long-phrase"})
    assert intruder.get(reverse("profile")).status_code == 302


def test_link_for_one_persons_password_opens_nobody_elses(
    person: User, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    own = reset_link(person, mailoutbox)
    victim = make_user("victim@example.org")
    theirs = reset_link(victim, mailoutbox)
    key = own.strip("/").rpartition("-")[2]
    mixed = f"{theirs.strip('/').rpartition('-')[0]}-{key}/"
    assert "password1" not in Client().get(f"/{mixed}", follow=True).content.decode()
    assert "password1" in Client().get(theirs, follow=True).content.decode()


def test_date_of_the_future_is_no_way_round_the_order_of_audits(busy: Busy) -> None:
    client, _starts = busy.browser("carl")
    data = {
        "site_reference": busy.site.reference,
        "reference": "ZAA900010",
        "date": date(2099, 1, 1).isoformat(),
        "type": "periodic",
        "scope": ["5A"],
    }
    answer = client.post(reverse("audit_record"), data)
    assert answer.status_code == 200
    assert "in the future" in answer.content.decode()
