"""The Annex on paper: recognisable, the same bytes for the same content, and nothing of any other party."""

import io
import re
import sys
from collections import Counter
from collections.abc import Iterator
from importlib.abc import MetaPathFinder
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format
from pypdf import PdfReader

from actionplans.annex import CURRENT
from actionplans.models import ActionPlan, PlanShare
from actionplans.plans.services import publish_plan
from carportal.core.actor import Role
from tests.actionplans.conftest import Story
from tests.actionplans.making import CALL, CONFIRM, add_row, share_with, write
from tests.actionplans.pages import Response, client_of, let_see_plans, text_of
from tests.actionplans.papers import pdf_at
from tests.core.glyphs import boxes_in, families_of
from tests.factories import make_actor, make_operator


@pytest.fixture
def alice(story: Story) -> Client:
    return client_of(story.alice)


@pytest.fixture
def share(story: Story, plan: ActionPlan) -> PlanShare:
    return share_with(plan, story.alice, story.customer, asks={**CONFIRM, **CALL}, note="Between us two")


def address(plan: ActionPlan) -> str:
    return reverse("plan_pdf", args=[plan.finding_id])


def reader_of(response: Response) -> PdfReader:
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    return PdfReader(io.BytesIO(response.content))


def text_in(response: Response) -> str:
    """What stands on its pages, on one line."""
    return " ".join(" ".join(page.extract_text() for page in reader_of(response).pages).split())


def squeezed(text: object) -> str:
    """Without white space: a line may break after a hyphen or within an address."""
    return "".join(str(text).split())


class TestForm:
    def test_has_every_row_of_the_annex_in_its_order(
        self, story: Story, share: PlanShare, alice: Client
    ) -> None:
        text = squeezed(text_in(pdf_at(alice, reverse("share_pdf", args=[share.pk]))))
        labels = [*(field.label for field in CURRENT.fields), CURRENT.asks_label]
        labels += [ask.label for ask in CURRENT.asks]
        places = [text.rindex(squeezed(label)) for label in labels[1:]]
        assert text.index("Date") < places[0]
        assert places == sorted(places)
        for words in (
            "Annex · CAR portal Collaborative Action Required (CAR) action plan",
            story.finding.reference,
            "Green Valley Packhouse",
            "1A.B Recruitment fees were paid by workers",
            "Repay the fees over twelve months. A contract without fees by September.",
        ):
            assert squeezed(words) in text

    def test_says_yes_no_or_leaves_it_open(self, share: PlanShare, alice: Client) -> None:
        text = text_in(pdf_at(alice, reverse("share_pdf", args=[share.pk])))
        answers = [
            text.partition(str(ask.label).split(".")[0])[2].partition(following)[0]
            for ask, following in zip(
                CURRENT.asks, [*[str(ask.label)[:30] for ask in CURRENT.asks[1:]], "CAR portal"], strict=True
            )
        ]
        assert ["Yes / No" in answer for answer in answers] == [True, False, False, False]
        assert [answer.split()[-1] == "Yes" for answer in answers[1:3]] == [True, True]
        assert " No " in f" {answers[3]} "

    def test_counts_its_pages(self, story: Story, plan: ActionPlan, alice: Client) -> None:
        write(plan, story.alice, actions="A long text of many words. " * 300)
        share_with(plan, story.alice, story.customer)
        pages = [
            " ".join(page.extract_text().split()) for page in reader_of(pdf_at(alice, address(plan))).pages
        ]
        assert len(pages) > 1
        for number, page in enumerate(pages, start=1):
            assert f"Page {number} / {len(pages)}" in page
            assert story.finding.reference in page
        assert " ".join(pages).count("words.") == 300

    def test_an_ordinary_plan_is_one_page(self, share: PlanShare, alice: Client) -> None:
        assert len(reader_of(pdf_at(alice, reverse("share_pdf", args=[share.pk]))).pages) == 1

    def test_has_the_rows_beside_the_texts_as_the_party_reads_them(
        self, story: Story, plan: ActionPlan, alice: Client
    ) -> None:
        cause = add_row(plan, story.alice, "causes", what="Workers paid fees")
        add_row(plan, story.alice, "whys", cause, because="The agency charges them")
        union = add_row(plan, story.alice, "stakeholders", name="The union", shown="everyone")
        other = add_row(plan, story.alice, "stakeholders", organisation=str(story.other.pk))
        add_row(
            plan, story.alice, "actions", what="A hotline", owner=str(union), starts="2027", ends="2028-Q2"
        )
        add_row(plan, story.alice, "actions", what="Order earlier", owner=str(other), ends="2031")
        share = share_with(plan, story.alice, story.customer)
        text = squeezed(text_in(pdf_at(alice, reverse("share_pdf", args=[share.pk]))))
        for words in (
            "Workers paid fees Why? The agency charges them",
            "Planned: A hotline",
            "A hotline The union 2027 to Q2 2028 Planned",
        ):
            assert squeezed(words) in text
        for secret in ("Fairprice", "Order earlier", "2031"):
            assert squeezed(secret) not in text
        own = squeezed(text_in(pdf_at(alice, address(plan))))
        assert squeezed("Order earlier Fairprice Stores plc By the end of 2031") in own

    @pytest.mark.parametrize(
        ("text", "fonts"),
        [
            ("ทำไมคนงานต้องจ่าย", {"NotoSansThai"}),
            ("العمال دفعوا رسوما", {"NotoSansArabic"}),
            ("श्रमिकों ने शुल्क दिया", {"NotoSansDevanagari"}),
            ("공장 노동자", {"NotoSansCJK"}),
            ("Công nhân đã trả phí 👍", {"NotoEmoji"}),
        ],
    )
    def test_sets_each_script_in_its_own_font(
        self, story: Story, plan: ActionPlan, alice: Client, text: str, fonts: set[str]
    ) -> None:
        write(plan, story.alice, root_cause=text)
        share_with(plan, story.alice, story.customer)
        reader = reader_of(pdf_at(alice, address(plan)))
        assert fonts <= families_of(reader)
        assert not boxes_in(reader)

    @pytest.mark.parametrize("text", ["Workers paid fees", "العمال دفعوا رسوما", "工人支付了费用"])
    def test_text_rides_along(self, story: Story, plan: ActionPlan, alice: Client, text: str) -> None:
        write(plan, story.alice, root_cause=text)
        share_with(plan, story.alice, story.customer)
        response = pdf_at(alice, address(plan))
        name = f"{story.finding.reference}-action-plan.txt"
        (attached,) = reader_of(response).attachments[name]
        assert f"Root cause\n{text}\n" in attached.decode()

    def test_reader_is_told_of_the_text_that_rides_along(
        self, story: Story, plan: ActionPlan, alice: Client
    ) -> None:
        write(plan, story.alice, root_cause="শ্রমিকরা")
        share_with(plan, story.alice, story.customer)
        name = f"{story.finding.reference}-action-plan.txt"
        assert f"the whole text is attached to this file as {name}." in text_in(pdf_at(alice, address(plan)))

    def test_script_without_a_font_is_named_and_rides_along(
        self, story: Story, plan: ActionPlan, alice: Client
    ) -> None:
        write(plan, story.alice, root_cause="They say: ᏣᎳᎩ ᎦᏬᏂ.")
        share_with(plan, story.alice, story.customer)
        response = pdf_at(alice, address(plan))
        assert "They say: [text in Cherokee script]." in text_in(response)
        (attached,) = reader_of(response).attachments[f"{story.finding.reference}-action-plan.txt"]
        assert "They say: ᏣᎳᎩ ᎦᏬᏂ.\n" in attached.decode()

    @pytest.mark.parametrize(
        "written",
        [
            '<link rel="attachment" href="file:///etc/passwd">',
            "</style><style>@import url(file:///etc/passwd);</style>",
            'url("file:///etc/passwd")',
            '<svg><image href="file:///etc/passwd"/></svg>',
        ],
    )
    def test_no_text_makes_it_read_a_file(
        self, story: Story, plan: ActionPlan, alice: Client, written: str
    ) -> None:
        write(plan, story.alice, root_cause=written, site_name=written, issue=written)
        add_row(plan, story.alice, "actions", what=written, ends="2028")
        share_with(plan, story.alice, story.customer)
        response = pdf_at(alice, address(plan))
        assert squeezed(text_in(response)).count(squeezed(written)) >= 4
        assert list(reader_of(response).attachments) == [f"{story.finding.reference}-action-plan.txt"]

    def test_takes_nothing_in_the_text_for_markup(
        self, story: Story, plan: ActionPlan, alice: Client
    ) -> None:
        written = '<img src="file:///etc/passwd"> <b>bold</b> &amp; <style>td {display: none}</style>'
        write(plan, story.alice, root_cause=written)
        share_with(plan, story.alice, story.customer)
        assert squeezed(written) in squeezed(text_in(pdf_at(alice, address(plan))))


class TestEveryPage:
    def test_says_which_version_it_is_of(
        self, story: Story, plan: ActionPlan, alice: Client, share: PlanShare
    ) -> None:
        write(plan, story.alice, actions="A long text of many words. " * 300)
        share_with(plan, story.alice, story.customer)
        newest = plan.revisions.order_by("-number")[0]
        day = date_format(newest.frozen_at.astimezone(ZoneInfo(story.site.time_zone)), "j F Y")
        for url, said in (
            (address(plan), f"{story.finding.reference} · Version of {day} · {newest.sha256[:12]}"),
            (reverse("share_pdf", args=[share.pk]), f"{story.finding.reference} · Shared on {day} · "),
        ):
            pages = reader_of(pdf_at(alice, url)).pages
            assert len(pages) > 1
            assert all(said in " ".join(page.extract_text().split()) for page in pages)

    def test_partys_hash_says_nothing_of_what_others_read(
        self, story: Story, plan: ActionPlan, share: PlanShare, alice: Client
    ) -> None:
        url = reverse("share_pdf", args=[share.pk])
        before = hash_in(text_in(pdf_at(alice, url)))
        add_row(plan, story.alice, "stakeholders", organisation=str(story.other.pk))
        share_with(plan, story.alice, story.customer)
        assert hash_in(text_in(pdf_at(alice, url))) == before
        add_row(plan, story.alice, "stakeholders", name="The union", shown="everyone")
        share_with(plan, story.alice, story.customer)
        assert hash_in(text_in(pdf_at(alice, url))) != before

    def test_long_texts_and_rows_flow_on_without_a_lost_line(
        self, story: Story, plan: ActionPlan, alice: Client
    ) -> None:
        texts = {
            name: "\n".join(f"{name} {number} of it." for number in range(220))
            for name in ("root_cause", "actions")
        }
        write(plan, story.alice, **texts)
        for number in range(30):
            add_row(plan, story.alice, "actions", what=f"Deed {number} of many", ends="2028")
        share_with(plan, story.alice, story.customer)
        text = squeezed(text_in(pdf_at(alice, address(plan))))
        for name in texts:
            assert all(squeezed(f"{name} {number} of it.") in text for number in range(220))
        assert all(squeezed(f"Deed {number} of many") in text for number in range(30))


def hash_in(text: str) -> str:
    (found,) = {*re.findall(r" · ([0-9a-f]{12})\b", text)}
    return str(found)


class TestTags:
    @pytest.fixture
    def reader(self, share: PlanShare, alice: Client) -> PdfReader:
        return reader_of(pdf_at(alice, reverse("share_pdf", args=[share.pk])))

    def test_bookmarks_lead_to_the_rows(self, reader: PdfReader) -> None:
        title, rows = reader.outline
        assert title["/Title"] == str(CURRENT.title)  # type: ignore[call-overload]
        labels = [squeezed(row["/Title"]) for row in rows]  # type: ignore[call-overload]
        assert labels == [
            squeezed(label) for label in [*(f.label for f in CURRENT.fields), CURRENT.asks_label]
        ]

    def test_says_that_it_is_accessible_and_in_which_language(self, reader: PdfReader) -> None:
        catalog: Any = reader.root_object
        assert catalog["/Lang"].lower() == "en-gb"
        assert catalog["/MarkInfo"]["/Marked"]
        assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
        assert re.search(rb"pdfuaid:part\W+1\b", catalog["/Metadata"].get_object().get_data())

    def test_rows_are_told_as_a_table_with_headings(self, reader: PdfReader) -> None:
        kinds = Counter(_kinds(reader.root_object["/StructTreeRoot"]))
        assert kinds["/H1"] == 1
        assert kinds["/Table"] == 1
        assert kinds["/TH"] == len(CURRENT.fields) + 1
        assert kinds["/TR"] == len(CURRENT.fields) + len(CURRENT.asks)


def _kinds(element: Any) -> Iterator[str]:
    element = element.get_object()
    if isinstance(element, list):
        for each in element:
            yield from _kinds(each)
    elif isinstance(element, dict):
        if "/S" in element:
            yield str(element["/S"])
        if "/K" in element:
            yield from _kinds(element["/K"])


class TestReaders:
    @pytest.mark.usefixtures("share")
    def test_site_gets_the_newest_version_before_it_publishes_and_the_published_one_then(
        self, story: Story, plan: ActionPlan, alice: Client
    ) -> None:
        assert "Repay the fees" in text_in(pdf_at(alice, address(plan)))
        publish_plan(plan_id=plan.pk, actor=story.alice)
        write(plan, story.alice, actions="Shared, and not published")
        share_with(plan, story.alice, story.customer)
        assert "Repay the fees" in text_in(pdf_at(alice, address(plan)))
        newest = plan.revisions.order_by("-number")[0]
        assert "Shared, and not published" in text_in(pdf_at(alice, f"{address(plan)}?revision={newest.pk}"))

    @pytest.mark.parametrize("revision", ["x", "00000000-0000-0000-0000-000000000000"])
    @pytest.mark.usefixtures("share")
    def test_there_is_no_version_of_another_plan(
        self, plan: ActionPlan, alice: Client, revision: str
    ) -> None:
        assert alice.get(f"{address(plan)}?revision={revision}").status_code == 404

    def test_there_is_none_of_a_draft(self, plan: ActionPlan, alice: Client) -> None:
        assert alice.get(address(plan)).status_code == 404

    def test_party_gets_its_own_asks_and_no_note(self, story: Story, share: PlanShare) -> None:
        text = text_in(pdf_at(client_of(story.dora), reverse("share_pdf", args=[share.pk])))
        assert "Shared on" in text
        assert "Between us two" not in text

    @pytest.mark.usefixtures("share")
    def test_customer_and_operator_get_the_published_plan_in_which_nothing_is_asked(
        self, story: Story, plan: ActionPlan
    ) -> None:
        publish_plan(plan_id=plan.pk, actor=story.alice)
        write(plan, story.alice, actions="An unpublished thought")
        let_see_plans(story, story.other)
        for actor in (make_actor(story.other), make_actor(make_operator(), Role.COMPLIANCE)):
            text = text_in(pdf_at(client_of(actor), address(plan)))
            assert text.count("Yes / No") == len(CURRENT.asks)
            assert "Repay the fees" in text
            assert "unpublished" not in text

    def test_name_of_the_file_is_the_same_for_every_reader(
        self, story: Story, plan: ActionPlan, share: PlanShare, alice: Client
    ) -> None:
        publish_plan(plan_id=plan.pk, actor=story.alice)
        share_with(plan, story.alice, story.other)
        responses = [
            pdf_at(alice, address(plan)),
            pdf_at(client_of(story.dora), reverse("share_pdf", args=[share.pk])),
        ]
        name = f'inline; filename="{story.finding.reference}-action-plan.pdf"'
        assert {response["Content-Disposition"] for response in responses} == {name}

    def test_bytes_do_not_change_with_what_happens_to_others(
        self, story: Story, plan: ActionPlan, share: PlanShare
    ) -> None:
        dora = client_of(story.dora)
        before = pdf_at(dora, reverse("share_pdf", args=[share.pk])).content
        share_with(plan, story.alice, story.other, note="For you alone")
        write(plan, story.alice, actions="A newer draft")
        share_with(plan, story.alice, story.other)
        assert pdf_at(dora, reverse("share_pdf", args=[share.pk])).content == before


class _NoPango(MetaPathFinder):
    """Fails as WeasyPrint does where the library is missing."""

    def find_spec(self, fullname: str, *_args: object) -> None:
        if fullname.partition(".")[0] == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")


@pytest.fixture
def without_pango(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in [name for name in sys.modules if name.partition(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [_NoPango(), *sys.meta_path])
    yield
    monkeypatch.undo()


@pytest.mark.usefixtures("without_pango")
def test_without_pango_the_pdf_says_why_and_all_else_works(
    story: Story, plan: ActionPlan, share: PlanShare, alice: Client
) -> None:
    response = pdf_at(alice, reverse("share_pdf", args=[share.pk]))
    assert response.status_code == 503
    assert "because the Pango library is missing" in text_of(response)
    for page in (reverse("plan", args=[story.finding.pk]), reverse("share", args=[share.pk])):
        assert alice.get(page).status_code == 200
