"""The blank Annex: for everybody, without an account, the same for all."""

import io

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader
from pytest_django.fixtures import Settings

from actionplans.annex import CURRENT
from actionplans.models import Rendering
from tests.actionplans.conftest import Story
from tests.actionplans.pages import client_of, main_of, text_of
from tests.actionplans.papers import pdf_at
from tests.core.glyphs import boxes_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pdf_folder")]

URL = "/annex/pdf/"


def test_login_page_and_footer_lead_to_it() -> None:
    page = Client().get(reverse("account_login"))
    assert main_of(page).one("a", href=URL).text == "Blank action plan (PDF)"
    assert f'href="{URL}"' in page.content.decode().partition("<footer")[2]


def test_has_every_row_with_what_belongs_there_and_room_to_write() -> None:
    response = pdf_at(Client(), URL)
    assert response["Content-Disposition"] == 'inline; filename="car-action-plan.pdf"'
    reader = PdfReader(io.BytesIO(response.content))
    text = "".join("".join(page.extract_text() for page in reader.pages).split())
    said = [str(CURRENT.title), *(str(field.label) for field in CURRENT.fields)]
    said += [*(str(field.guidance) for field in CURRENT.fields), *(str(ask.label) for ask in CURRENT.asks)]
    for words in said:
        assert "".join(words.split()) in text
    assert text.count("Yes/No") == len(CURRENT.asks)
    assert len(reader.pages) == 2
    assert not boxes_in(reader)
    assert not reader.attachments
    assert "CAR-" not in text


def test_is_one_file_for_everybody_that_may_be_kept(story: Story) -> None:
    anonymous = pdf_at(Client(), URL)
    assert client_of(story.dora).get(URL).content == anonymous.content
    assert Rendering.objects.get().plan_id is None
    assert anonymous["Cache-Control"] == "public, max-age=3600"
    assert not anonymous.cookies


def test_however_often_it_is_asked_for_it_is_owed_once() -> None:
    for _again in range(3):
        page = Client().get(URL)
        assert (page.status_code, page["Refresh"]) == (202, "2")
        assert "no-store" in page["Cache-Control"]
    assert Rendering.objects.count() == 1


def test_says_why_there_is_none_and_offers_no_button_to_whoever_comes(settings: Settings) -> None:
    settings.PDF_SECONDS = 0.01
    page = pdf_at(Client(), URL)
    assert page.status_code == 503
    assert "took longer than it may" in text_of(page)
    assert not main_of(page).all("button")
    assert Client().post(URL).status_code == 405
