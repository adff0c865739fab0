"""The demo: the whole story at several stages, through the services, in an empty database only."""

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings

from actionplans.calls.models import CallStatus
from actionplans.models import (
    ActionPlan,
    Call,
    Comment,
    Duty,
    Nudge,
    PlanShare,
    ShareStatus,
    Update,
    UpdateAgreement,
    UpdateProposal,
)
from carportal.core.audit import verify
from carportal.local.run import DEMO_ACCOUNTS, DEMO_PASSWORD
from findings.models import Audit, AuditStatus, AuditType, Escalation, Finding, FindingStatus
from stakeholders.models import Organisation, Site
from tests.factories import make_supplier
from tests.kinds_of_mail import kinds_about_the_cars_that_they_name

pytestmark = pytest.mark.django_db


def seed() -> str:
    said = StringIO()
    call_command("seed_demo", stdout=said)
    return said.getvalue()


@pytest.fixture(scope="class")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Seeded once for all that is asked of it; what a test writes is rolled back to it."""
    with django_db_blocker.unblock(), transaction.atomic():
        seed()
        yield
        transaction.set_rollback(True)


@pytest.mark.usefixtures("demo")
class TestOnceSeeded:
    def test_the_demo_has_the_story_at_every_stage(self) -> None:
        kinds = list(Organisation.objects.values_list("kind", flat=True))
        assert kinds.count("supplier") >= 3
        assert kinds.count("customer") >= 3
        assert Site.objects.count() >= 5
        assert Site.objects.values("country").distinct().count() >= 4
        assert Finding.objects.count() >= 12
        assert len({finding.raised_on.year for finding in Finding.objects.all()}) >= 3
        assert set(Finding.objects.values_list("status", flat=True)) == set(FindingStatus.values)
        assert Audit.objects.filter(status=AuditStatus.DRAFT, type=AuditType.PERIODIC).exists()
        assert Audit.objects.published().filter(entries=None).exists(), "no clean audit"
        assert ActionPlan.objects.filter(published=None).exists()
        assert ActionPlan.objects.exclude(uploaded_on=None).exists()
        stages = {ShareStatus.AWAITING, ShareStatus.CONFIRMED, ShareStatus.CHANGES_REQUESTED}
        assert stages <= set(PlanShare.objects.values_list("status", flat=True))
        assert UpdateAgreement.objects.due_by(timezone.localdate() + timedelta(days=14)).exists()
        assert set(UpdateProposal.objects.filter(status="proposed").values_list("by_side", flat=True)) == {
            "site",
            "party",
        }
        assert Update.objects.exists()
        assert Comment.objects.open().exists()
        assert Call.objects.filter(status=CallStatus.PROPOSED).exists()
        assert Duty.objects.filter(status="proposed").exists()
        assert Duty.objects.awaited().exclude(remind_on=None).exists()
        assert Nudge.objects.to_come().exists()
        assert Escalation.objects.filter(ended_at=None).exists()
        assert verify().whole

    def test_whoever_the_run_names_can_log_in_and_has_something_to_look_at(self) -> None:
        for account in DEMO_ACCOUNTS:
            client = Client()
            assert client.login(email=f"{account}@demo.example", password=DEMO_PASSWORD), account
            page = client.get("/")
            assert page.status_code == 200
            assert "do not act for an organisation" not in page.content.decode(), account

    def test_each_of_its_mails_is_about_the_car_that_it_names(self) -> None:
        assert len(kinds_about_the_cars_that_they_name()) >= 12

    def test_seeding_again_changes_nothing(self) -> None:
        before = list(Finding.objects.order_by("pk").values())
        assert "already" in seed()
        assert list(Finding.objects.order_by("pk").values()) == before


def test_other_organisations_are_never_mixed_with_the_demo() -> None:
    make_supplier("Somebody Real")
    with pytest.raises(CommandError, match="an empty one only"):
        seed()
    assert Organisation.objects.count() == 1


def test_the_demo_and_its_password_stay_out_of_production(settings: Settings) -> None:
    settings.LOCAL_RUN = False
    with pytest.raises(CommandError, match="local run only"):
        seed()
    assert not Organisation.objects.exists()
