"""What a newcomer finds first as each demo account."""

from io import StringIO

import pytest
from django.core.management import call_command

from carportal.web.demo.people import ACCOUNTS
from stakeholders.models import User
from tests.browser.looking import Look
from tests.browsing import OpenPage

pytestmark = pytest.mark.browser


def test_every_demo_account_lands_on_a_page_with_something_to_show(open_page: OpenPage, look: Look) -> None:
    call_command("seed_demo", stdout=StringIO())
    for account in ACCOUNTS:
        if not account.may_log_in:
            continue
        page = open_page(User.objects.get(email=f"{account.address}@demo.example"))
        page.goto("/")
        look(page)
        assert page.get_by_role("main").get_by_role("link").count() > 1, account.address
        page.context.close()
