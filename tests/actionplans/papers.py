"""PDFs as their readers get them in the end: asked for, made as a worker makes them, and asked for again."""

from pathlib import Path

from django.test import Client

from actionplans.pdf.making import make_due
from actionplans.pdf.storing import store
from carportal.core.handing import MARK
from tests.actionplans.pages import Response


def pdf_at(client: Client, url: str) -> Response:
    response = handed(client, client.get(url))
    if response.status_code == 202:
        make_due()
        response = handed(client, client.get(url))
    return response


def handed(client: Client, response: Response) -> Response:
    """What a page that hands a kept file over leads to; any other answer as it is."""
    if response.status_code == 302 and f"{MARK}=" in response["Location"]:
        return client.get(response["Location"])
    return response


def kept_pdfs() -> list[Path]:
    """All that is in the store."""
    return sorted(path for path in Path(store().path("")).rglob("*") if path.is_file())
