"""What a party gets is the same, byte for byte, whether or not there is another customer on the plan."""

import re
from dataclasses import dataclass
from uuid import uuid4

import pytest
from django.core import mail
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from actionplans.models import Comment, EvidenceFile, PrivateNote
from carportal.core.delivery import deliver_due
from findings.models import EscalationParty
from stakeholders.models import User
from tests.actionplans.guesting import browser_of, link_of
from tests.walls.crawling import crawl, got
from tests.walls.story import OWN, SECRETS, SITES_NOTE, SITES_REMINDER, Clock, Story
from tests.walls.transcripts import Transcript, read

pytestmark = pytest.mark.django_db

OBSERVERS = ["nora", "neil", "lars", "fay", "carl"]
EVERYBODY = [*OBSERVERS, "guest"]


def try_out(story: Story, user: User, into: Transcript) -> None:
    """What is refused, and what is typed wrongly: each answer without consequence."""
    share = story.share
    posts = [
        (reverse("share_reply", args=[share.pk]), {}),
        (reverse("share_reply", args=[share.pk]), {"sent": str(uuid4()), "kind": "confirmed"}),
        (
            reverse("share_reply", args=[share.pk]),
            {"sent": str(share.sent.latest("sent_at").pk), "kind": "changes_requested"},
        ),
        (reverse("share_withdraw", args=[share.pk]), {}),
        (reverse("share_agree", args=[share.pk]), {}),
        (reverse("share_agree", args=[share.pk]), {"months": "1", "first_due": "2026-03-01"}),
        (reverse("share_answer", args=[share.pk]), {"answer": "accept", "proposal": str(uuid4())}),
        (reverse("share_comment", args=[share.pk]), {}),
        (f"{reverse('share_comment', args=[share.pk])}?answer={uuid4()}", {"text": "So?"}),
        (reverse("share_comment", args=[share.pk]), {"text": "So?", "mention": str(uuid4())}),
        (reverse("share_note", args=[share.pk]), {}),
        (reverse("plan_note", args=[story.finding.pk]), {"text": "So?"}),
        (reverse("share_call", args=[share.pk]), {}),
        (
            reverse("share_call", args=[share.pk]),
            {"purpose": "call_on_root_cause", "slot_1": "2026-03-01T10:00"},
        ),
        (reverse("escalation_acknowledge", args=[story.escalation.pk]), {}),
        (reverse("escalation_taken_over", args=[story.escalation.pk]), {}),
        (reverse("escalation_tell", args=[story.escalation.pk]), {}),
        (reverse("escalation_raise", args=[story.finding.pk]), {}),
        (reverse("plan_update", args=[story.finding.pk]), {}),
        (reverse("plan_agree", args=[story.finding.pk]), {}),
        (reverse("plan_publish", args=[story.finding.pk]), {}),
        (reverse("plan_edit", args=[story.other.pk]), {}),
    ]
    gets = [
        f"{reverse('finding_list')}?status=all",
        f"{reverse('finding_list')}?status=all&site={story.site.pk}&supplier={story.supplier.pk}",
        f"{reverse('finding_list')}?site={uuid4()}",
        f"{reverse('finding_list')}?status=all&times=again",
        f"{reverse('finding_list')}?status=all&sort=update&customer={story.supplier.pk}",
        f"{reverse('finding_list')}?status=all&sort=status&site_named=ee&audit_company_named=ee",
        f"{reverse('finding_filter_matches', args=['site'])}?site_named=ee",
        f"{reverse('finding_list')}?step1=urgent&times=3&left=to_decide",
        f"{reverse('finding_list')}?reply=awaited&plan=none",
        *(f"{reverse('search')}?q={words}" for words in ("fees", "agency", "margin", "CAR-2026")),
        f"{reverse('search')}?q=agency&in=plans",
        f"{reverse('finding_list_csv')}?status=all",
        f"{reverse('finding_list_excel')}?status=all&plan=draft",
        f"{reverse('finding', args=[story.finding.pk])}?record=all",
        f"{reverse('share', args=[share.pk])}?comments=all",
        reverse("plan", args=[story.other.pk]),
        reverse("plan_pdf", args=[story.other.pk]),
        reverse("plan_share", args=[story.finding.pk]),
        reverse("evidence_file", args=[story.own_file.pk]),
        reverse("triage", args=[story.finding.pk]),
        reverse("escalation", args=[story.escalation.pk]),
        f"{reverse('escalation_taken_over', args=[story.escalation.pk])}?customer={uuid4()}",
        reverse("site", args=[story.site.pk]),
        reverse("audit_list"),
        reverse("organisation_list"),
        reverse("organisation_detail", args=[story.supplier.pk]),
    ]
    client = Client()
    client.force_login(user)
    with transaction.atomic():
        for url, data in posts:
            into.hear(f"POST {url}", got(client.post(url, data)))
        for url in gets:
            into.hear(url, got(client.get(url)))
        transaction.set_rollback(True)


def tell(
    with_second: bool, outbox: list[EmailMessage | EmailMultiAlternatives], patch: pytest.MonkeyPatch
) -> tuple[dict[str, Transcript], dict[str, list[str]]]:
    """What each observer got in one of the worlds, which is gone again afterwards; and the tags to check it by."""
    transcripts = {name: Transcript() for name in [*EVERYBODY, "gina"]}
    outbox.clear()
    with transaction.atomic(), patch.context() as patched:
        clock = Clock(patched)
        story = Story(clock, with_second=with_second)
        _observe(story, transcripts)
        story.go_on()
        _observe_again(story, transcripts)
        deliver_due()
        for name, transcript in transcripts.items():
            address = (
                story.share_of_guest.organisation.contact_email
                if name == "guest"
                else getattr(story, name).email
            )
            for sent in outbox:
                if address in sent.to[0]:
                    transcript.get_mail(sent)
        ids = {"ids": _ids_of_second(story) if with_second else []}
        transaction.set_rollback(True)
    return transcripts, ids


def _tells(url: str) -> bool:
    return url.startswith(("/cars/", "/shares/", "/evidence/", "/audits/", "/escalations/"))


def _observe(story: Story, transcripts: dict[str, Transcript]) -> None:
    """One of them reads every page there is; the PDFs wait for the second time, when these are still there."""

    def but_pdfs(url: str) -> bool:
        return "/pdf/" not in url

    def tells_but_pdfs(url: str) -> bool:
        return _tells(url) and but_pdfs(url)

    for name in OBSERVERS:
        follows = but_pdfs if name == "nora" else tells_but_pdfs
        read(getattr(story, name), transcripts[name], follows=follows)
    guest = browser_of(link_of(story.share_of_guest))
    page = reverse("share", args=[story.share_of_guest.pk])
    for answer in crawl(guest, page, follows=but_pdfs):
        transcripts["guest"].hear(answer.url, answer.response)
    for name in ("nora", "fay"):
        try_out(story, getattr(story, name), transcripts[name])


def _observe_again(story: Story, transcripts: dict[str, Transcript]) -> None:
    """The pages that tell of CARs; the site's, without the forms on which it writes, to compare with."""

    def tells_the_site(url: str) -> bool:
        return _tells(url) and not url.endswith(("/pdf/", "/edit/")) and "?" not in url

    for name in ("nora", "lars", "fay", "carl"):
        read(getattr(story, name), transcripts[name], follows=_tells)
    read(story.gina, transcripts["gina"], follows=tells_the_site)


def _ids_of_second(story: Story) -> list[str]:
    second = story.second
    assert second is not None
    rows = [second, story.bertram, story.belinda, story.relationship, story.invitation]
    rows += [*second.plan_shares.all(), *second.memberships.all()]
    rows += [story.typed_in, story.guests_share, *story.guests_share.guest_links.all()]
    rows += EvidenceFile.objects.filter(party=second)
    rows += Comment.objects.filter(sent__share__organisation=second)
    rows += PrivateNote.objects.filter(organisation=second)
    rows += EscalationParty.objects.filter(organisation=second)
    return [str(row.pk) for row in rows]


@dataclass
class Worlds:
    alone: dict[str, Transcript]
    together: dict[str, Transcript]
    ids: list[str]


@pytest.fixture(scope="module")
def worlds(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Worlds:
    """Told once for all that is asked of them; both are rolled back before the first test."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        mail.outbox = []
        alone, _none = tell(False, mail.outbox, patch)
        together, second = tell(True, mail.outbox, patch)
    return Worlds(alone, together, second["ids"])


@pytest.mark.parametrize("name", EVERYBODY)
def test_everybody_gets_the_same_byte_for_byte(worlds: Worlds, name: str) -> None:
    alone, together = worlds.alone[name], worlds.together[name]
    assert [page[:2] for page in alone.pages] == [page[:2] for page in together.pages]
    for one, other in zip(alone.pages, together.pages, strict=True):
        assert one == other
    assert alone.mails == together.mails


@pytest.mark.parametrize("name", EVERYBODY)
def test_nothing_of_the_other_customer_is_in_what_anybody_gets(worlds: Worlds, name: str) -> None:
    got = worlds.together[name].text
    assert [word for word in [*SECRETS.values(), *worlds.ids] if word in got] == []


def test_the_site_does_read_all_of_it(worlds: Worlds) -> None:
    """Otherwise the comparison above would compare nothing."""
    got = worlds.together["gina"].text
    # Of people and versions that no page of the site shows, and what its party keeps to itself.
    unread = {"address", "passing text", "colleague", "own note", "own reminder"}
    assert [key for key, word in SECRETS.items() if word not in got and key not in unread] == []
    assert worlds.alone["gina"].pages != worlds.together["gina"].pages


@pytest.mark.parametrize("said", OWN.values())
def test_what_is_shown_to_a_party_alone_it_reads_and_nobody_else(worlds: Worlds, said: str) -> None:
    for name in OBSERVERS:
        assert (said in worlds.together[name].text) is (name in {"nora", "neil"})


@pytest.mark.parametrize(("sites", "kind"), [(SITES_NOTE, "note"), (SITES_REMINDER, "reminder")])
def test_private_notes_and_reminders_are_read_by_their_own_organisation_alone(
    worlds: Worlds, sites: str, kind: str
) -> None:
    got = {name: worlds.together[name].text for name in [*OBSERVERS, "gina"]}
    assert [name for name, text in got.items() if sites in text] == ["gina"]
    assert [name for name, text in got.items() if OWN[kind] in text] == ["nora", "neil"]
    assert SECRETS[f"own {kind}"] not in got["gina"]


def test_the_observers_came_to_the_pages_that_matter(worlds: Worlds) -> None:
    for name, paths in {
        "nora": [
            "/",
            "/cars/",
            "/cars/csv/",
            "/cars/excel/",
            "/shares/id",
            "/shares/id/agree/",
            "/cars/id/plan/",
            "/cars/id/plan/pdf/",
            "/shares/id/pdf/",
            "/evidence/id/",
            "/escalations/id/",
            "/inbox/",
        ],
        "fay": ["/", "/cars/", "/shares/id", "/shares/id/pdf/", "/evidence/id/"],
        "lars": ["/", "/cars/", "/cars/id"],
        "carl": ["/", "/audits/", "/cars/"],
        "guest": ["/shares/id", "/evidence/id/", "/guest/account/"],
    }.items():
        seen = {re.sub(r"id-\d+", "id", page[0]) for page in worlds.together[name].pages if page[1] == 200}
        for path in paths:
            assert any(each.startswith(path) for each in seen), (name, path, sorted(seen))
    mails = {name: len(worlds.together[name].mails) for name in ("nora", "fay", "lars", "carl")}
    assert mails == {"nora": 12, "fay": 7, "lars": 1, "carl": 0}
