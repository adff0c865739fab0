"""The set-up of most tests here: one site, two customers that must not learn of each other, one CAR."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from actionplans.models import ActionPlan
from carportal.core.actor import Actor, Role
from findings.models import Finding
from stakeholders.models import Organisation, Site
from tests.actionplans.making import make_finding, make_plan
from tests.factories import make_actor, make_customer, make_relationship, make_site, make_supplier


@dataclass
class Story:
    """Alice writes for the site, Bob is her colleague, Carol reads; Dora replies for the customer."""

    supplier: Organisation
    site: Site
    finding: Finding
    customer: Organisation
    other: Organisation
    alice: Actor
    bob: Actor
    carol: Actor
    dora: Actor

    def plan(self) -> ActionPlan:
        """A complete plan, written by Alice."""
        return make_plan(self.finding, self.alice)


def make_story() -> Story:
    supplier = make_supplier("Green Valley Foods")
    site = make_site(supplier, name="Green Valley Packhouse")
    customer, other = make_customer("Northmarket Ltd"), make_customer("Fairprice Stores plc")
    make_relationship(site, customer)
    make_relationship(site, other)
    return Story(
        supplier=supplier,
        site=site,
        finding=make_finding(site),
        customer=customer,
        other=other,
        alice=make_actor(supplier),
        bob=make_actor(supplier, Role.MANAGER),
        carol=make_actor(supplier, Role.VIEWER),
        dora=make_actor(customer),
    )


@pytest.fixture
def story(db: None) -> Story:
    return make_story()


@pytest.fixture
def evidence_folder(tmp_path: Path, settings: Settings) -> Path:
    """Where the files of this test are kept, and no others."""
    return _own_folder("evidence", tmp_path, settings)


@pytest.fixture
def pdf_folder(tmp_path: Path, settings: Settings) -> Path:
    """Where the PDFs of this test are kept, and no others."""
    return _own_folder("pdfs", tmp_path, settings)


def _own_folder(name: str, tmp_path: Path, settings: Settings) -> Path:
    folder = tmp_path / name
    kept = settings.STORAGES[name]
    there = kept | {"OPTIONS": kept["OPTIONS"] | {"location": str(folder)}}
    settings.STORAGES = settings.STORAGES | {name: there}
    return folder


@pytest.fixture
def plan(story: Story) -> ActionPlan:
    return story.plan()
