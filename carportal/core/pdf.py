"""HTML to PDF by WeasyPrint: nothing is fetched from outside, and the same content gives the same bytes."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from threading import Lock
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.translation import gettext_lazy as _
from PIL import ImageFile

from carportal.core.errors import Unavailable
from carportal.core.fonts import Face, faces_for

if TYPE_CHECKING:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

MISSING = _(
    "PDF files cannot be made here yet, because the Pango library is missing. Whoever looks after this "
    "portal can add it with: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
)

# Pango's and Fontconfig's caches belong to the process, not to one of its threads.
_one_at_a_time = Lock()


class Engine(NamedTuple):
    """What is used of WeasyPrint."""

    weasyprint: ModuleType
    font_configuration: Callable[[], Any]
    fetching_error: type[BaseException]


for _name in ("fontTools", "weasyprint.progress"):
    logging.getLogger(_name).setLevel(logging.WARNING)  # they tell every step of every page
# It warns of every character that no font has, which would put a plan's text into the log.
logging.getLogger("weasyprint").setLevel(logging.ERROR)


def load_engine() -> Engine:
    """WeasyPrint, of which the first call in a process takes most of a second; Unavailable when Pango is missing."""
    try:
        # Not at the top: without Pango the import fails, and everything but PDF is to work.
        import weasyprint
        from weasyprint.text.fonts import FontConfiguration
        from weasyprint.urls import FatalURLFetchingError
    except OSError as error:
        raise Unavailable(MISSING) from error
    finally:
        # The import has Pillow take half an image for a whole one, everywhere in this process; uploads are
        # looked into here too, and no document of ours needs it.
        ImageFile.LOAD_TRUNCATED_IMAGES = False
    return Engine(weasyprint, FontConfiguration, FatalURLFetchingError)


def render_pdf(
    *,
    html: str,
    title: str,
    identifier: bytes,
    created: datetime,
    style: str = "",
    attached: Mapping[str, bytes] | None = None,
) -> bytes:
    """A tagged PDF (PDF/UA-1) of a whole HTML document, which names its language in `<html lang>`.

    Images come along in the document (`data:`), and style of its own (`<style>`); `style` is what many
    documents share, parsed once in a process. Fonts are chosen here, so neither names any. `identifier` (from the content's hash) and `created` are all that two runs could differ in.
    `attached` rides along as files, by their names.
    Unavailable when Pango is missing; ValueError for a document that refers to something outside of it.
    """
    weasyprint, font_configuration, fetching_error = load_engine()
    faces = faces_for(html)
    fetcher = _fetcher(faces)
    moment = created.astimezone(UTC).isoformat(timespec="seconds")
    with _one_at_a_time:
        font_config = font_configuration()
        css = weasyprint.CSS(string=_font_css(faces), url_fetcher=fetcher, font_config=font_config)
        attachments = [
            weasyprint.Attachment(file_obj=BytesIO(content), name=name, created=created, modified=created)
            for name, content in (attached or {}).items()
        ]
        options = {"pdf_variant": "pdf/ua-1", "pdf_tags": True, "pdf_identifier": identifier}
        try:
            source = weasyprint.HTML(string=html, url_fetcher=fetcher, base_url=None)
            document = source.render(
                font_config=font_config, stylesheets=[parsed_style(style), css], **options
            )
            document.metadata.title = title
            document.metadata.created = document.metadata.modified = moment
            pdf: bytes = document.write_pdf(**options, attachments=attachments)
        except fetching_error as error:  # a BaseException, so that it does not pass unseen
            raise ValueError(str(error)) from error
    return pdf


@cache
def parsed_style(style: str) -> Any:
    """A stylesheet as the engine takes it."""
    return load_engine().weasyprint.CSS(string=style, url_fetcher=_fetcher([]))


def _font_css(faces: Sequence[Face]) -> str:
    rules = [
        f'@font-face {{ font-family: "{face.family}"; font-weight: {face.weight}; src: url({face.url}) }}'
        for face in faces
    ]
    families = ", ".join(f'"{family}"' for family in dict.fromkeys(face.family for face in faces))
    return "\n".join([*rules, f"html {{ font-family: {families} }}"])


def _fetcher(faces: Sequence[Face]) -> "URLFetcher":
    """What a document may refer to: data within itself and the fonts chosen for it, no file and no host."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    there = {face.url: face for face in faces}

    class OnlyFontsAndData(URLFetcher):
        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> "URLFetcherResponse":
            if url in there:
                return URLFetcherResponse(url, there[url].read())
            return super().fetch(url, headers)

    return OnlyFontsAndData(allowed_protocols=("data",), allow_redirects=False, fail_on_errors=True)
