"""A site sets itself a reminder of a CAR, gets it on its day, and no customer ever sees that there was one."""

from datetime import timedelta

import pytest
from django.utils import timezone

from stakeholders.reminding import sweep
from tests.browser.conftest import Visit
from tests.browser.scene import SITE, Scene
from tests.personas import Personas

pytestmark = pytest.mark.browser

TEXT = "Ask the provider for its receipts."


def test_site_is_reminded_of_what_it_wanted_and_its_customer_sees_nothing_of_it(
    visit: Visit, scene: Scene, personas: Personas
) -> None:
    car = scene.raise_car()
    share = scene.share(scene.write_plan(car), personas.customer)
    day = timezone.localdate() + timedelta(days=30)
    site = visit(personas.site.user, width=360)
    site.enter().follow("Log in", to="Log in").log_in(to="Your next steps")
    site.go(lambda: site.page.goto(f"/cars/{car.pk}/"), to="Workers paid")
    site.follow("Set a reminder", to="Set a reminder")
    site.press("Set the reminder", to="Set a reminder").read_problem("Say what you want to be reminded of.")
    site.fill("On which day?", day.isoformat()).fill("What do you want to be reminded of?", TEXT)
    site.choose("Everyone who writes for us", of="Who is reminded?")
    site.press("Set the reminder", to="Workers paid").read_message("The reminder is set.")
    site.read(TEXT, "for everyone who writes for you")

    customer = visit(personas.customer.user, never_reads=(TEXT,))
    customer.enter().follow("Log in", to="Log in").log_in(to="Waiting for your reply")
    customer.go(lambda: customer.page.goto(f"/shares/{share.pk}/"), to=f"Action plan of {SITE}")
    customer.go(lambda: customer.page.goto(f"/cars/{car.pk}/"), to="Workers paid")

    sweep(day)
    site.enter()  # from elsewhere
    site.open_mail(f"Your reminder about {car.reference}", "Open the CAR", to="Workers paid", saying=TEXT)
    site.read("Reminders whose day has come")
    customer.look_through_mail()
