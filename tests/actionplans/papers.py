"""PDFs as their readers get them in the end: asked for, made as a worker makes them, and asked for again."""

from pathlib import Path

from django.test import Client

from actionplans.pdf.making import make_due
from actionplans.pdf.storing import store
from tests.actionplans.pages import Response


def pdf_at(client: Client, url: str) -> Response:
    response = client.get(url)
    if response.status_code == 202:
        make_due()
        response = client.get(url)
    return response


def kept_pdfs() -> list[Path]:
    """All that is in the store."""
    return sorted(path for path in Path(store().path("")).rglob("*") if path.is_file())
