"""No input breaks a page, no request is taken without the page's token, no field says more than its form asks."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, reverse

from carportal.core.models import AuditEvent, Notification
from tests.walls.conftest import Busy
from tests.walls.crawling import Answer, Form, crawl, few_of_each, forms_of, got
from tests.walls.routes import parameters, routes

pytestmark = pytest.mark.django_db

# What keyboards do not type but programs send; a NUL is refused, so it comes in one field after the other.
ODD = "\x01\x1b\u202e\ufffe\ud7ff\U0001f469\u200d\U0001f33e '\"<b> %s %(a)s %d {} {{x}} {%y%} \r\n\u2028 \\"
NUL = f"nul\0{ODD}"
HUGE = "x" * 1_000_000
PLAUSIBLE = {
    "email": "somebody@people.example",
    "login": "somebody@people.example",
    "password": "a-long-enough-phrase",
    "password1": "a-long-enough-phrase",
    "password2": "a-long-enough-phrase",
    "name": "Somebody",
    "customer_reference": "ZC7000007",
    "site_reference": "ZS7000001",
    "audit_company_reference": "ZC7000005",
    "code": "3.B",
    "issue_title": "A title",
    "date": "2026-02-27",
    "on": "2026-03-02",
    "first_due": "2026-06-30",
    "reason": "The report was read wrongly.",
    "note": "For the record.",
    "comment": "What we think.",
}
DATES = ["0001-01-01", "9999-12-31", "2026-02-30", "２０２６-０１-０１"]
# What a request may hold in its query beside the names of the filters on its page.
QUERIES = [
    "page",
    "older_than",
    "newer_than",
    "after",
    "before",
    "sort",
    "site_named",
    "raised_from",
    "record",
    "revision",
    "again",
    "party",
    "with",
    "reference",
    "q",
]
VALUES = ["\0", "2026-01-01_\0x", "-1", "9" * 400]


@pytest.fixture(scope="module")
def busy(make_busy: Any) -> Busy:
    busy: Busy = make_busy()
    return busy


def forms_for(busy: Busy, reader: str) -> tuple[Client, list[Form]]:
    client, starts = busy.browser(reader)
    few = few_of_each()
    answers = crawl(client, *starts, follows=lambda url: "/pdf/" not in url and few(url))
    if reader == "gina":
        answers += [
            Answer(form.action, _sent(client, form)) for form in forms_of(answers) if "share" in form.action
        ]
    out = ("/accounts/logout/", "/guest/leave/")
    everybodys = ("/accounts/", "/profile/", *out) if reader not in {"gina", "visitor"} else out
    return client, [form for form in forms_of(answers) if not form.action.startswith(everybodys)]


def _sent(client: Client, form: Form) -> HttpResponse:
    """The page that follows one that was sent, where a further form stands: a check before the deed."""
    with transaction.atomic():
        response = got(getattr(client, form.method)(form.action, plausible(form)))
        transaction.set_rollback(True)
    return response


def plausible(form: Form) -> dict[str, list[str]]:
    """As somebody would send it: something new that fits each field's name, references as they stand there."""
    sent = form.filled()
    for name in form.texts:
        field = name.rpartition("-")[2]
        if field in PLAUSIBLE:
            sent[name] = [PLAUSIBLE[field]]
        elif "reference" not in field:
            sent[name] = ["Something else."]
        elif not any(sent[name]):
            sent[name] = ["ZS8000001" if "/sites/" in form.action else "ZC8000001"]
    return sent


def attempts(form: Form) -> Iterator[dict[str, list[str]]]:
    """With a NUL in one field after the other; in a form as long as the Annex in all of them at once."""
    good = plausible(form)
    texts = set(form.texts)
    yield good
    yield good | {name: [ODD] for name in texts - {"date", "on", "first_due", "email"}}
    for names in [{name} for name in texts] if len(texts) < 7 else [texts]:
        yield good | {name: [NUL] for name in names}
    for name in texts & {"date", "on", "first_due"}:
        yield from (good | {name: [value]} for value in DATES)
    yield good | {name: [HUGE] for name in form.texts[-1:]}
    yield good | {name: [NUL, ODD] for name in {*form.fields, *form.choices, *form.buttons} - texts}
    yield {}


@pytest.mark.parametrize("reader", Busy.READERS)
def test_nothing_typed_or_tampered_with_breaks_a_form(busy: Busy, reader: str) -> None:
    """A page that breaks raises here: the client passes its exception on."""
    client, forms = forms_for(busy, reader)
    assert forms
    for form in forms:
        for data in attempts(form):
            with transaction.atomic():
                send = client.post if form.method == "post" else client.get
                response = send(form.action, data, follow=form.method == "post")
                transaction.set_rollback(True)
            assert response.status_code < 500, (form.action, data)


@pytest.mark.parametrize("reader", ["gina", "olga"])
def test_nothing_in_a_query_breaks_a_page(busy: Busy, reader: str) -> None:
    client, starts = busy.browser(reader)
    few = few_of_each()
    for answer in crawl(client, *starts, follows=lambda url: "/pdf/" not in url and few(url)):
        if not answer.is_page:
            continue
        filters = [name for form in answer.page.forms if form.method == "get" for name in form.filled()]
        for value in VALUES if filters else VALUES[:1]:
            query = urlencode(dict.fromkeys([*QUERIES, *filters], value))
            assert client.get(f"{answer.url.partition('?')[0]}?{query}").status_code < 500
    odd = client.get(b"/sites/?q=%ff%fe%00&page=%ff".decode())
    assert odd.status_code < 500


def test_too_much_of_it_is_refused(busy: Busy) -> None:
    client, _starts = busy.browser("gina")
    url = reverse("plan_share", args=[busy.finding.pk])
    assert client.post(url, {f"field{n}": "x" for n in range(10_000)}).status_code == 400
    assert client.post(url, {"party": ["x"] * 900}).status_code < 500
    assert client.post(url, {"note": "x" * 3_000_000}).status_code == 400


@pytest.mark.parametrize("cookie", ["sessionid", "csrftoken", "messages", "django_language"])
def test_no_cookie_breaks_a_page(cookie: str) -> None:
    for value in ('"\\000aaaaaaaaaaaa"', '"\\377\\376"', "x" * 5000, "{}:{}:{}", '"\\012Set-Cookie: a=b"'):
        client = Client(headers={"cookie": f"{cookie}={value}"})
        assert client.get("/").status_code == 200
        assert client.post("/accounts/login/", {"login": "a", "password": "b"}).status_code == 200


def test_other_charset_than_utf_8_is_refused(busy: Busy) -> None:
    """Some charsets decode to what no text column holds."""
    client, _starts = busy.browser("gina")
    body = b'--b\r\nContent-Disposition: form-data; name="name"\r\n\r\n\\ud800\r\n--b--\r\n'
    for charset in ("raw_unicode_escape", "utf-7", "utf-16", "nonsense"):
        kind = f"multipart/form-data; boundary=b; charset={charset}"
        assert client.generic("POST", "/profile/", body, content_type=kind).status_code == 400
    kind = 'multipart/form-data; boundary=b; charset="UTF-8"'
    assert client.generic("POST", "/profile/", body, content_type=kind).status_code == 200


# --- Tokens and methods ---------------------------------------------------------------------------


def address(route: URLPattern) -> str:
    """With ids that nothing has; of an app there are only those that there are."""
    for value in (uuid4(), "1", "core"):
        try:
            return reverse(str(route.name), kwargs=dict.fromkeys(parameters(route), value))
        except NoReverseMatch:
            continue
    raise AssertionError(f"{route}: no address")


@pytest.mark.parametrize("reader", ["gina", "visitor"])
def test_nothing_is_posted_without_the_token_of_a_page(busy: Busy, reader: str) -> None:
    client, _starts = busy.browser(reader)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    answers = {str(route.name): strict.post(address(route)).status_code for route in routes()}
    assert len(answers) > 50
    # Mail programs have no page: the signed address is what they are asked for.
    assert answers.pop("mail_stop") == 404
    assert answers.pop("mail_reports") == 404  # a mail service shows a secret instead; here none is named
    assert set(answers.values()) == {403}, {name: each for name, each in answers.items() if each != 403}


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_other_methods_do_nothing(busy: Busy, method: str) -> None:
    client, _starts = busy.browser("olga")
    before = AuditEvent.objects.count()
    for route in routes():
        answer = getattr(client, method)(address(route))
        assert answer.status_code in {200, 302, 404, 405}, (route, answer.status_code)
        # Forms of the login answer as to an empty one, redirects as ever; all pages of the portal refuse.
        assert answer.status_code == 405 or str(route.pattern).startswith(("accounts/", "^accounts/")), route
    assert AuditEvent.objects.count() == before


# --- More than was asked --------------------------------------------------------------------------

EXTRA = {
    "status": "closed",
    "organisation": "",
    "organisation_id": "",
    "supplier": "",
    "supplier_id": "",
    "customer": "",
    "site": "",
    "site_id": "",
    "audit_company": "",
    "audit_company_id": "",
    "recorded_by": "",
    "recorded_by_id": "",
    "id": "",
    "pk": "",
    "user": "",
    "user_id": "",
    "actor": "",
    "finding": "",
    "plan": "",
    "share": "",
    "revision": "",
    "published": "1",
    "published_at": "2020-01-01",
    "uploaded_on": "2020-01-01",
    "expires_at": "2099-01-01",
    "accepted_at": "2020-01-01",
    "is_staff": "on",
    "is_superuser": "on",
    "is_active": "",
    "decision": "closed",
    "edition": "7",
    "number": "99",
    "confirmed": "1",
}
# Compared row by row; of events and mails, whose ids and salts differ from time to time, the kinds.
WHOLE = [
    model
    for model in apps.get_models()
    if model._meta.app_label in {"stakeholders", "findings", "actionplans"}
]
NEVER_TWICE = {"id", "last_login", "expires_at", "reference", "sha256", "update_id", "comment_id"}
# Elsewhere columns of these names are of rows that were there before.
NEVER_TWICE_OF = {
    "Access.source_id",
    "EscalationParty.escalation_id",
    "Tally.change",
    "Telling.party_id",
    "WorkOnCar.finding_id",
}


def _state() -> dict[str, list[str]]:
    state = {}
    for model in WHOLE:
        names = [
            field.attname
            for field in model._meta.concrete_fields
            if field.attname not in NEVER_TWICE and f"{model.__name__}.{field.attname}" not in NEVER_TWICE_OF
        ]
        new = [f"{row}" for row in model._default_manager.order_by().values(*names)]
        state[model.__name__] = sorted(new)
    state["events"] = sorted(AuditEvent.objects.values_list("kind", flat=True))
    state["owed"] = sorted(Notification.objects.values_list("kind", flat=True))
    return state


@pytest.mark.parametrize("reader", ["gina", "fay", "olga"])
def test_fields_that_no_form_asks_change_nothing(busy: Busy, reader: str) -> None:
    """Each form is sent twice, as somebody would and with everything that a tamperer might add."""
    client, forms = forms_for(busy, reader)
    ids = str(busy.second.pk if busy.second else ""), str(busy.finding.pk)
    extra = {name: value or ids[name in {"finding", "plan"}] for name, value in EXTRA.items()}
    changed = 0
    untouched = _state()
    for form in forms:
        if form.method != "post":
            continue
        results = []
        for more in (
            {},
            {name: value for name, value in extra.items() if name not in {**form.filled(), **form.buttons}},
        ):
            with transaction.atomic():
                answer = client.post(form.action, {**plausible(form), **more})
                results.append((answer.status_code, _state()))
                transaction.set_rollback(True)
        assert results[0] == results[1], form.action
        changed += results[0][1] != untouched
    assert changed >= {"gina": 10, "fay": 1, "olga": 9}[reader]
