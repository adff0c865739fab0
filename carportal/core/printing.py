"""A document on its way to be a PDF: all that goes into it, by one digest, and its making under limits."""

import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cached_property, partial
from importlib.metadata import version
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from carportal.core import fonts
from carportal.core.bounded import Failed, TooLarge, TooSlow, run_bounded
from carportal.core.errors import Unavailable
from carportal.core.pdf import MISSING, load_engine, parsed_style, render_pdf
from carportal.core.scripts import made_ready

logger = logging.getLogger(__name__)

# Making fonts that are not there yet is no part of a document's own time.
FONT_SECONDS, FONT_MEGABYTES = 240, 1500
# What else a PDF depends on: with another engine, other fonts or another way of setting it, it is another file.
MADE_BY = f"1 weasyprint {version('weasyprint')} {fonts.VERSION}"


class Reason(models.TextChoices):
    """Why there is no PDF, as its reader is told."""

    NO_ENGINE = "no_engine", MISSING
    TOO_SLOW = (
        "too_slow",
        _(
            "Making this PDF took longer than it may. Try again later; if it stays so, shorten the plan's texts."
        ),
    )
    TOO_LARGE = (
        "too_large",
        _("Making this PDF took more memory than it may. Shorten the plan's texts, then try again."),
    )
    BROKEN = (
        "broken",
        _(
            "This PDF could not be made. Try again later; if it stays so, tell the compliance staff of this portal."
        ),
    )


class Unprintable(Unavailable):
    """There is no PDF; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.label)
        self.reason = reason


@dataclass(frozen=True)
class Printable:
    """`html` and `style` as `core.pdf` takes them, in the language that names what has no font.

    `attached` are texts by their names.
    """

    html: str
    style: str
    title: str
    language: str
    created: datetime
    attached: Mapping[str, str]

    @cached_property
    def digest(self) -> str:
        """SHA-256 in hex of all that the file depends on."""
        return hashlib.sha256(json.dumps([MADE_BY, self.to_json()]).encode()).hexdigest()

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"created": self.created.isoformat()}

    @classmethod
    def from_json(cls, data: Any) -> "Printable":
        return cls(**{**data, "created": datetime.fromisoformat(data["created"])})


def print_pdf(printable: Printable) -> bytes:
    """The PDF, made in a child process with PDF_SECONDS and PDF_MEGABYTES; the same bytes for the same digest.

    Unprintable with the reason; what broke stands in the log.
    """
    try:
        load_engine()  # this and the style before the child is made, so that it need not
        parsed_style(printable.style)
        if not fonts.is_prepared(printable.html):
            prepare = partial(_prepare_fonts, printable.html)
            run_bounded(prepare, seconds=FONT_SECONDS, megabytes=FONT_MEGABYTES)
        return run_bounded(
            partial(print_here, printable), seconds=settings.PDF_SECONDS, megabytes=settings.PDF_MEGABYTES
        )
    except TooSlow as error:
        raise Unprintable(Reason.TOO_SLOW) from error
    except TooLarge as error:
        raise Unprintable(Reason.TOO_LARGE) from error
    except Failed as error:
        # The last line alone says what broke; those above it could quote the text.
        logger.error("a PDF could not be made: %s", str(error).strip().rpartition("\n")[2])
        raise Unprintable(Reason.BROKEN) from error
    except Unavailable as error:
        raise Unprintable(Reason.NO_ENGINE) from error


def _prepare_fonts(text: str) -> bytes:
    fonts.prepare(text)
    return b""


def print_here(printable: Printable) -> bytes:
    """The same in this very process, without limits."""
    with translation.override(printable.language):
        html = made_ready(printable.html)
    return render_pdf(
        html=html,
        style=printable.style,
        title=printable.title,
        identifier=bytes.fromhex(printable.digest)[:16],
        created=printable.created,
        attached={name: text.encode() for name, text in printable.attached.items()},
    )
