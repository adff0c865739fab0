"""The id of what one may not see is answered as one that nothing has, on every route, by GET and by POST."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import models, transaction
from django.test import Client
from django.urls import URLPattern, reverse
from django.utils import timezone

from actionplans.models import (
    ActionPlan,
    Call,
    CallAction,
    Comment,
    Duty,
    DutyReport,
    EvidenceFile,
    GuestLink,
    Nudge,
    PlanShare,
    PrivateNote,
    Revision,
    SharedRevision,
)
from carportal.core.actor import OrganisationKind, Role
from carportal.core.bounces.models import MailAddress, Source, Trouble
from carportal.core.bounces.services import note_trouble
from carportal.core.models import Notification
from findings.filters import Filters, Viewpoint
from findings.models import Audit, Escalation, FileFormat, Finding, ListFile, SavedView
from findings.saved.places import LIST
from findings.saved.services import Naming, save_view
from findings.services.files import ask_for_file
from stakeholders.models import Invitation, Membership, Organisation, Site, User
from tests.factories import make_member, make_organisation, make_user
from tests.walls.conftest import Busy
from tests.walls.crawling import got
from tests.walls.routes import parameters, routes

pytestmark = pytest.mark.django_db

WITH_IDS = [route for route in routes() if parameters(route) and "uuid" in str(route.pattern)]
CSRF = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
# What stands at a place in an address; a route that begins otherwise fails the test until it is told here.
KINDS: dict[str, type[models.Model]] = {
    "operations/addresses/": MailAddress,
    "organisation/members/": Membership,
    "organisation/invitations/": Invitation,
    "organisations/": Organisation,
    "sites/": Site,
    "audits/": Audit,
    "cars/files/": ListFile,
    "cars/": Finding,
    "views/": SavedView,
    "mails/snoozed/": Finding,
    "escalations/": Escalation,
    "evidence/": EvidenceFile,
    "shares/": PlanShare,
    "comments/": Comment,
    "notes/": PrivateNote,
    "reminders/": Nudge,
    "calls/": Call,
    "call-actions/": CallAction,
    "guest-links/": GuestLink,
    "duties/": Duty,
    "duty-reports/": DutyReport,
    "inbox/": Notification,
}
# What has a record, by the name of it in an address.
RECORDS: dict[str, type[models.Model]] = {
    "organisation": Organisation,
    "audit": Audit,
    "finding": Finding,
    "plan": ActionPlan,
}


@pytest.fixture(scope="module")
def story(make_busy: Any) -> Busy:
    busy: Busy = make_busy()
    note_trouble(
        address="gone@people.example", trouble=Trouble.GONE, at=timezone.now(), source=Source.SENDING
    )
    gina = busy.actor(busy.gina)
    filters = Filters(Viewpoint(gina, timezone.localdate()), {"status": "all"})
    ask_for_file(actor=gina, filters=filters, kind=FileFormat.CSV)
    save_view(actor=gina, place=LIST, filters=filters, naming=Naming("All", is_shared=True))
    return busy


def _outsider(kind: OrganisationKind) -> User:
    """A manager with an own organisation, and whatever is to be had there."""
    user = make_user()
    make_member(make_organisation(kind), Role.MANAGER, user=user)
    return user


def _asked() -> Iterator[tuple[URLPattern, dict[str, str]]]:
    """Each route, and what of its address is a word: one that has to do with records is asked for each of them."""
    for route in WITH_IDS:
        words = RECORDS if "aggregate" in parameters(route) else [""]
        yield from ((route, {"aggregate": word} if word else {}) for word in words)


def _ids(user: User, story: Busy, kind: type[models.Model]) -> list[UUID]:
    """Of rows that are there, and that the person sees nothing of."""
    rows = kind._default_manager.all()
    seen = rows.visible_to(story.actor(user)).values_list("pk", flat=True)  # type: ignore[attr-defined]
    return list(rows.exclude(pk__in=list(seen)).order_by("pk").values_list("pk", flat=True)[:2])


def _unseen(user: User, story: Busy, route: URLPattern, of: Mapping[str, str]) -> list[dict[str, Any]]:
    """What the route may be asked for that is there, and that the person sees nothing of."""
    names = parameters(route)
    if of:
        return [{**of, "pk": pk} for pk in _ids(user, story, RECORDS[of["aggregate"]])]
    begin = next(begin for begin in KINDS if str(route.pattern).startswith(begin))
    ids = _ids(user, story, KINDS[begin])
    if len(names) == 1:
        return [{names[0]: each} for each in ids]
    if set(names) == {"site_pk", "pk"}:
        return [{"site_pk": story.site.pk, "pk": story.relationship.pk}]
    if set(names) == {"finding_id", "revision_id"}:
        revisions = Revision.objects.filter(plan__finding__in=ids).select_related("plan")
        return [{"finding_id": each.plan.finding_id, "revision_id": each.pk} for each in revisions[:2]]
    if set(names) == {"finding_id", "party_id"}:
        return [{"finding_id": each, "party_id": story.share_of_guest.organisation_id} for each in ids]
    if set(names) == {"share_id", "sent_id"}:
        sendings = SharedRevision.objects.filter(share__in=ids)
        return [{"share_id": each.share_id, "sent_id": each.pk} for each in sendings[:2]]
    entry = story.draft.entries.get()
    assert set(names) == {"audit_pk", "pk"}, f"{route}: say which rows belong together"
    return [{"audit_pk": entry.audit_id, "pk": entry.pk}]


def _answers(client: Client, route: URLPattern, arguments: Mapping[str, Any]) -> list[tuple[int, str, str]]:
    url = reverse(str(route.name), kwargs=dict(arguments))
    answers = []
    for method in ("get", "post"):
        with transaction.atomic():
            response = got(getattr(client, method)(url))
            transaction.set_rollback(True)
        text = CSRF.sub("", response.content.decode())
        for value in arguments.values():
            text = text.replace(str(value), "id")
        answers.append((response.status_code, response.headers.get("Location", ""), text))
    return answers


def _compare(user: User, story: Busy) -> None:
    client = Client()
    client.force_login(user)
    asked = 0
    for route, of in _asked():
        nobodys = _answers(client, route, {name: uuid4() for name in parameters(route)} | of)
        for arguments in _unseen(user, story, route, of):
            assert _answers(client, route, arguments) == nobodys, (route, arguments)
            asked += 1
        assert {404, 405} >= {status for status, _to, _text in nobodys}, route
    assert asked >= len(WITH_IDS)


def test_customer_of_the_same_plan_finds_nothing_of_the_other_customer(story: Busy) -> None:
    _compare(story.nora, story)


def test_other_supplier_finds_nothing(story: Busy) -> None:
    _compare(_outsider(OrganisationKind.SUPPLIER), story)


def test_other_audit_company_finds_nothing(story: Busy) -> None:
    _compare(_outsider(OrganisationKind.AUDIT_COMPANY), story)
