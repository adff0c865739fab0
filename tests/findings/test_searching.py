"""The one box: references, names of sites, and what CARs say, as far as who searches may see them."""

from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from findings.models import Finding
from findings.searching import Words, all_sources
from findings.searching.own import CARS
from findings.views import searching
from tests.factories import make_site
from tests.findings.making import Auditing
from tests.findings.scene import Response, audits_of, let_see
from tests.personas import Persona, Personas

pytestmark = pytest.mark.django_db

EVERYBODY = ["site", "site2", "customer", "customer2", "ngo", "auditor", "auditor2", "compliance", "admin"]
HOSTILE = [
    "x", "..", "%", "__", "%%%", "'", '"', "\\", "a & b | !c", "& | ! :*", "(((", "<->", "\u202e\u200f", "\x00\x00",
    "fees'); DROP TABLE findings_finding; --", "<script>alert(1)</script>", "工人", "a" * 10_000, "ab " * 4_000,
    "$$", "{{ 7 }}", "CAR-%", "CAR-2026-" + "0" * 500,
]  # fmt: skip


@pytest.fixture
def auditing(personas: Personas) -> Auditing:
    return audits_of(personas, make_site(personas.site.organisation, name="São Bento Packhouse"))


def search(persona: Persona, q: str, **query: str) -> Response:
    response = persona.client.get("/search/", {"q": q} | query)
    assert response.status_code == 200
    return response


def found(persona: Persona, q: str, **query: str) -> dict[str, list[str]]:
    """The names of what was found, by its kind."""
    parts = search(persona, q, **query).context["parts"]
    return {str(part.label): [hit.name for hit in part.found.hits] for part in parts}


def test_a_word_is_found_in_title_and_details_by_whoever_sees_the_car(
    personas: Personas, auditing: Auditing
) -> None:
    title = "Recruitment fees were paid by workers"
    car = auditing.car(auditing.hold(date(2026, 3, 1), f"1A.B {title}"))
    hit = f"{car.reference} 1A.B {title}"
    finders = [name for name in EVERYBODY if found(personas[name], "recruit").get("CARs") == [hit]]
    assert finders == ["site", "auditor", "compliance", "admin"]
    assert found(personas.site, "seen on 1A")["CARs"] == [hit]
    let_see(personas.customer.organisation, *Finding.objects.all())
    assert found(personas.customer, "FEES workers")["CARs"] == [hit]
    assert found(personas.customer2, "fees") == {}


def test_all_words_must_stand_in_the_same_car_and_may_be_beginnings(
    personas: Personas, auditing: Auditing
) -> None:
    auditing.hold(date(2026, 3, 1), "1A.B Recruitment fees", "5A.B Wages below the benchmark")
    assert len(found(personas.site, "recr fee")["CARs"]) == 1
    assert found(personas.site, "fees benchmark") == {}
    assert found(personas.site, "ecruitment") == {}


def test_accents_make_no_difference_and_scripts_without_blanks_are_found_from_three_letters_on(
    personas: Personas, auditing: Auditing
) -> None:
    auditing.hold(
        date(2026, 3, 1), "1A.B Contratação irregular", "5A.B 工人支付了招聘费用", "8.A ค่าแรงขั้นต่ำไม่ถูกต้อง"
    )
    for words, marks in [("contratacao", "Contratação"), ("付了招聘", "付了招聘"), ("ขั้นต่ำ", "ขั้นต่ำ")]:
        response = search(personas.site, words)
        assert [len(part.found.hits) for part in response.context["parts"]] == [1], words
        assert f"<mark>{marks}</mark>" in response.content.decode()
    assert "Enter a word of 3 letters" in search(personas.site, "招聘").content.decode()


def test_a_site_is_found_although_its_name_is_misspelt(personas: Personas, auditing: Auditing) -> None:
    auditing.hold(date(2026, 3, 1), "1A.B")
    for spelt in ["sao bento", "Sao Bentto", "Pakhouse", "Bento"]:
        assert found(personas.site, spelt)["Sites"] == ["São Bento Packhouse"], spelt
        assert found(personas.auditor, spelt)["Sites"] == ["São Bento Packhouse"], spelt
        assert "Sites" not in found(personas.customer, spelt), spelt
    let_see(personas.customer.organisation, *Finding.objects.all())
    hits = search(personas.customer, "Pakhouse").context["parts"][0].found.hits
    assert [hit.url for hit in hits] == [f"/cars/?status=all&site={auditing.site.pk}"]


def test_a_full_reference_leads_straight_there_and_a_beginning_to_a_choice(
    personas: Personas, auditing: Auditing
) -> None:
    audit = auditing.hold(date(2026, 3, 1), "1A.B", "5A.B")
    car = auditing.car(audit, "5A.B")
    for reference, url in [
        (car.reference, f"/cars/{car.pk}/"),
        (f" {car.reference.lower()} ", f"/cars/{car.pk}/"),
        (audit.reference, f"/audits/{audit.pk}/"),
        (auditing.site.reference, f"/sites/{auditing.site.pk}/"),
    ]:
        response = personas.site.client.get("/search/", {"q": reference})
        assert (response.status_code, response["Location"]) == (302, url)
    references = search(personas.site, car.reference[:8]).context["references"]
    assert [hit.name for hit in references] == sorted(Finding.objects.values_list("reference", flat=True))
    for stranger in (personas.site2, personas.customer, personas.ngo, personas.auditor2):
        assert search(stranger, car.reference).context["references"] == []


@pytest.mark.parametrize("q", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_is_entered_gets_an_answer(personas: Personas, auditing: Auditing, q: str) -> None:
    auditing.hold(date(2026, 3, 1), "1A.B <b>Fees</b> & 'more'")
    for kind in ("", "cars", "nothing"):
        page = search(personas.compliance, q, **{"in": kind, "page": q[:50]}).content.decode()
        assert "<script>alert" not in page
    if not Words(q).can_be_searched:
        assert "Enter" in page or "What can be found" in page


def test_what_is_marked_is_escaped(personas: Personas, auditing: Auditing) -> None:
    auditing.hold(date(2026, 3, 1), "1A.B <b>Fees</b> & more")
    page = search(personas.site, "fees").content.decode()
    assert "&lt;b&gt;<mark>Fees</mark>&lt;/b&gt; &amp; more" in page


@pytest.mark.parametrize("persona", ["site", "customer", "auditor", "compliance"])
@pytest.mark.parametrize("q", ["fees", "pakhouse", "CAR-2026", "nothing of it"])
def test_a_page_takes_at_most_eight_queries(
    personas: Personas,
    auditing: Auditing,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    persona: str,
    q: str,
) -> None:
    auditing.hold(date(2026, 3, 1), "1A.B Fees", "5A.B Fees", "8.A Fees")
    let_see(personas.customer.organisation, *Finding.objects.all())
    client = personas[persona].client
    with django_assert_max_num_queries(8):
        client.get("/search/", {"q": q})


def test_more_than_fits_is_counted_and_read_page_by_page(
    personas: Personas, auditing: Auditing, monkeypatch: pytest.MonkeyPatch
) -> None:
    auditing.hold(date(2026, 3, 1), "1A.A Fees", "1A.B Fees", "5A.B Fees", "5A.A Fees and fees")
    monkeypatch.setattr(searching, "SHOWN", 1)
    monkeypatch.setattr(searching, "PAGE_SIZE", 3)
    part = search(personas.site, "fees").context["parts"][0]
    assert (len(part.found.hits), part.found.count, part.all_url) == (1, 4, "/search/?q=fees&in=cars")
    first = search(personas.site, "fees", **{"in": "cars"}).context["parts"][0]
    rest = search(personas.site, "fees", **{"in": "cars", "page": "2"}).context["parts"][0]
    assert len({hit.url for hit in [*first.found.hits, *rest.found.hits]}) == 4
    assert first.newer_url == "" == rest.older_url
    assert found(personas.site, "fees", **{"in": "cars", "page": "999"}) == {}


def test_only_the_newest_are_put_in_order(
    personas: Personas, auditing: Auditing, monkeypatch: pytest.MonkeyPatch
) -> None:
    auditing.hold(date(2026, 3, 1), "1A.A Fees", "1A.B Fees", "5A.B Fees")
    for module in ("findings.searching.own", "findings.searching.sources"):
        monkeypatch.setattr(f"{module}.RANKED", 2)
    part = search(personas.site, "fees").context["parts"][0]
    newest = Finding.objects.order_by("-raised_on", "-reference")[:2]
    assert {hit.url for hit in part.found.hits} == {f"/cars/{car.pk}/" for car in newest}
    assert part.found.is_capped


def test_words_of_a_car_are_kept_as_its_texts_change(auditing: Auditing, personas: Personas) -> None:
    auditing.hold(date(2026, 3, 1), "1A.A Fees", "1A.B Fees")
    first, second = Finding.objects.order_by("reference")
    Finding.objects.filter(pk=first.pk).update(issue_title="Passports kept")
    Finding.objects.filter(pk=first.pk).update(details="Found in an office, in a safe.")
    for said, cars in (("fees", {second.pk}), ("passports", {first.pk}), ("office passports", {first.pk})):
        part = search(personas.site, said).context["parts"][0]
        assert {hit.url for hit in part.found.hits} == {f"/cars/{pk}/" for pk in cars}


@pytest.mark.parametrize(
    ("every", "looked_at", "ranked"), [(1, 4, 3), (1, 20, 3), (2, 4, 3), (2, 4, 50), (5, 2, 50), (13, 4, 50)]
)
def test_however_common_a_word_is_the_newest_cars_that_have_it_are_found(
    personas: Personas,
    auditing: Auditing,
    monkeypatch: pytest.MonkeyPatch,
    every: int,
    looked_at: int,
    ranked: int,
) -> None:
    """Among those looked at first, by going on likewise, or by the index of words."""
    codes = [f"1A.{letter}" for letter in "ABCDEFGHIJKL"]
    auditing.hold(date(2026, 3, 1), *(f"{code} Fees" for code in codes))
    for day, car in enumerate(Finding.objects.order_by("reference"), start=1):
        Finding.objects.filter(pk=car.pk).update(raised_on=date(2026, 1, day))
    newest = list(Finding.objects.order_by("-raised_on"))
    let_see(personas.customer.organisation, *newest)
    having = newest[::every] if every <= len(newest) else []
    Finding.objects.filter(pk__in=[car.pk for car in having]).update(issue_title="Passports kept")
    for name, value in (("RANKED", ranked), ("LOOKED_AT", looked_at), ("COMMON", 2)):
        monkeypatch.setattr(f"findings.searching.own.{name}", value)
    expected = [f"/cars/{car.pk}/" for car in having[:ranked]]
    for reader in (personas.site, personas.customer, personas.compliance, personas.auditor):
        found = CARS.search(reader.actor, Words("passports"), 0, 50)
        assert [hit.url for hit in found.hits] == expected
        assert found.count == len(expected)


def test_kinds_have_names_of_their_own() -> None:
    assert [source.name for source in all_sources()] == ["sites", "cars", "plans"]


def test_the_box_is_on_every_page_of_who_acts_for_an_organisation(personas: Personas) -> None:
    page = personas.customer.client.get("/").content.decode()
    assert 'for="header-search"' in page
    assert "header-search" not in personas.nobody.client.get("/").content.decode()
    assert "What can be found" in search(personas.customer, "").content.decode()
