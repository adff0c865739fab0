"""What is outstanding with each customer or other party: for the operator alone, and each number is its list."""

from uuid import UUID

import pytest
from pytest_django import DjangoAssertNumQueries

from actionplans.models import PlanShare
from actionplans.sharing.services import reply, withdraw_share
from stakeholders.models import Organisation
from tests.actionplans.making import make_finding, make_plan, share_with
from tests.actionplans.taking_on import accept, duty_of, give_action, report
from tests.factories import make_customer, make_relationship, make_site
from tests.findings.scene import text_of
from tests.personas import Personas
from tests.web.markup import Element, read

pytestmark = pytest.mark.django_db

TABLE = "Replies and actions outstanding, by customer or other party"


@pytest.fixture
def shared(personas: Personas) -> tuple[PlanShare, UUID]:
    """A plan that the customer is asked about, with an action of its own."""
    return share(personas, personas.customer.organisation)


def share(personas: Personas, customer: Organisation) -> tuple[PlanShare, UUID]:
    site = make_site(personas.site.organisation)
    make_relationship(site, customer)
    actor = personas.site.actor
    plan = make_plan(make_finding(site), actor)
    action = give_action(plan, actor, customer)
    return share_with(plan, actor, customer), action


def table_on(personas: Personas, url: str = "/") -> dict[str, list[Element]]:
    """The cells with numbers, by the party's name."""
    page = read(personas.compliance.client.get(url).content.decode()).one("main")
    tables = [table for table in page.all("table") if table.one("caption").text == TABLE]
    rows = [row.all("td") for table in tables for row in table.all("tr") if row.all("td")]
    return {row[0].text: row[1:] for row in rows}


def numbers_on(personas: Personas, url: str = "/") -> dict[str, list[int]]:
    cells = table_on(personas, url)
    return {party: [int(cell.text.split()[0]) for cell in row] for party, row in cells.items()}


def test_each_number_leads_to_exactly_its_cars(personas: Personas, shared: tuple[PlanShare, UUID]) -> None:
    other = make_customer(name="Another Grocer")
    share(personas, other)
    name = personas.customer.organisation.name
    cells = table_on(personas)
    assert numbers_on(personas) == {"Another Grocer": [1, 1], name: [1, 1]}
    for cell in cells[name]:
        listed = personas.compliance.client.get(cell.one("a")["href"])
        assert [finding.pk for finding in listed.context["page"].rows] == [shared[0].plan.finding_id]
        assert f"{name}" in text_of(listed)


def test_what_is_answered_and_done_is_outstanding_no_more(
    personas: Personas, shared: tuple[PlanShare, UUID]
) -> None:
    asked, action = shared
    customer, name = personas.customer.actor, personas.customer.organisation.name
    reply(share_id=asked.pk, actor=customer, sent_id=asked.sent.get().pk, kind="confirmed")
    assert numbers_on(personas) == {name: [0, 1]}
    accept(duty_of(asked, action), customer)
    assert numbers_on(personas) == {name: [0, 1]}
    report(duty_of(asked, action), customer, state="done")
    assert numbers_on(personas) == {}


def test_with_a_share_that_was_withdrawn_nothing_is_outstanding(
    personas: Personas, shared: tuple[PlanShare, UUID]
) -> None:
    withdraw_share(share_id=shared[0].pk, actor=personas.site.actor)
    assert numbers_on(personas) == {}
    assert "Nothing is outstanding" in text_of(personas.compliance.client.get("/outstanding/"))


@pytest.mark.usefixtures("shared")
def test_filters_hold_for_it(personas: Personas) -> None:
    assert numbers_on(personas, "/?area=5A") != numbers_on(personas, "/?status=in_progress")
    assert numbers_on(personas, "/outstanding/?status=in_progress") == {}


@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize("reader", ["site", "customer", "customer2", "auditor"])
def test_others_are_offered_no_filter_by_party(reader: str, personas: Personas) -> None:
    """Nor does one that was typed into the address tell whether there is such a share."""
    client = personas[reader].client
    for name in ("reply_from", "action_from"):
        url = f"/cars/?{name}={personas.customer.organisation.pk}"
        assert client.get(url).context["count"] == client.get("/cars/").context["count"]
        assert f'name="{name}' not in client.get(url).content.decode()
    assert client.get("/outstanding/").status_code == 403


def test_the_form_has_the_filter_only_while_a_link_has_set_it(
    personas: Personas, shared: tuple[PlanShare, UUID]
) -> None:
    share(personas, make_customer(name="Another Grocer"))
    client = personas.compliance.client
    assert 'name="reply_from' not in client.get("/cars/").content.decode()
    customer = shared[0].organisation
    page = read(client.get(f"/cars/?reply_from={customer.pk}").content.decode())
    box = page.one("input", type="checkbox", name="reply_from")
    assert box["value"] == str(customer.pk)
    assert page.one("label", for_=box["id"]).text.startswith(customer.name)


def test_a_long_list_goes_on_where_it_stopped(
    personas: Personas, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    monkeypatch.setattr("carportal.web.by_name.PAGE_SIZE", 2)
    monkeypatch.setattr("carportal.web.dashboard.page.PARTIES", 3)
    for name in ("Beta", "Alpha", "Beta", "Gamma"):
        share(personas, make_customer(name=name))
    client = personas.compliance.client
    assert len(client.get("/").context["outstanding"]) == 3
    assert "All customers and other parties" in text_of(client.get("/"))
    page = client.get("/outstanding/")
    seen = [each.party for each in page.context["outstanding"]]
    with django_assert_num_queries(4):
        page = client.get("/outstanding/" + page.context["page"].next_url)
    seen += [each.party for each in page.context["outstanding"]]
    assert seen == ["Alpha", "Beta", "Beta", "Gamma"]
    assert not page.context["page"].next_url
    for nonsense in ("x", "é" * 40, f"{personas.site.organisation.pk}_"):
        again = client.get("/outstanding/", {"after": nonsense})
        assert [each.party for each in again.context["outstanding"]] == ["Alpha", "Beta"]
