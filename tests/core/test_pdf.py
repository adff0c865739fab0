"""PDFs: the same bytes for the same content, nothing from outside, every script of the fonts."""

import io
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject
from pytest_django.fixtures import Settings

from carportal.core.fonts import faces_for
from carportal.core.pdf import render_pdf

CREATED = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def pdf_of(
    body: str, *, title: str = "A plan", identifier: bytes = b"0123456789abcdef", lang: str = "en"
) -> bytes:
    html = f'<!doctype html><html lang="{lang}"><head><title>x</title></head><body>{body}</body></html>'
    return render_pdf(html=html, title=title, identifier=identifier, created=CREATED)


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_the_same_content_gives_the_same_bytes():
    body = "<h1>Plan</h1><p>Recruitment fees <b>in bold</b>, Ελληνικά, Кириллица</p>"
    assert pdf_of(body) == pdf_of(body)


def test_another_process_gives_the_same_bytes(tmp_path: Path, settings: Settings):
    script = (
        "import django, sys; django.setup()\n"
        "from tests.core.test_pdf import pdf_of\n"
        "sys.stdout.buffer.write(pdf_of('<p>The same <b>again</b></p>'))"
    )
    environ = os.environ | {"DATA_DIR": str(settings.DATA_DIR), "PYTHONHASHSEED": "7"}
    done = subprocess.run([sys.executable, "-c", script], env=environ, capture_output=True, check=True)
    assert done.stdout == pdf_of("<p>The same <b>again</b></p>")


def test_several_threads_at_once_give_the_same_bytes():
    with ThreadPoolExecutor(4) as pool:
        made = set(pool.map(pdf_of, ["<p>Threads <b>together</b></p>"] * 8))
    assert len(made) == 1


def test_half_an_image_is_none_for_whoever_looks_into_one_after_a_pdf():
    """The engine's import allows it for the whole process, in which uploads are checked as well."""
    script = (
        "import django, io; django.setup()\n"
        "from PIL import Image\n"
        "from tests.core.test_pdf import pdf_of\n"
        "whole = io.BytesIO(); Image.effect_noise((64, 64), 50).save(whole, 'PNG')\n"
        "pdf_of('<p>First a PDF</p>')\n"
        "half = io.BytesIO(whole.getvalue()[:len(whole.getvalue()) // 2])\n"
        "try:\n"
        "    Image.open(half).load()\n"
        "except OSError as error:\n"
        "    print(type(error).__name__)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "OSError\n"


def test_it_says_what_it_is():
    reader = PdfReader(io.BytesIO(pdf_of("<h1>Plan</h1>", title="Plan for CAR-2026-000123", lang="en-GB")))
    assert reader.metadata is not None
    assert reader.metadata.title == "Plan for CAR-2026-000123"
    assert reader.metadata.creation_date == CREATED
    assert reader.root_object["/Lang"] == "en-GB"
    marks = reader.root_object["/MarkInfo"]
    assert isinstance(marks, DictionaryObject)
    assert marks["/Marked"]


def test_text_comes_out_as_it_went_in():
    words = "naïve Žofie “quotes” – Ελληνικά Кириллица ไทย ✓"
    assert words in text_of(pdf_of(f"<p>{words}</p>"))


@pytest.mark.parametrize(
    ("text", "families"),
    [
        ("Latin, Ελληνικά, Кириллица", []),
        ("தமிழ்", ["NotoSansTamil"]),
        ("বাংলা हिन्दी", ["NotoSansBengali", "NotoSansDevanagari"]),
        ("العربية עברית", ["NotoSansArabic", "NotoSansHebrew"]),
        ("中文", ["NotoSansCJK"]),
    ],
)
def test_only_the_fonts_that_a_text_needs_are_loaded(text: str, families: list[str]):
    assert list(dict.fromkeys(face.family for face in faces_for(text))) == ["NotoSans", *families]


@pytest.mark.parametrize(
    "reference",
    [
        '<img src="file:///etc/passwd">',
        '<link rel="attachment" href="file:///etc/passwd">',
        '<link rel="stylesheet" href="http://127.0.0.1:1/x.css">',
        '<img src="http://169.254.169.254/latest/meta-data/">',
        '<style>@import url("file:///etc/hostname");</style>',
        '<style>p { background: url("https://example.org/x.png") }</style><p>x</p>',
        '<style>@font-face { font-family: X; src: url("file:///etc/passwd") } p { font-family: X }</style><p>x</p>',
        '<object data="file:///etc/passwd"></object>',
        '<img src="font:../../etc/passwd">',
    ],
)
def test_nothing_outside_of_the_document_is_read(reference: str):
    with pytest.raises(ValueError, match="Error fetching"):
        pdf_of(reference)


def test_links_are_kept_and_not_followed():
    reader = PdfReader(io.BytesIO(pdf_of('<a href="https://example.org/page">a page</a>')))
    annotations = reader.pages[0].annotations
    assert annotations is not None
    (annotation,) = annotations
    assert annotation.get_object()["/A"]["/URI"] == "https://example.org/page"


def test_files_ride_along():
    html = "<!doctype html><html lang=en><title>x</title><p>x</p></html>"
    pdf = render_pdf(
        html=html, title="x", identifier=b"0" * 16, created=CREATED, attached={"plan.txt": "தமிழ்".encode()}
    )
    assert PdfReader(io.BytesIO(pdf)).attachments == {"plan.txt": ["தமிழ்".encode()]}


def test_an_image_within_the_document_is_shown():
    dot = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
    reader = PdfReader(io.BytesIO(pdf_of(f'<img alt="A dot" src="{dot}">')))
    assert len(reader.pages[0].images) == 1


WITHOUT_PANGO = """
import ctypes.util, sys
import cffi
found = cffi.FFI.dlopen
def dlopen(self, name, *args):
    if name and "pango" in str(name):
        raise OSError(f"cannot load library {name!r}")
    return found(self, name, *args)
cffi.FFI.dlopen = dlopen
import django
django.setup()
from carportal.core.errors import Unavailable
from tests.core.test_pdf import pdf_of
try:
    pdf_of("<p>x</p>")
except Unavailable as error:
    sys.exit(str(error))
"""


def test_without_pango_only_pdf_is_missing_and_says_how_to_get_it(settings: Settings):
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_PANGO],
        env=os.environ | {"DATA_DIR": str(settings.DATA_DIR)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "because the Pango library is missing" in done.stderr
    assert "apt-get install libpango-1.0-0" in done.stderr
    assert "Traceback" not in done.stderr
