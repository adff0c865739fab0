"""A supplier, its manager and somebody it has invited."""

import pytest

from carportal.core.actor import Actor, Role
from stakeholders import services
from stakeholders.models import Invitation, Organisation
from tests.factories import make_actor, make_supplier
from tests.stakeholders.invited import NEWCOMER


@pytest.fixture
def supplier() -> Organisation:
    return make_supplier("Green Valley Foods")


@pytest.fixture
def manager(supplier: Organisation) -> Actor:
    return make_actor(supplier, Role.MANAGER)


@pytest.fixture
def invitation(supplier: Organisation, manager: Actor) -> Invitation:
    return services.invite(actor=manager, organisation_id=supplier.pk, email=NEWCOMER, role=Role.EDITOR)
