"""A sweep over a million agreements: with nothing due, and with 100,000 due; set against bare SQL, by `make bench`."""

import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from carportal.core.models import Delivery, Notification
from stakeholders.models import Membership
from stakeholders.reminding import Swept, sweep
from tests.actionplans.agreeing import Terms, agree
from tests.actionplans.conftest import make_story
from tests.actionplans.making import share_with

pytestmark = pytest.mark.django_db(transaction=True)

SITES = 1000  # each with a supplier of its own, for which one person writes
PLANS = 100_000
PARTIES = 10
ROUNDS = 40
FAR_OFF = timedelta(days=90)
LEAST_DUE = "SELECT id FROM actionplans_updateagreement WHERE remind_on <= %s ORDER BY remind_on, id"


def bench_sweep() -> None:
    today = timezone.now().date()
    a_million_agreements(due=today + FAR_OFF)
    nothing_due(today)
    one_due_for_each_plan(today)
    all_due_at_once(today)


def nothing_due(today: date) -> None:
    bare, ours = in_turn(lambda: asked(LEAST_DUE, [today]), sweep)
    print(
        f"\n{PLANS * PARTIES:,} agreements, nothing due: a sweep takes {ours * 1000:.2f} ms; the bare SELECT "
        f"{bare * 1000:.2f} ms, so a sweep costs {ours / bare:.1f} times it"
    )


def all_due_at_once(today: date) -> None:
    bare = timed(lambda: written_bare(today))
    with peak() as said:
        began = time.perf_counter()
        swept = sweep()
        ours = time.perf_counter() - began
    assert swept == Swept(swept.owed)
    assert swept.owed["update_due"] == PLANS
    assert Notification.objects.count() == Delivery.objects.count() == PLANS
    print(
        f"{PLANS:,} of them due: a sweep takes {ours:.1f} s and {said()}; the bare INSERT … SELECT of notifications "
        f"and mails {bare:.1f} s, so a sweep costs {ours / bare:.1f} times that"
    )


# --- A million agreements -------------------------------------------------------------------------------


def a_million_agreements(*, due: date) -> None:
    """Copies of what one site agreed with one party; triggers and foreign keys look away meanwhile."""
    story = make_story()
    share = share_with(story.plan(), story.alice, story.customer)
    agreement = agree(share, story.alice, story.dora, Terms(3, due))
    writer = Membership.objects.get(user=story.alice.user_id)
    originals: list[Model] = [
        story.supplier,
        writer.user,
        writer,
        story.site,
        story.finding,
        share.plan,
        share,
        agreement,
    ]
    with transaction.atomic():
        asked("SET LOCAL session_replication_role = replica")
        # What was asked and agreed today is looked at tomorrow, which it is somewhere already.
        asked("UPDATE actionplans_planshare SET remind_on = NULL")
        asked("UPDATE actionplans_updateagreement SET remind_on = next_due - 14")
        for original, (number, own) in zip(originals, COPIES, strict=True):
            asked(copies(original, number, own))
    Notification.objects.all().delete()
    asked("VACUUM ANALYZE")


# Of each table: how many copies, and what each of them has of its own (n is its number, from 0).
COPIES: list[tuple[int, dict[str, str]]] = [
    (
        SITES,
        {"id": "md5('supplier' || n)::uuid", "reference": "'ZC9' || lpad(n::text, 8, '0')"},
    ),
    (SITES, {"id": "md5('person' || n)::uuid", "email": "'writer' || n || '@example.org'"}),
    (
        SITES,
        {
            "id": "gen_random_uuid()",
            "user_id": "md5('person' || n)::uuid",
            "organisation_id": "md5('supplier' || n)::uuid",
        },
    ),
    (
        SITES,
        {
            "id": "md5('site' || n)::uuid",
            "reference": "'ZS9' || lpad(n::text, 8, '0')",
            "supplier_id": "md5('supplier' || n)::uuid",
        },
    ),
    (
        PLANS,
        {
            "id": "md5('finding' || n)::uuid",
            "reference": "'CAR-1999-' || n",
            "site_id": f"md5('site' || mod(n, {SITES}))::uuid",
        },
    ),
    (
        PLANS,
        {"id": "md5('plan' || n)::uuid", "finding_id": "md5('finding' || n)::uuid"},
    ),
    (
        PLANS * PARTIES,
        {
            "id": "md5('share' || n)::uuid",
            "plan_id": f"md5('plan' || n / {PARTIES})::uuid",
            "organisation_id": f"md5('party' || mod(n, {PARTIES}))::uuid",
            "remind_on": "NULL",
        },
    ),
    (
        PLANS * PARTIES,
        {"id": "gen_random_uuid()", "share_id": "md5('share' || n)::uuid", "remind_on": "next_due - 14"},
    ),
]


def copies(original: Model, number: int, own: Mapping[str, str]) -> str:
    """The statement that makes so many of one row."""
    columns = [str(field.column) for field in original._meta.concrete_fields]
    table, values = original._meta.db_table, ", ".join(own.get(column, column) for column in columns)
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values}"  # noqa: S608 - what is above
        f" FROM {table}, generate_series(0, {number - 1}) AS n WHERE id = '{original.pk}'"
    )


def one_due_for_each_plan(today: date) -> None:
    with transaction.atomic():
        asked("SET LOCAL session_replication_role = replica")
        asked(
            "UPDATE actionplans_updateagreement SET next_due = %s, first_due = %s, remind_on = %s WHERE share_id IN"
            " (SELECT md5('share' || n * %s)::uuid FROM generate_series(0, %s) AS n)",
            [today, today, today, PARTIES, PLANS - 1],
        )
    asked("VACUUM ANALYZE actionplans_updateagreement")


# --- The bare limit -------------------------------------------------------------------------------------

NOTIFICATIONS = """
INSERT INTO core_notification (id, kind, object_id, period, recipient_id, address, name, language, created_at, title, path)
SELECT gen_random_uuid(), 'update_due', share.plan_id, %s, person.id, person.email, person.name, '', now(), '', ''
FROM actionplans_updateagreement agreement
JOIN actionplans_planshare share ON share.id = agreement.share_id
JOIN actionplans_actionplan plan ON plan.id = share.plan_id
JOIN findings_finding finding ON finding.id = plan.finding_id
JOIN stakeholders_site site ON site.id = finding.site_id
JOIN stakeholders_membership member ON member.organisation_id = site.supplier_id
JOIN stakeholders_user person ON person.id = member.user_id
WHERE agreement.remind_on <= %s
"""
MAILS = """
INSERT INTO core_delivery
    (id, notification_id, channel, state, attempts, next_attempt_at, in_digest, message_id, subject, text, html, calendar,
     last_error)
SELECT gen_random_uuid(), id, 'mail', 'pending', 0, now(), false, id || '@example.org', '', '', '', '', ''
FROM core_notification
"""


def written_bare(today: date) -> None:
    """Both, with all that is checked at the end of a transaction; then as if they had not been."""
    with transaction.atomic():
        asked(NOTIFICATIONS, [f"{today} on-the-day", today])
        asked(MAILS)
        asked("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


# --- Measuring ------------------------------------------------------------------------------------------


def asked(statement: str, values: Sequence[date | str | int] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        if cursor.description:
            cursor.fetchall()


def timed(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def in_turn(*calls: Callable[[], object]) -> list[float]:
    """What each usually takes, in seconds; one after the other, so that a machine that is busy is so for all."""
    rounds = [[timed(call) for call in calls] for _ in range(ROUNDS)]
    return [statistics.median(times) for times in zip(*rounds, strict=True)]


@contextmanager
def peak() -> Iterator[Callable[[], str]]:
    """The most memory that this process has had since, in words."""
    Path("/proc/self/clear_refs").write_text("5")
    before = memory("VmRSS")
    yield lambda: f"{memory('VmHWM')} MB at most ({before} MB before)"


def memory(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith(name))
