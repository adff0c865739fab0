"""A visitor for each person of a story, over the real web server, worker, database and mail folder."""

from collections.abc import Callable
from typing import Protocol

import pytest
from playwright.sync_api import Page

from stakeholders.models import User
from tests.browser.looking import Look, SeenByAxe
from tests.browser.scene import Scene
from tests.browser.visitor import Visitor, email_of
from tests.browsing import OpenPage
from tests.live import LivePortal
from tests.personas import Personas


class Visit(Protocol):
    def __call__(
        self,
        who: User | str,
        *,
        never_reads: tuple[str, ...] = (),
        width: int = 1280,
        java_script: bool = True,
        dark: bool = False,
    ) -> Visitor: ...


@pytest.fixture(scope="session")
def _seen_by_axe() -> SeenByAxe:
    return SeenByAxe()


@pytest.fixture
def look(assert_accessible: Callable[[Page], None], _seen_by_axe: SeenByAxe) -> Look:
    return Look(assert_accessible, _seen_by_axe)


@pytest.fixture
def visit(open_page: OpenPage, live_portal: LivePortal, look: Look) -> Visit:
    """`visit(personas.site.user)`: that person at a browser of its own, not logged in yet."""

    def visit_one(
        who: User | str,
        *,
        never_reads: tuple[str, ...] = (),
        width: int = 1280,
        java_script: bool = True,
        dark: bool = False,
    ) -> Visitor:
        page = open_page(width=width, java_script=java_script)
        if dark:
            page.emulate_media(color_scheme="dark")
        visitor = Visitor(page, live_portal, look, email_of(who), never_reads)
        visitor.has_scripts = java_script
        return visitor

    return visit_one


@pytest.fixture
def scene(live_portal: LivePortal, personas: Personas) -> Scene:
    return Scene(personas)
