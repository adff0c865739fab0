"""A person has no mails about one CAR for a while; for everybody else nothing changes."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from carportal.core.audit import Aggregate
from carportal.core.errors import InvalidInput, NotAllowed
from carportal.core.models import AuditEvent, Snooze
from findings.models import Finding
from findings.services import snooze_car
from tests.actionplans.making import make_audit, make_finding
from tests.actionplans.pages import heading_of, main_of, problems_of, text_of
from tests.factories import make_site
from tests.personas import Personas

pytestmark = pytest.mark.django_db


@pytest.fixture
def finding(personas: Personas) -> Finding:
    site = make_site(personas.site.organisation)
    return make_finding(audit=make_audit(site, personas.auditor.organisation))


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def test_it_is_snoozed_changed_and_ended_from_its_own_page(personas: Personas, finding: Finding) -> None:
    client = personas.site.client
    page = reverse("finding", args=[finding.pk])
    url = reverse("finding_snooze", args=[finding.pk])
    assert url in {link["href"] for link in main_of(client.get(page)).all("a")}
    assert "Snooze mails about this CAR" in heading_of(client.get(url))
    for days in (5, 9):
        done = client.post(url, {"until": in_days(days).isoformat()}, follow=True)
        assert f"You get no mails about {finding.reference} until" in text_of(done)
        assert "Change or end this" in text_of(done)
        assert Snooze.objects.get().until == in_days(days)
    done = client.post(url, {"end": "1"}, follow=True)
    assert f"Mails about {finding.reference} come again." in text_of(done)
    assert not Snooze.objects.exists()


def test_it_is_the_persons_own_matter(personas: Personas, finding: Finding) -> None:
    """On no record, and of no colleague."""
    before = AuditEvent.objects.filter(aggregate=Aggregate.FINDING).count()
    snooze_car(finding_id=finding.pk, actor=personas.site.actor, until=in_days(5))
    assert AuditEvent.objects.filter(aggregate=Aggregate.FINDING).count() == before
    colleague = personas.site_manager.client.get(reverse("finding", args=[finding.pk]))
    assert "You get no mails" not in text_of(colleague)


@pytest.mark.parametrize("days", [-1, 0, 367])
def test_day_is_one_to_come_within_a_year(personas: Personas, finding: Finding, days: int) -> None:
    with pytest.raises(InvalidInput):
        snooze_car(finding_id=finding.pk, actor=personas.site.actor, until=in_days(days))
    url = reverse("finding_snooze", args=[finding.pk])
    page = personas.site.client.post(url, {"until": in_days(days).isoformat()})
    assert problems_of(page) == ["Choose a day from tomorrow on, within a year."]
    assert f'value="{in_days(days).isoformat()}"' in page.content.decode(), "what was entered is still there"
    assert not Snooze.objects.exists()


def test_auditor_whom_no_mail_tells_of_cars_has_nothing_to_snooze(
    personas: Personas, finding: Finding
) -> None:
    with pytest.raises(NotAllowed):
        snooze_car(finding_id=finding.pk, actor=personas.auditor.actor, until=in_days(5))
    page = personas.auditor.client.get(reverse("finding", args=[finding.pk]))
    assert "mails about this CAR" not in text_of(page)


def test_who_does_not_see_it_cannot_snooze_it(personas: Personas, finding: Finding) -> None:
    with pytest.raises(Finding.DoesNotExist):
        snooze_car(finding_id=finding.pk, actor=personas.customer2.actor, until=in_days(5))
