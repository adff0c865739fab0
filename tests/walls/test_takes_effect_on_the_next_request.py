"""What is taken from somebody who is logged in is gone with the next page, and from the forms they had open."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from actionplans.models import DraftField, PlanShare, Reply
from actionplans.plans.services import publish_plan
from actionplans.sharing.services import withdraw_share
from carportal.core.actor import Role
from carportal.core.models import AuditEvent, Notification
from stakeholders.models import Membership, Organisation, Visibility
from stakeholders.services import (
    add_relationship,
    change_role,
    change_visibility,
    end_relationship,
    invite,
    remove_member,
)
from tests.actionplans.making import make_plan, share_with
from tests.factories import make_site
from tests.findings.making import Auditing
from tests.personas import Persona, Personas
from tests.walls.crawling import Form, crawl, fetched, few_of_each, forms_of, leads_to_file

pytestmark = pytest.mark.django_db

# Everybody's own: leaving, choosing for whom to act, one's name and password, which mails come, what one has read.
PERSONAL = ("/accounts/", "/organisation/switch/", "/profile/", "/mails/", "/inbox/", "/views/save/")
OF_ONESELF = "/snooze/"  # about a CAR, for as long as one sees it


class Scene:
    """A site with a published plan and a draft, a customer with a share of it, an audit to be published."""

    def __init__(self, personas: Personas) -> None:
        self.cast = personas
        self.manager = personas.site_manager.actor
        self.site = make_site(personas.site.organisation)
        self.relationship = add_relationship(
            actor=self.manager,
            site_id=self.site.pk,
            customer_reference=personas.customer.organisation.reference,
            visibility=Visibility.PUBLISHED_PLANS,
        )
        auditing = Auditing(self.site)
        auditing.company, auditing.auditor = personas.auditor.organisation, personas.auditor.actor
        auditing.operator = personas.compliance.actor
        self.finding = auditing.car(auditing.hold(date(2025, 3, 4), "1A.B"))
        auditing.record(date(2025, 6, 4), "5A.B", others=["3.A"])
        plan = make_plan(self.finding, personas.site.actor)
        publish_plan(plan_id=plan.pk, actor=personas.site.actor)
        self.share: PlanShare = share_with(plan, personas.site.actor, personas.customer.organisation)
        invite(
            actor=self.manager,
            organisation_id=personas.site.organisation.pk,
            email="new@example.org",
            role=Role.EDITOR,
        )

    def membership(self, persona: Persona) -> Membership:
        return Membership.objects.get(user=persona.user)

    def manager_of(self, organisation: Organisation) -> Any:
        """Who may take it away: the operator's manager helps every organisation out."""
        return self.manager if organisation == self.cast.site.organisation else self.cast.admin.actor


@pytest.fixture
def scene(personas: Personas) -> Scene:
    return Scene(personas)


def begun_by(client: Client) -> list[Form]:
    """Every form that the person has open, filled in as it came, and that concerns the organisation."""
    few = few_of_each(2)
    forms = forms_of(crawl(client, follows=lambda url: not leads_to_file(url) and few(url)))
    return [
        form
        for form in forms
        if form.method == "post"
        and not form.action.startswith(PERSONAL)
        and not form.action.endswith(OF_ONESELF)
    ]


def footprint() -> tuple[object, ...]:
    """Every write leaves an event, a mail that is owed, or a text."""
    drafts = sorted(DraftField.objects.values_list("pk", "value"))
    return (AuditEvent.objects.count(), Notification.objects.count(), Reply.objects.count(), drafts)


def send(client: Client, forms: list[Form]) -> dict[str, int]:
    return {form.action: client.post(form.action, form.filled()).status_code for form in forms}


@pytest.mark.parametrize("name", ["site", "customer", "auditor", "compliance"])
def test_removed_member_sends_none_of_the_forms_that_were_open(scene: Scene, name: str) -> None:
    persona = scene.cast[name]
    forms = begun_by(persona.client)
    assert forms, "there is nothing to take away"
    remove_member(actor=scene.manager_of(persona.organisation), membership_id=scene.membership(persona).pk)
    before = footprint()
    answers = send(persona.client, forms)
    assert set(answers.values()) <= {403, 404}, answers
    assert footprint() == before


@pytest.mark.parametrize("name", ["site", "customer", "auditor"])
def test_who_only_reads_by_now_sends_none_of_the_forms_that_were_open(scene: Scene, name: str) -> None:
    persona = scene.cast[name]
    forms = begun_by(persona.client)
    assert forms, "there is nothing to take away"
    change_role(
        actor=scene.manager_of(persona.organisation),
        membership_id=scene.membership(persona).pk,
        role=Role.VIEWER,
    )
    before = footprint()
    answers = send(persona.client, forms)
    assert set(answers.values()) <= {403, 404}, answers
    assert footprint() == before


def test_manager_who_is_an_editor_by_now_decides_about_nobody(scene: Scene) -> None:
    """What an editor writes goes on; people, relationships and the site's details do not."""
    persona = scene.cast.site_manager
    forms = [form for form in begun_by(persona.client) if form.action.startswith(("/organisation", "/sites"))]
    routes = {form.action.split("/")[1] for form in forms}
    assert routes == {"organisation", "organisations", "sites"}
    other = scene.membership(scene.cast.site)
    change_role(actor=scene.cast.admin.actor, membership_id=other.pk, role=Role.MANAGER)
    change_role(actor=scene.cast.admin.actor, membership_id=scene.membership(persona).pk, role=Role.EDITOR)
    before = footprint()
    answers = send(persona.client, forms)
    assert set(answers.values()) == {403}, answers
    assert footprint() == before


def test_reply_begun_before_the_share_was_withdrawn_is_not_taken(scene: Scene) -> None:
    client = scene.cast.customer.client
    (form,) = [each for each in begun_by(client) if each.action.endswith("/reply/")]
    withdraw_share(share_id=scene.share.pk, actor=scene.cast.site.actor)
    before = footprint()
    assert client.post(form.action, form.filled()).status_code == 404
    assert footprint() == before
    for route in ("share", "share_pdf", "share_reply"):
        assert client.get(reverse(route, args=[scene.share.pk])).status_code == 404
    assert scene.finding.reference not in client.get("/").content.decode()


def test_lowered_relationship_takes_plan_then_car_away(scene: Scene) -> None:
    client = scene.cast.customer.client
    withdraw_share(share_id=scene.share.pk, actor=scene.cast.site.actor)

    def statuses() -> dict[str, int]:
        pages = {name: reverse(name, args=[scene.finding.pk]) for name in ("finding", "plan", "plan_pdf")}
        return {name: fetched(client, url).status_code for name, url in pages.items()}

    def lower(visibility: Visibility) -> None:
        change_visibility(actor=scene.manager, relationship_id=scene.relationship.pk, visibility=visibility)

    assert statuses() == {"finding": 200, "plan": 200, "plan_pdf": 200}
    lower(Visibility.CAR_LIST)
    assert statuses() == {"finding": 200, "plan": 404, "plan_pdf": 404}
    lower(Visibility.SHARES_ONLY)
    assert statuses() == {"finding": 404, "plan": 404, "plan_pdf": 404}
    assert scene.finding.reference not in client.get(reverse("finding_list")).content.decode()


def test_ended_relationship_takes_everything_away_and_no_reply_is_taken(scene: Scene) -> None:
    client = scene.cast.customer.client
    no_file = crawl(client, follows=lambda url: not leads_to_file(url))
    pages = [each.url for each in no_file if each.url.startswith(("/cars/", "/shares/"))]
    (form,) = [each for each in begun_by(client) if each.action.endswith("/reply/")]
    end_relationship(actor=scene.manager, relationship_id=scene.relationship.pk)
    before = footprint()
    assert client.post(form.action, form.filled()).status_code == 404
    assert footprint() == before
    answers = {url: client.get(url).status_code for url in pages if url.partition("?")[0] != "/cars/"}
    assert len(answers) >= 3
    assert set(answers.values()) == {404}, answers
    assert scene.finding.reference not in client.get("/cars/?status=all").content.decode()


def test_form_begun_for_one_organisation_writes_nothing_for_another(scene: Scene) -> None:
    """Somebody with two suppliers, who switches in another tab."""
    persona = scene.cast.site
    Membership.objects.create(
        user=persona.user, organisation=scene.cast.site2.organisation, role=Role.MANAGER
    )
    forms = begun_by(persona.client)
    assert forms
    persona.client.post(reverse("organisation_switch"), {"organisation": scene.cast.site2.organisation.pk})
    before = footprint()
    answers = send(persona.client, forms)
    assert set(answers.values()) == {404}, answers
    assert footprint() == before
