from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from carportal.core.actor import OrganisationKind, Role
from findings.models import EntryType
from findings.services import EntryDetails, add_entry
from stakeholders.services import invite
from stakeholders.tokens import invitation_token
from tests.actionplans.conftest import evidence_folder, pdf_folder
from tests.actionplans.guesting import browser_of, link_of
from tests.walls.story import Clock, Story

__all__ = ["Busy", "evidence_folder", "make_busy", "pdf_folder"]


class Busy(Story):
    """The story in the middle of everything: a draft audit, a CAR to decide about, somebody invited."""

    # One person of each kind of page; `visitor` has only the link of an invitation, `guest` that of a share.
    READERS = ("gina", "nora", "fay", "carl", "olga", "visitor", "guest")

    def __init__(self, clock: Clock, **how: Any) -> None:
        self.sent: list[EmailMessage] = []
        super().__init__(clock, with_second=True, **how)
        self.clock.at(110)
        left = self.auditing.record(date(2026, 2, 20), reference="ZAA900003", others=["5A.B"], scope=["5A"])
        self.auditing.publish(left)
        self.draft = self.auditing.record(date(2026, 3, 1), reference="ZAA900004")
        entry = EntryDetails(EntryType.CAR, "7.A", "Not promoted" + self.mark, "Seen" + self.mark)
        add_entry(audit_id=self.draft.pk, actor=self.auditing.auditor, details=entry)
        self._organisation(OrganisationKind.CUSTOMER, "Newmarket", "ZC7000007")
        self.invited = invite(
            actor=self.actor(self.gina),
            organisation_id=self.supplier.pk,
            email="new@people.example",
            role=Role.EDITOR,
        )

    def browser(self, reader: str) -> tuple[Client, list[str]]:
        """The reader's client, and where its crawl begins."""
        client = Client()
        if reader == "visitor":
            link = f"/invitations/{invitation_token(self.invited)}/"
            return client, ["/", "/accounts/login/", "/accounts/password/reset/", link]
        if reader == "guest":
            browser = browser_of(link_of(self.share_of_guest), "Hugo" + self.mark)
            return browser, [reverse("share", args=[self.share_of_guest.pk])]
        client.force_login(getattr(self, reader))
        if reader == "gina":
            asks = f"{reverse('plan_share', args=[self.finding.pk])}?party={self.customer.pk}"
            return client, ["/", asks, reverse("plan_publish", args=[self.other.pk])]
        return client, ["/"]


@pytest.fixture(scope="module")
def make_busy(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Any]:
    """Makes the story once for all tests of a module; what each of them writes is rolled back to it."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic():
        yield lambda **how: Busy(Clock(patch), **how)
        transaction.set_rollback(True)
