"""The PDF of an Annex set against WeasyPrint on a plain table; a kept one against a static file; run by `make bench`."""

import io
import statistics
import time
from collections.abc import Callable
from contextlib import closing
from html import escape
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.urls import reverse
from pypdf import PdfReader

from actionplans.annex import RenderedAnnex
from actionplans.exporting import copy_of_site
from actionplans.pdf import annex_paper
from carportal.core.fonts import Face, faces_for
from carportal.core.pdf import load_engine
from carportal.core.printing import Printable, print_here
from tests.actionplans.conftest import Story, make_story
from tests.actionplans.making import person_of, share_with, write
from tests.actionplans.pages import client_of
from tests.actionplans.papers import pdf_at
from tests.live import LivePortal

ROUNDS = 15
SENTENCE = (
    "The agency charges workers for their placement, and our contract covers a part of its costs alone. "
)
PLAIN = "table { table-layout: fixed; width: 100% } td { border: 1px solid; vertical-align: top }"


@pytest.mark.django_db
def bench_printing() -> None:
    story = make_story()
    paper, annex = three_pages(story)
    html = plain_table(annex)
    faces = faces_for(html)

    def ours() -> bytes:
        return print_here(paper)

    def bare() -> bytes:
        return weasyprint_alone(html, faces)

    pages = [len(PdfReader(io.BytesIO(make())).pages) for make in (ours, bare)]
    assert pages[0] == 3, pages
    said("PDF of 3 pages", "WeasyPrint alone on a plain table", *in_turn(ours, bare))


def bench_serving(live_portal: LivePortal, tmp_path: Path) -> None:
    story = make_story()
    plan = story.plan()
    share_with(plan, story.alice, story.customer)
    url = reverse("plan_pdf", args=[story.finding.pk])
    content = pdf_at(client_of(story.alice), url).content
    (tmp_path / "same.pdf").write_bytes(content)
    # As in a deployment: its files are looked up once, when the server starts.
    live_portal.restart("web", DJANGO_SETTINGS_MODULE="carportal.settings", STATIC_ROOT=str(tmp_path))
    cookie = f"{settings.SESSION_COOKIE_NAME}={live_portal.session_cookie(person_of(story.alice))}"
    static_url = f"/{settings.STATIC_URL.strip('/')}/same.pdf"
    with closing(HTTPConnection(urlsplit(live_portal.url).netloc)) as connection:

        def get(path: str) -> HTTPResponse:
            connection.request("GET", path, headers={"Cookie": cookie})
            return connection.getresponse()

        def ask() -> str:
            """Where the browser is sent, by whoever it is and what that may have."""
            response = get(url)
            response.read()
            return response.headers["Location"]

        def take(path: str) -> None:
            assert get(path).read() == content

        address = ask()
        kept, static, asked = in_turn(lambda: take(address), lambda: take(static_url), ask, rounds=200)
    said(f"A kept PDF of {len(content) // 1024} KB", "a static file of that size", kept, static)
    print(f"\n{of('Asking for it before', asked)}")


def three_pages(story: Story) -> tuple[Printable, RenderedAnnex]:
    plan = story.plan()
    long = ["details", "root_cause", "stakeholders", "investigation", "actions"]
    write(plan, story.alice, **dict.fromkeys(long, SENTENCE * 14))
    share_with(plan, story.alice, story.customer)
    copy = copy_of_site(plan)
    assert copy is not None
    annex = copy.annex(settings.LANGUAGE_CODE)
    return annex_paper(finding=story.finding, annex=annex), annex


def plain_table(annex: RenderedAnnex) -> str:
    rows = [(row.label, row.text) for row in annex.rows]
    rows += [(ask.label, "") for ask in annex.asks]
    lines = "".join(f"<tr><td>{escape(label)}</td><td>{escape(text)}</td></tr>" for label, text in rows)
    return f"<!doctype html><html lang=en><title>x</title><style>{PLAIN}</style><table>{lines}</table></html>"


def weasyprint_alone(html: str, faces: list[Face]) -> bytes:
    """With the same fonts, as whoever uses it by hand would."""
    engine = load_engine()
    config = engine.font_configuration()
    rules = "".join(
        f"@font-face {{ font-family: '{face.family}'; font-weight: {face.weight}; src: url('{face.source.as_uri()}') }}"
        for face in faces
        if isinstance(face.source, Path)
    )
    css = f"{rules} html {{ font-family: '{faces[0].family}'; font-size: 9.5pt }} @page {{ size: A4; margin: 15mm }}"
    sheet = engine.weasyprint.CSS(string=css, font_config=config)
    made: bytes = engine.weasyprint.HTML(string=html).write_pdf(stylesheets=[sheet], font_config=config)
    return made


def in_turn(*calls: Callable[[], object], rounds: int = ROUNDS) -> list[list[float]]:
    """The seconds that each took, round by round, so that a busy machine is busy for all of them."""
    took: list[list[float]] = [[] for _call in calls]
    for call in calls:
        call()  # warm
    for _round in range(rounds):
        for call, times in zip(calls, took, strict=True):
            began = time.perf_counter()
            call()
            times.append(time.perf_counter() - began)
    return took


def said(ours_name: str, bare_name: str, ours: list[float], bare: list[float]) -> None:
    print(
        f"\n{of(ours_name, ours)}; {of(bare_name, bare)}: {statistics.median(ours) / statistics.median(bare):.2f} times"
    )


def of(name: str, times: list[float]) -> str:
    quarters = statistics.quantiles(times, n=4)
    return f"{name} {statistics.median(times) * 1000:.1f} ms (half of them {quarters[0] * 1000:.1f} to {quarters[2] * 1000:.1f})"
