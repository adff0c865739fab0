"""One's own details."""

from typing import Any

import pytest
from django.urls import reverse

from carportal.core.actor import NOBODY
from carportal.core.audit import Aggregate, Reader, timeline
from carportal.core.errors import InvalidInput, NotAllowed
from stakeholders import services
from tests.factories import make_customer, make_member
from tests.personas import Personas

pytestmark = pytest.mark.django_db


def test_person_changes_name_time_zone_and_language(personas: Personas) -> None:
    page = personas.site.client.post(
        reverse("profile"),
        {"name": "Renamed Person", "time_zone": "Asia/Dhaka", "language": "en-gb"},
        follow=True,
    )
    assert "Your details have been saved." in page.content.decode()
    personas.site.user.refresh_from_db()
    assert (personas.site.user.name, personas.site.user.time_zone) == ("Renamed Person", "Asia/Dhaka")


def test_new_name_is_in_the_record_of_every_organisation_of_the_person(personas: Personas) -> None:
    second = make_member(make_customer(), user=personas.site.user)
    services.update_profile(
        actor=personas.site.actor, name="Renamed Person", time_zone="UTC", language="en-gb"
    )
    for organisation_id in (personas.site.organisation.pk, second.organisation_id):
        (entry,) = timeline(
            aggregate=Aggregate.ORGANISATION, aggregate_id=organisation_id, reader=Reader.OPERATOR
        )
        assert entry.sentence == "Changed their name from Site Person to Renamed Person"


def test_another_time_zone_concerns_nobody_else(personas: Personas) -> None:
    services.update_profile(
        actor=personas.site.actor, name=personas.site.user.name, time_zone="UTC", language="en-gb"
    )
    assert not timeline(
        aggregate=Aggregate.ORGANISATION, aggregate_id=personas.site.organisation.pk, reader=Reader.OPERATOR
    )


@pytest.mark.parametrize(
    ("field", "values"),
    [("name", {"name": " "}), ("name", {"name": "x" * 151}), ("time_zone", {"time_zone": "Mars/Base"})],
)
def test_what_is_wrong_is_said_beside_its_field(
    personas: Personas, field: str, values: dict[str, Any]
) -> None:
    given = {"name": "Somebody", "time_zone": "UTC", "language": "en-gb"} | values
    with pytest.raises(InvalidInput) as refused:
        services.update_profile(actor=personas.site.actor, **given)
    assert list(refused.value.fields) == [field]


def test_person_without_organisation_has_details_too(personas: Personas) -> None:
    assert personas.nobody.client.get(reverse("profile")).status_code == 200
    services.update_profile(actor=personas.nobody.actor, name="New", time_zone="UTC", language="en-gb")
    personas.nobody.user.refresh_from_db()
    assert personas.nobody.user.name == "New"


def test_nobody_changes_details_without_logging_in(personas: Personas) -> None:
    assert personas.anonymous.client.get(reverse("profile")).status_code == 302
    with pytest.raises(NotAllowed):
        services.update_profile(actor=NOBODY, name="X", time_zone="UTC", language="en-gb")
