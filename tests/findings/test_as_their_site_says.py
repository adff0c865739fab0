"""What a CAR has beside it for lists and figures is at all times what its site and its audit say."""

from datetime import date
from importlib import import_module

import pytest
from django.db import connection
from django.db.models import F, Q

from findings.models import Finding
from stakeholders.models import Sector, Site
from tests.factories import make_site, make_supplier
from tests.findings.making import Auditing

pytestmark = pytest.mark.django_db


def differ() -> int:
    same = Q(country=F("site__country"), sector=F("site__sector"), supplier=F("site__supplier"))
    return Finding.objects.exclude(same, audit_company=F("audit__audit_company")).count()


@pytest.fixture
def site() -> Site:
    """With a CAR that has ended and one under way, beside another site."""
    auditing = Auditing(make_site(country="IN", sector=Sector.GARMENTS))
    auditing.hold(date(2024, 3, 1), "5A.B")
    auditing.hold(date(2025, 3, 1), "4.A")
    Auditing().hold(date(2025, 3, 1), "5A.B")
    return auditing.site


def test_it_is_there_from_the_publication_on(site: Site) -> None:
    assert set(Finding.objects.filter(country="IN").values_list("status", flat=True)) == {"open", "closed"}
    assert differ() == 0


def test_it_follows_the_site_for_cars_that_ended_too(site: Site) -> None:
    supplier = make_supplier()
    site.country, site.sector, site.supplier = "VN", Sector.FOOD, supplier
    site.save()
    assert Finding.objects.filter(country="VN", sector=Sector.FOOD, supplier=supplier).count() == 2
    assert differ() == 0


def test_a_row_that_was_read_before_the_change_brings_nothing_back(site: Site) -> None:
    read_before = Finding.objects.filter(site=site, status="open").get()
    Site.objects.filter(pk=site.pk).update(country="VN")
    read_before.save()
    Finding.objects.filter(pk=read_before.pk).update(country="XX", sector="none")
    assert differ() == 0


def test_cars_from_before_there_were_such_columns_get_them(site: Site) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE findings_finding SET country = '', sector = ''")
        cursor.execute("SET LOCAL session_replication_role = origin")
        assert differ() == 3
        cursor.execute(
            import_module("findings.migrations.0009_as_their_site_says").FILL.partition("SET CON")[0]
        )
    assert differ() == 0
