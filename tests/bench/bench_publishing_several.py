"""Publishing as many audits at once as a page takes, set against publishing them one by one."""

import time
from datetime import date, timedelta

import pytest
from django.db import transaction

from findings.models import Audit
from findings.services import (
    preview_publication,
    publish_audit,
    publish_audits,
    rehearse_publications,
)
from findings.services.several import MOST
from tests.findings.making import Auditing

pytestmark = pytest.mark.django_db

SITES = 20
CARS = ["5A.A", "6.A", "7.A"]


def bench_publishing_several() -> None:
    """Each site has an audit every half year, which finds the same three CARs again."""
    sites = [Auditing() for _ in range(SITES)]
    days = [date(2020, 1, 1) + timedelta(days=180 * number) for number in range(MOST // SITES)]
    audits = [site.record(day, *CARS) for day in days for site in sites]
    operator = sites[0].operator
    ids = [audit.pk for audit in audits]

    began = time.perf_counter()
    rehearsal = rehearse_publications(audit_ids=ids, actor=operator, tell=lambda _preview, _new: None)
    rehearsed = time.perf_counter() - began

    began = time.perf_counter()
    with transaction.atomic():
        for audit in audits:
            digest = preview_publication(audit_id=audit.pk, actor=operator).digest
            publish_audit(audit_id=audit.pk, actor=operator, digest=digest)
        transaction.set_rollback(True)
    one_by_one = time.perf_counter() - began

    began = time.perf_counter()
    publish_audits(audit_ids=ids, actor=operator, digest=rehearsal.digest)
    at_once = time.perf_counter() - began
    assert Audit.objects.published().count() == MOST
    print(
        f"\n{MOST} audits with {len(CARS)} CARs each: shown in {rehearsed:.1f} s, published in {at_once:.1f} s; "
        f"one by one takes {one_by_one:.1f} s, so at once costs {at_once / one_by_one:.2f} times that"
    )
