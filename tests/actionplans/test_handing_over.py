"""A kept PDF is handed over: asked for once, then sent to the very browser that may have it, for some seconds."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from actionplans.models import ActionPlan, PlanShare
from actionplans.pdf.services import forget_renderings
from actionplans.sharing.services import withdraw_share
from carportal.core import handing
from carportal.core.handing import MARK
from tests.actionplans.conftest import Story
from tests.actionplans.making import share_with
from tests.actionplans.pages import client_of
from tests.actionplans.papers import kept_pdfs, pdf_at
from tests.factories import make_actor

pytestmark = pytest.mark.usefixtures("pdf_folder")


@pytest.fixture
def share(story: Story, plan: ActionPlan) -> PlanShare:
    return share_with(plan, story.alice, story.customer)


@pytest.fixture
def dora(story: Story) -> Client:
    return client_of(story.dora)


@pytest.fixture
def address(share: PlanShare, dora: Client) -> str:
    """Of a PDF that is kept for Dora."""
    url = reverse("share_pdf", args=[share.pk])
    assert pdf_at(dora, url).status_code == 200
    return url


def asked(client: Client, address: str) -> str:
    """Where the page sends the browser."""
    response = client.get(address)
    assert response.status_code == 302
    return str(response["Location"])


def is_asked_again(client: Client, url: str) -> bool:
    """Whether the page itself answers: it asks the database who that is."""
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    return len(queries) > 0


def test_file_comes_without_a_query_and_as_the_page_would_give_it(dora: Client, address: str) -> None:
    url = asked(dora, address)
    with CaptureQueriesContext(connection) as queries:
        response = dora.get(url)
    assert len(queries) == 0
    assert response.content.startswith(b"%PDF-")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("inline; filename=")
    assert "no-store" in response["Cache-Control"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert dora.head(url).status_code == 200


def test_what_else_was_asked_stays_in_the_address(dora: Client, address: str, share: PlanShare) -> None:
    sent = share.sent.get()
    pdf_at(dora, f"{address}?sent={sent.pk}")
    url = asked(dora, f"{address}?sent={sent.pk}")
    assert parse_qs(urlsplit(url).query)["sent"] == [str(sent.pk)]


def test_only_the_browser_that_asked_gets_it(story: Story, dora: Client, address: str) -> None:
    url = asked(dora, address)
    assert Client().get(url).status_code == 302, "a visitor is sent to log in"
    assert client_of(story.dora).get(url).content.startswith(b"%PDF-"), (
        "of another session: asked, and allowed"
    )
    assert is_asked_again(client_of(story.dora), url)
    dora.logout()
    assert dora.get(url).status_code == 302


def test_party_that_may_not_have_it_gains_nothing_by_the_address(
    story: Story, plan: ActionPlan, dora: Client, address: str
) -> None:
    share_with(plan, story.alice, story.other)
    assert client_of(make_actor(story.other)).get(asked(dora, address)).status_code == 404


def test_mark_is_good_for_its_own_address_alone(
    story: Story, plan: ActionPlan, dora: Client, address: str
) -> None:
    mark = parse_qs(urlsplit(asked(dora, address)).query)[MARK][0]
    elsewhere = reverse("plan_pdf", args=[plan.finding_id])
    assert dora.get(f"{elsewhere}?{urlencode({MARK: mark})}").status_code == 404


@pytest.mark.parametrize(
    "spoil", [str.swapcase, lambda mark: mark[:-1], lambda _mark: "", lambda _mark: "x" * 5000]
)
def test_spoilt_mark_is_as_if_there_were_none(
    dora: Client, address: str, spoil: Callable[[str], str]
) -> None:
    mark = parse_qs(urlsplit(asked(dora, address)).query)[MARK][0]
    url = f"{address}?{urlencode({MARK: spoil(mark)})}"
    assert is_asked_again(dora, url)
    assert dora.get(url).content.startswith(b"%PDF-")


def test_after_some_seconds_the_page_is_asked_again(
    dora: Client, address: str, share: PlanShare, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = asked(dora, address)
    monkeypatch.setattr(handing, "GOOD_FOR", timedelta(seconds=-1))
    assert is_asked_again(dora, url)
    assert dora.get(url).content.startswith(b"%PDF-")
    withdraw_share(share_id=share.pk, actor=story.alice)
    assert dora.get(url).status_code == 404


def test_what_was_removed_is_not_handed_over_any_more(
    dora: Client,
    address: str,
    plan: ActionPlan,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    url = asked(dora, address)
    with django_capture_on_commit_callbacks(execute=True):
        forget_renderings(plan)
    assert kept_pdfs() == []
    assert dora.get(url).status_code == 202


def test_posting_to_such_an_address_is_the_pages_own(dora: Client, address: str) -> None:
    assert dora.post(asked(dora, address)).status_code == 302
