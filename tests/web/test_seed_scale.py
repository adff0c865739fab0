"""A portal filled for measuring is one that the portal itself could have come to."""

from collections import Counter
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DataError, connection
from django.db.models import Count, F
from django.test import Client
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings

from actionplans.models import (
    ActionPlan,
    PlanShare,
    PlanText,
    Reply,
    Revision,
    SharedRevision,
    UpdateAgreement,
    Wording,
)
from actionplans.searching.texts import of_plan
from carportal.core.audit import verify
from carportal.web.scale import batches, vocabulary
from carportal.web.scale.filling import indexed_last
from findings.models import Access, AccessLevel, Audit, AuditEntry, Finding, Tally
from findings.tally.checking import differences
from stakeholders.models import Site, TradingRelationship, User, Visibility

FINDINGS = 600
DAY = "2026-11-26"


def fill(*arguments: str) -> str:
    out = StringIO()
    call_command("seed_scale", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def _filled(django_db_setup: None, django_db_blocker: DjangoDbBlocker):
    """Once for the tests of this file: filling commits as it goes."""
    with django_db_blocker.unblock():
        fill("--findings", str(FINDINGS), "--on", DAY)
        yield
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def _look(_filled: None, db: None) -> None:
    """Reads what was filled; what the test itself writes is rolled back."""


pytestmark = pytest.mark.usefixtures("_look")


def test_there_are_as_many_cars_as_were_asked_for_about_three_in_ten_of_them_under_way():
    assert Finding.objects.count() == FINDINGS
    assert AuditEntry.objects.filter(type="car").count() == FINDINGS
    under_way = Finding.objects.under_way().count()
    assert 0.2 * FINDINGS < under_way < 0.4 * FINDINGS
    assert Site.objects.annotate(cars=Count("findings")).filter(cars=0).count() == 0


def test_sites_are_in_all_countries_in_most_of_them_in_a_few():
    there = Counter(Site.objects.values_list("country", flat=True))
    codes = [code for code, _time_zone, _share in vocabulary.COUNTRIES]
    assert len(there) > len(codes) // 2
    assert set(there) <= set(codes)
    assert sum(there[code] for code in codes[:4]) > there.total() // 3


def test_chains_are_as_publishing_audits_would_have_made_them():
    for finding in Finding.objects.select_related("superseded_by", "closed_by"):
        later = (
            Audit.objects.filter(site=finding.site_id, date__gt=finding.raised_on).order_by("date").first()
        )
        again = later and later.findings.filter(area=finding.area, letter=finding.letter).first()
        if later is None:
            assert finding.is_under_way
        elif again:
            assert (finding.superseded_by, finding.ended_on) == (again, later.date)
            assert again.times_raised == finding.times_raised + 1
        else:
            assert (finding.closed_by, finding.ended_on) == (later, later.date)
    first = Finding.objects.filter(supersedes=None)
    assert set(first.values_list("times_raised", flat=True)) == {1}


def test_plans_are_published_where_cars_are_in_progress_and_say_what_was_frozen():
    assert not Finding.objects.filter(status="open", plan__published__isnull=False).exists()
    assert not Finding.objects.filter(status="in_progress", plan__published=None).exists()
    assert Revision.objects.exclude(plan__published=F("pk")).exists(), (
        "a plan that is shared and not published"
    )
    report = verify()
    assert report.whole, report.broken
    assert report.texts == Revision.objects.count() > 0


def test_access_is_what_relationships_and_shares_give():
    levels = {Visibility.CAR_LIST: AccessLevel.CAR, Visibility.PUBLISHED_PLANS: AccessLevel.PLAN}
    by_relationship = {
        (trade.customer_id, finding_id, levels[Visibility(trade.visibility)], trade.pk)
        for trade in TradingRelationship.objects.exclude(visibility=Visibility.SHARES_ONLY)
        for finding_id in Finding.objects.filter(site=trade.site_id).values_list("pk", flat=True)
    }
    by_share = {
        (share.organisation_id, share.plan.finding_id, AccessLevel.PLAN, share.pk)
        for share in PlanShare.objects.select_related("plan")
    }
    written = Access.objects.values_list("organisation", "finding", "level", "source_id")
    assert set(written) == by_relationship | by_share
    assert by_relationship
    assert by_share


def test_figures_are_kept_of_all_that_was_filled_in():
    assert differences() == []
    assert Tally.objects.exists()
    assert not Tally.objects.filter(change__gt=0).exists()


def test_each_share_was_sent_once_and_stands_as_it_was_answered():
    assert SharedRevision.objects.count() == PlanShare.objects.count()
    for reply in Reply.objects.select_related("sent__share"):
        assert reply.kind == reply.sent.share.status
    answered = PlanShare.objects.filter(status__in=["acknowledged", "confirmed", "changes_requested"])
    assert Reply.objects.count() == answered.count() > 0
    assert (
        UpdateAgreement.objects.exclude(share__status="confirmed").count()
        == 0
        < UpdateAgreement.objects.count()
    )


@pytest.mark.parametrize("who", ["compliance", "customer", "supplier", "group", "auditor"])
def test_accounts_open_their_pages(client: Client, who: str):
    client.force_login(User.objects.get(email=f"scale-{who}@demo.example"))
    seen = client.get("/cars/?status=all")
    assert seen.status_code == client.get("/").status_code == 200
    for row in seen.context["rows"][:3]:
        assert client.get(row.url).status_code == 200


def test_plans_open_for_the_site_and_for_who_it_was_shared_with(client: Client):
    share = PlanShare.objects.filter(plan__finding__status="in_progress").first()
    assert share is not None
    for organisation, path in (
        (share.plan.finding.site.supplier, f"/cars/{share.plan.finding_id}/plan/"),
        (share.organisation, f"/shares/{share.pk}/"),
    ):
        client.force_login(User.objects.filter(memberships__organisation=organisation).order_by("email")[0])
        assert client.get(path).status_code == 200


def test_references_go_on_behind_those_that_were_taken():
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('core_reference_car')")
        (upcoming,) = cursor.fetchone()
    taken = Finding.objects.order_by("created_at").values_list("reference", flat=True)
    assert max(int(reference.rpartition("-")[2]) for reference in taken) < upcoming


def test_what_readers_can_search_is_what_their_plans_say():
    plans = ActionPlan.objects.order_by("pk")[:20]
    rows = PlanText.objects.filter(plan__in=plans).exclude(
        kind="draft", plan__finding__ended_on__isnull=False
    )
    kept = rows.values_list("kind", "wording__text", "revision_id", "reader_id")
    wanted = [each for plan in plans for each in of_plan(plan) if each.text]
    assert set(kept) == set(wanted) > set()
    assert {row.pk for row in Wording.objects.filter(plan__in=plans)} == {
        Wording.of(row.plan_id, row.text).pk for row in Wording.objects.filter(plan__in=plans)
    }
    assert Wording.objects.count() == ActionPlan.objects.count()


def test_indexes_of_words_and_lists_are_there_again_although_filling_broke_off():
    def indexes() -> set[tuple[str, str]]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT indexname, indexdef FROM pg_indexes")
            return set(cursor.fetchall())

    def break_off() -> None:
        with connection.cursor() as cursor, indexed_last(cursor):
            gone.update(name for name, _definition in before - indexes())
            raise KeyboardInterrupt

    before = indexes()
    gone: set[str] = set()
    with pytest.raises(KeyboardInterrupt):
        break_off()
    assert {"finding_words", "wording_words", "finding_raised", "work_of_all"} <= gone
    assert not {"findings_finding_pkey", "findings_finding_reference_key", "work_once_for_each_reader"} & gone
    assert indexes() == before


@pytest.mark.parametrize("failing", ["3_audits", "0_tools"])
def test_what_fails_in_one_of_its_connections_fails_as_a_whole(monkeypatch: pytest.MonkeyPatch, failing: str):
    def statements(name: str) -> str:
        return {failing: "SELECT 1 / 0"}.get(name, "SELECT 1")

    monkeypatch.setattr(batches, "statements_of", statements)
    with pytest.raises(DataError, match="division by zero"):
        batches.write_batches([{}] * 4, {}, lambda _cars: None)


def test_a_database_is_filled_once():
    with pytest.raises(CommandError, match="filled before"):
        fill("--findings", "100")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--findings", "5"], "Ask for 100 to"),
        (["--findings", "100", "--on", "soon"], "soon is no day"),
        (["--findings", "100", "--on", "2026-02-30"], "2026-02-30 is no day"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(arguments: list[str], sentence: str):
    with pytest.raises(CommandError, match=sentence):
        fill(*arguments)


def test_a_portal_in_use_is_never_filled(settings: Settings):
    settings.LOCAL_RUN = False
    with pytest.raises(CommandError, match="local run only"):
        fill("--findings", "100")


def test_the_same_number_gives_the_same_rows():
    finding = Finding.objects.select_related("site").earliest("reference")
    assert str(finding.pk) == "ab7e1b4a-f0c0-697b-921e-dd8fb90d24f1"
    assert finding.raised_on == date(2020, 11, 15)
    assert finding.site.name.endswith("Orchard Estate")
