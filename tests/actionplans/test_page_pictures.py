"""Pages of PDFs as pictures, set against those that somebody has looked at.

They are kept small and grey: letters blur, and what is told apart is what stands where. Where a page was changed
on purpose, `GOLDEN=write` keeps what it is now; look at it before it is committed.
"""

import os
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageFilter

from actionplans.annex import CURRENT, Audience, Document, GroupRow
from actionplans.annex.rendering import render_document
from actionplans.pdf.blank import blank_paper
from actionplans.pdf.paper import annex_paper
from carportal.core.printing import Printable, print_here
from findings.models import Finding
from stakeholders.models import Site
from tests.core.test_scripts import SCRIPTS

GOLDEN = Path(__file__).parent / "golden"
DOTS_PER_INCH = 36
# Libraries of other systems set a line some hundredths higher: of a blurred dot so many of 255 shades are nothing.
SHADES = 40
SPOT = 0.002  # the part of a page in which dots may differ by more


def rows(group: str, *cells: dict[str, str], of: int | None = None) -> list[GroupRow]:
    parent = None if of is None else UUID(int=of)
    first = sum(map(ord, group))
    return [
        GroupRow.of(CURRENT.group(group), UUID(int=first + n), each, parent) for n, each in enumerate(cells)
    ]


def plan() -> Printable:
    """With everything that a plan can have, and a text that goes over pages."""
    causes = rows("causes", {"what": "Workers paid fees"}, {"what": "Nobody asked them"})
    document = Document.of(
        CURRENT,
        {
            "date": "2026-03-14",
            "site_name": "Green Valley Packhouse",
            "issue": "1A.B Recruitment fees were paid by workers",
            "details": "Workers hired abroad paid the agency for their placement.",
            "root_cause": "The agency charges workers. Our contract covers part of its costs.\n\n" * 9,
            "stakeholders": SCRIPTS["Arabic"],
            "actions": SCRIPTS["Bengali"],
        },
        {
            "causes": causes,
            "whys": rows("whys", {"because": "The agency charges them"}, of=causes[0].id.int),
            "stakeholders": rows(
                "stakeholders", {"name": "The union", "kind": "trade_union", "shown": "everyone"}
            ),
            "initiatives": rows("initiatives", {"name": "Fair start", "website": "https://example.org"}),
            "actions": rows(
                "actions",
                {"what": "Repay", "owner": "site", "starts": "2026", "ends": "2027-Q2", "state": "under_way"},
                {"what": "A contract without fees", "ends": "2026-09", "state": "done"},
                {"what": "A hotline", "starts": "2028", "state": "dropped", "reason": "The union has one."},
            ),
        },
    )
    site = Site(name="Green Valley Packhouse", time_zone="Europe/Lisbon")
    finding = Finding(reference="CAR-2026-000123", site=site, status="in_progress")
    asks = {"confirm_requirements": True, "call_on_approach": False}
    shared = datetime(2026, 3, 20, 12, tzinfo=UTC)
    audience = Audience(is_site=True, asks=asks, since=shared, since_label="Shared on")
    return annex_paper(finding=finding, annex=render_document(document, audience, "en-gb"))


def scripts() -> Printable:
    """Each as one of the texts of a plan."""
    lines = "\n".join(f"{name}: {text}" for name, text in SCRIPTS.items())
    document = Document.of(CURRENT, {"details": lines, "root_cause": f"{SCRIPTS['Hebrew']}\n" * 3})
    finding = Finding(reference="CAR-2026-000124", site=Site(name="Site"), status="open")
    return annex_paper(finding=finding, annex=render_document(document, Audience(), "en-gb"))


PAPERS = {"plan": plan, "blank": lambda: blank_paper("en-gb"), "scripts": scripts}


def pictures(paper: Printable) -> list[Image.Image]:
    with pypdfium2.PdfDocument(print_here(paper)) as document:
        return [
            page.render(scale=DOTS_PER_INCH / 72, grayscale=True).to_pil().filter(ImageFilter.BoxBlur(1))
            for page in document
        ]


def differs_in(one: Image.Image, other: Image.Image) -> float:
    """The part of the dots that are other ones."""
    dots = ImageChops.difference(one, other).histogram()
    return sum(dots[SHADES:]) / sum(dots)


@pytest.mark.parametrize("name", PAPERS)
def test_pages_look_as_somebody_has_seen_them(name: str) -> None:
    now = pictures(PAPERS[name]())
    if os.environ.get("GOLDEN") == "write":
        for number, picture in enumerate(now, start=1):
            picture.save(GOLDEN / f"{name}-{number}.png", optimize=True)
    kept = sorted(GOLDEN.glob(f"{name}-*.png"))
    assert len(now) == len(kept)
    for picture, path in zip(now, kept, strict=True):
        with Image.open(path) as seen:
            assert differs_in(picture, seen) < SPOT, path.name


def test_a_line_that_is_missing_or_moved_would_be_seen() -> None:
    whole = pictures(plan())[0]
    width, height = whole.size
    without = whole.copy()
    without.paste(255, (0, height // 3, width, height // 3 + 8))
    moved = ImageChops.offset(whole, 0, 6)
    assert min(differs_in(whole, without), differs_in(whole, moved)) > 2 * SPOT
