"""Names taken out of an organisation's record, by its managers and by the operator."""

import pytest
from django.urls import reverse

from carportal.core.actor import Actor, Role
from carportal.core.audit import Aggregate, redact_entry, verify
from carportal.core.errors import NotAllowed
from stakeholders.models import Invitation, Organisation
from tests.factories import make_actor, make_operator, make_supplier
from tests.personas import Personas
from tests.stakeholders.invited import NEWCOMER
from tests.stakeholders.record import sentences

pytestmark = pytest.mark.django_db

WHY = "Invited by mistake."


def page_of(organisation: Organisation) -> str:
    return reverse("record_redact", args=["organisation", organisation.pk])


def remove(organisation: Organisation, actor: Actor) -> None:
    redact_entry(
        aggregate=Aggregate.ORGANISATION, aggregate_id=organisation.pk, actor=actor, sequence=1, reason=WHY
    )


@pytest.mark.usefixtures("invitation")
def test_an_address_goes_out_of_the_record_with_the_name_of_who_invited(
    supplier: Organisation, manager: Actor
) -> None:
    assert sentences(supplier) == [f"Invited {NEWCOMER} as editor"]
    remove(supplier, manager)
    assert sentences(supplier) == [
        "Invited (removed) as editor",
        f"Took personal details out of entry 1 of this record. Reason: {WHY}",
    ]
    assert verify().whole


def test_managers_and_the_operator_do_it_and_nobody_else(
    supplier: Organisation, manager: Actor, invitation: Invitation
) -> None:
    assert invitation.organisation == supplier
    operator = make_operator()
    for actor in (
        make_actor(supplier),
        make_actor(supplier, Role.VIEWER),
        make_actor(make_supplier(), Role.MANAGER),
        make_actor(operator, Role.EDITOR),
    ):
        with pytest.raises(NotAllowed):
            remove(supplier, actor)
    remove(supplier, make_actor(operator, Role.COMPLIANCE))
    assert len(sentences(supplier)) == 2


def test_of_the_operators_own_record_its_managers_alone_do(personas: Personas) -> None:
    operator = personas.admin.organisation
    assert personas.compliance.client.get(page_of(operator)).status_code == 403
    assert personas.admin.client.get(page_of(operator)).status_code == 200


def test_a_page_on_which_nothing_is_left_to_remove_says_so(personas: Personas) -> None:
    page = personas.site_manager.client.get(page_of(personas.site.organisation)).content.decode()
    assert "No entry that you read names anybody." in page
    assert "btn-danger" not in page


def test_managers_come_to_it_from_the_record_and_back(personas: Personas) -> None:
    client, organisation = personas.site_manager.client, personas.site.organisation
    client.post(reverse("organisation_invite", args=[organisation.pk]), {"email": NEWCOMER, "role": "editor"})
    assert page_of(organisation) in client.get(reverse("organisation")).content.decode()
    assert NEWCOMER in client.get(page_of(organisation)).content.decode()
    done = client.post(page_of(organisation), {"entry": "1", "reason": WHY})
    assert done["Location"] == reverse("organisation")
    assert personas.site.client.get(page_of(organisation)).status_code == 403
    assert "remove-name" not in personas.site.client.get(reverse("organisation")).content.decode()
