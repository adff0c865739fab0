"""What a page loads is small, comes from the portal itself, and can be read in light and in dark."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import get_template, render_to_string
from django.templatetags.static import static

from tests.web.markup import read

TEMPLATES = Path(settings.BASE_DIR) / "templates"
STYLES = (Path(settings.BASE_DIR) / "static/css/app.css").read_text()
PAGES = sorted(
    str(path.relative_to(TEMPLATES))
    for path in TEMPLATES.rglob("*.html")
    if not {"emails", "pdf"} & set(path.relative_to(TEMPLATES).parts)
)
# Text on the ground it stands on; edges of controls need 3:1 only.
TEXT = [
    *((ink, ground) for ink in ("ink", "quiet", "accent", "danger") for ground in ("paper", "soft")),
    *((ink, f"{tone}-soft") for tone in ("done", "progress", "open", "danger") for ink in (tone, "ink")),
    *(("ink", "neutral-soft"), ("ink", "accent-soft"), ("quiet", "accent-soft"), ("accent", "accent-soft")),
    *(("on-accent", "accent"), ("on-accent", "accent-strong"), ("paper", "danger"), ("paper", "ink")),
]
EDGES = [("edge", "paper"), ("edge", "soft"), ("ring", "paper"), ("ring-inner", "bar")]


def loaded() -> list[str]:
    page = read(render_to_string("base.html"))
    styles = [link["href"] for link in page.all("link", rel="stylesheet")]
    return styles + [script["src"] for script in page.all("script")]


def test_every_page_loads_less_than_100_kb_of_css_and_js() -> None:
    compressed = 0
    for url in loaded():
        path = finders.find(url.removeprefix(static("")))
        assert path, f"{url} is not there"
        compressed += len(gzip.compress(Path(path).read_bytes()))
    assert compressed < 100_000


def test_page_asks_no_other_host_for_anything() -> None:
    page = read(render_to_string("base.html"))
    urls = [each[name] for each in page.walk() for name in ("src", "href") if name in each]
    assert [url for url in urls if not url.startswith(("/", "#"))] == []


@pytest.mark.parametrize("name", PAGES)
def test_template_compiles_and_keeps_styles_and_scripts_out_of_the_page(name: str) -> None:
    get_template(name)
    source = (TEMPLATES / name).read_text()
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:", source)
    assert not re.search(r"<script(?![^>]*\ssrc=)", source)
    assert len(source.splitlines()) <= 150


def colours(*, dark: bool) -> dict[str, tuple[float, ...]]:
    """The stylesheet's colours by name, as red, green, blue from 0 to 1."""
    light, _, rest = STYLES.partition("(prefers-color-scheme: dark)")
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", light))
    if dark:
        found |= dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", rest))
    return {name: _channels(value.removeprefix("#")) for name, value in found.items()}


def _channels(value: str) -> tuple[float, ...]:
    value = value if len(value) == 6 else "".join(digit * 2 for digit in value)
    return tuple(int(value[n : n + 2], 16) / 255 for n in (0, 2, 4))


def contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """As WCAG 2 has it: from 1 (the same) to 21 (black on white)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: tuple[float, ...]) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_text_and_edges_stand_out_from_their_ground(*, dark: bool) -> None:
    shades = colours(dark=dark)
    weak = [pair for pair in TEXT if contrast(shades[pair[0]], shades[pair[1]]) < 4.5]
    weak += [pair for pair in EDGES if contrast(shades[pair[0]], shades[pair[1]]) < 3]
    assert weak == []
