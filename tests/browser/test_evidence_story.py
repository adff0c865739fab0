"""A file on its way: chosen by the site, saved by the one customer that it is for, taken out again; without scripts too."""

import pytest

from findings.models import Finding
from tests.actionplans.files import OWNER, PDF, photo
from tests.browser.conftest import Visit
from tests.browser.scene import SITE, Scene
from tests.browser.visitor import Visitor
from tests.personas import Personas

pytestmark = pytest.mark.browser

PAGE = "Add a file to the evidence"


def test_file_is_added_saved_by_a_customer_and_taken_out(
    visit: Visit, scene: Scene, personas: Personas
) -> None:
    car = scene.raise_car()
    plan = scene.write_plan(car)
    scene.share(plan, personas.customer)
    scene.share(plan, personas.customer2)
    site = visit(personas.site.user, width=360, java_script=False)
    site.enter().follow("Log in", to="Log in").log_in(to="Your next steps")
    add(site, car)
    read(visit(personas.customer.user, never_reads=("Fairprice",)), car)
    read_nothing(visit(personas.customer2.user, never_reads=("Northmarket",)), car)
    take_out(site)


def add(site: Visitor, car: Finding) -> None:
    site.follow("CARs", to="CARs").follow(car.reference, to="Workers paid fees")
    site.follow("See the plan and where it stands", to="Action plan")
    site.follow("Add a file", to=PAGE).press("Add the file", to=PAGE).read_problem("Choose a file.")
    choose(site, "report.pdf", b"MZ" + PDF)
    site.fill("What it shows (optional)", "The gate in March").choose("Only Northmarket")
    site.press("Add the file", to=PAGE).read_problem(
        "The content of this file is not what its name says (PDF)"
    )
    choose(site, "gate.JPG", photo())
    site.press("Add the file", to="Action plan").read_message("File added: gate.jpg.")
    site.read("The gate in March", "Only Northmarket", "This portal does not scan files for viruses.")


def choose(site: Visitor, name: str, content: bytes) -> None:
    chosen = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    site.page.get_by_label("File", exact=True).set_input_files(chosen)  # type: ignore[arg-type]


def read(customer: Visitor, car: Finding) -> None:
    customer.enter().follow("Log in", to="Log in").log_in(to="Waiting for your reply")
    customer.follow(car.reference, to=f"Action plan of {SITE}").read("gate.jpg", "The gate in March")
    saved = customer.save("gate.jpg")
    assert saved.headers["content-disposition"] == 'attachment; filename="gate.jpg"'
    assert saved.headers["content-type"] == "image/jpeg"
    assert saved.body().startswith(b"\xff\xd8\xff")
    assert OWNER.encode() not in saved.body()


def read_nothing(other: Visitor, car: Finding) -> None:
    other.enter().follow("Log in", to="Log in").log_in(to="Waiting for your reply")
    other.follow(car.reference, to=f"Action plan of {SITE}").read_nothing_of("gate.jpg", "Evidence")


def take_out(site: Visitor) -> None:
    page = "Take “gate.jpg” out?"
    site.follow("Take out gate.jpg", to=page).press("Take the file out", to=page)
    site.read_problem("Say why the file is taken out").fill(
        "Why is it taken out?", "A worker can be recognised."
    )
    site.press("Take the file out", to="Action plan").read_message("The file was taken out of the evidence.")
    site.read("A file was taken out on", "Took a file out of the evidence: A worker can be recognised.")
