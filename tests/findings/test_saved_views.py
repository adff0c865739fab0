"""Filters are saved under a name, for oneself or for one's organisation, and whoever opens them sees one's own CARs."""

from datetime import date
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from carportal.core.actor import Role
from carportal.core.errors import Conflict, InvalidInput, NotAllowed
from findings.models import SavedView
from findings.saved import services
from findings.saved.services import Naming, change_view, remove_view
from stakeholders.models import Membership
from tests.findings.saving import WAGES, save_cars
from tests.findings.scene import audits_of, errors_on, text_of
from tests.parallel import at_once, errors
from tests.personas import Persona, Personas
from tests.stakeholders.record import sentences
from tests.web.markup import read

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def cars(personas: Personas) -> None:
    audits_of(personas).hold(date(2025, 3, 1), "5A.B Wages", "2.A Freedom")


def names_beside(persona: Persona, url: str = "/cars/") -> list[str]:
    """The views that stand beside the filters of a page."""
    page = read(persona.client.get(url).content.decode())
    return [link.text for bar in page.all("nav", class_="views") for link in bar.all("a")]


class TestSaving:
    def test_from_the_list_and_back_to_what_was_chosen(self, personas: Personas) -> None:
        client = personas.compliance.client
        page = read(client.get("/cars/", WAGES).content.decode())
        link = next(link for link in page.all("a") if link.text == "Save this view")
        assert "Area: 5A Living wages are paid" in text_of(client.get(link["href"]))
        done = client.post(link["href"], {"name": " Wages \n everywhere ", "is_shared": "on"}, follow=True)
        assert "The view “Wages everywhere” is saved." in text_of(done)
        assert dict(parse_qsl(urlsplit(done.redirect_chain[-1][0]).query)) == WAGES
        assert done.context["count"] == 1
        assert names_beside(personas.compliance, done.redirect_chain[-1][0]) == [
            "Wages everywhere",
            "Manage views",
        ]

    def test_a_page_on_which_nothing_is_chosen_offers_none(self, personas: Personas) -> None:
        assert names_beside(personas.compliance) == []
        refused = personas.compliance.client.post("/views/save/list/", {"name": "All"})
        assert "Nothing is chosen yet." in text_of(refused)
        assert not SavedView.objects.exists()

    def test_what_its_maker_may_not_choose_is_not_kept(self, personas: Personas) -> None:
        view = save_cars(personas.site, area="5A", supplier=str(personas.site2.organisation.pk), nonsense="1")
        assert view.query == {"area": "5A"}

    def test_the_order_of_the_list_is_kept_and_its_page_is_not(self, personas: Personas) -> None:
        url = "/views/save/list/?area=5A&sort=status&after=2025-03-01&before=x"
        personas.site.client.post(url, {"name": "Wages"})
        assert SavedView.objects.get().query == {"area": "5A", "sort": "status"}

    def test_sent_twice_it_is_saved_once(self, personas: Personas) -> None:
        assert save_cars(personas.site).pk == save_cars(personas.site, "wages").pk

    @pytest.mark.parametrize("is_shared", [True, False])
    def test_a_name_that_is_taken_is_refused_beside_its_field(
        self, is_shared: bool, personas: Personas
    ) -> None:
        save_cars(personas.site, is_shared=is_shared)
        said = {"name": "WAGES", "is_shared": "on"} if is_shared else {"name": "WAGES"}
        response = personas.site.client.post("/views/save/list/?area=2", said)
        (sentence,) = errors_on(response)["name"]
        assert "a view of this name already. Choose another name." in sentence
        assert 'value="WAGES"' in response.content.decode()

    def test_a_name_tells_nothing_of_what_colleagues_keep_for_themselves(self, personas: Personas) -> None:
        save_cars(personas.site)
        assert save_cars(personas.site_manager).name == "Wages"
        assert save_cars(personas.site_manager, is_shared=True, area="2").is_shared

    def test_there_are_so_many_and_no_more(self, personas: Personas, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(services, "MOST", 2)
        for name in ("One", "Two"):
            save_cars(personas.site, name)
        with pytest.raises(Conflict, match="Remove one first"):
            save_cars(personas.site, "Three")
        assert save_cars(personas.site, "Three", is_shared=True)

    @pytest.mark.parametrize("name", ["", "  \n ", "x" * 61])
    def test_a_name_says_something_and_not_too_much(self, name: str, personas: Personas) -> None:
        with pytest.raises(InvalidInput) as refusal:
            save_cars(personas.site, name)
        assert "name" in refusal.value.fields


class TestWhoSeesIt:
    def test_ones_own_is_nobody_elses_and_a_shared_one_is_the_organisations(self, personas: Personas) -> None:
        save_cars(personas.site, "Mine")
        save_cars(personas.site, "Ours", is_shared=True)
        assert names_beside(personas.site)[:2] == ["Mine", "Ours"]
        assert names_beside(personas.site_manager)[0] == "Ours"
        for reader in ("site2", "customer", "compliance", "auditor", "nobody"):
            assert names_beside(personas[reader]) == []
            assert "Ours" not in text_of(personas[reader].client.get("/views/"))

    @pytest.mark.parametrize("is_shared", [True, False])
    def test_others_are_told_that_there_is_none(self, is_shared: bool, personas: Personas) -> None:
        view = save_cars(personas.site, is_shared=is_shared)
        readers = ["site2", "customer", "compliance"] + ([] if is_shared else ["site_manager"])
        for reader in readers:
            for route in ("view_open", "view_change", "view_remove"):
                assert personas[reader].client.get(reverse(route, args=[view.pk])).status_code == 404

    def test_who_leaves_the_organisation_sees_none_of_it(self, personas: Personas) -> None:
        view = save_cars(personas.site)
        Membership.objects.filter(user=personas.site.user).delete()
        assert personas.site.client.get(reverse("view_open", args=[view.pk])).status_code == 404

    def test_what_its_reader_may_not_choose_does_nothing(self, personas: Personas) -> None:
        """As when a colleague shared what hangs on a site that is not there for the reader any more."""
        view = save_cars(personas.site, is_shared=True)
        SavedView.objects.filter(pk=view.pk).update(
            query={"area": "5A", "supplier": str(personas.site2.organisation.pk), "plan": "gone"}
        )
        opened = personas.site_manager.client.get(reverse("view_open", args=[view.pk]), follow=True)
        assert opened.context["count"] == 1
        assert opened.context["saved"].current is None

    def test_a_page_that_its_reader_does_not_have_is_not_there(self, personas: Personas) -> None:
        view = save_cars(personas.site)
        SavedView.objects.filter(pk=view.pk).update(place="home")
        assert personas.site.client.get(reverse("view_open", args=[view.pk])).status_code == 404
        assert "Not open to you" in text_of(personas.site.client.get("/views/"))
        assert personas.site.client.get("/views/save/home/?area=5A").status_code == 404


class TestChanging:
    def test_shared_and_taken_back_it_stands_on_the_record(self, personas: Personas) -> None:
        view = save_cars(personas.site)
        url = reverse("view_change", args=[view.pk])
        for said in (
            {"name": "Wages", "is_shared": "on"},
            {"name": "Pay", "is_shared": "on"},
            {"name": "Pay"},
        ):
            assert personas.site.client.post(url, said).status_code == 302
        assert sentences(personas.site.organisation)[-3:] == [
            "Shared the saved view “Wages” with colleagues",
            "Renamed the shared view “Wages” to “Pay”",
            "Stopped sharing the saved view “Pay”",
        ]

    def test_what_is_ones_own_is_on_no_record(self, personas: Personas) -> None:
        before = sentences(personas.site.organisation)
        view = save_cars(personas.site)
        change_view(view_id=view.pk, actor=personas.site.actor, naming=Naming("Pay", is_shared=False))
        remove_view(view_id=view.pk, actor=personas.site.actor)
        assert sentences(personas.site.organisation) == before

    def test_a_manager_renames_and_removes_what_a_colleague_shares(self, personas: Personas) -> None:
        view = save_cars(personas.site, is_shared=True)
        manager = personas.site_manager
        page = manager.client.get(reverse("view_change", args=[view.pk]))
        assert "is_shared" not in page.context["form"].fields
        changed = change_view(view_id=view.pk, actor=manager.actor, naming=Naming("Pay", is_shared=False))
        assert (changed.name, changed.is_shared) == ("Pay", True)
        assert manager.client.post(reverse("view_remove", args=[view.pk])).status_code == 302
        assert sentences(personas.site.organisation)[-1] == "Removed the shared view “Pay”"

    def test_a_colleague_who_manages_nobody_only_opens_it(self, personas: Personas) -> None:
        view = save_cars(personas.site_manager, is_shared=True)
        assert personas.site.client.get(reverse("view_open", args=[view.pk])).status_code == 302
        for route in ("view_change", "view_remove"):
            assert personas.site.client.get(reverse(route, args=[view.pk])).status_code == 403
        with pytest.raises(NotAllowed):
            remove_view(view_id=view.pk, actor=personas.site.actor)

    def test_who_only_reads_keeps_its_own_and_shares_none(self, personas: Personas) -> None:
        viewer = personas.site_viewer
        view = save_cars(viewer)
        assert names_beside(viewer)[0] == "Wages"
        with pytest.raises(NotAllowed):
            save_cars(viewer, "Ours", is_shared=True)
        with_box = viewer.client.post(
            reverse("view_change", args=[view.pk]), {"name": "Pay", "is_shared": "on"}
        )
        assert with_box.status_code == 302
        view.refresh_from_db()
        assert (view.name, view.is_shared) == ("Pay", False)

    def test_who_only_reads_by_now_changes_nothing_that_it_shared(self, personas: Personas) -> None:
        view = save_cars(personas.site, is_shared=True)
        Membership.objects.filter(user=personas.site.user).update(role=Role.VIEWER)
        assert personas.site.client.post(reverse("view_remove", args=[view.pk])).status_code == 403

    def test_one_that_was_removed_meanwhile_says_so(self, personas: Personas) -> None:
        view = save_cars(personas.site)
        remove_view(view_id=view.pk, actor=personas.site.actor)
        with pytest.raises(Conflict, match="not there any more"):
            change_view(view_id=view.pk, actor=personas.site.actor, naming=Naming("Pay", is_shared=False))


def test_more_views_take_no_more_queries(
    personas: Personas, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(6):
        save_cars(personas.site, f"View {number}", is_shared=number % 2 == 0)
    _ = personas.site.client
    with django_assert_num_queries(4):
        assert text_of(personas.site.client.get("/views/")).count("View ") >= 6


@pytest.mark.django_db(transaction=True)
def test_two_colleagues_share_the_same_name_at_once_and_one_is_told(personas: Personas) -> None:
    results = at_once(
        lambda: save_cars(personas.site, is_shared=True, area="5A"),
        lambda: save_cars(personas.site_manager, "wages", is_shared=True, area="2"),
    )
    (refused,) = errors(results)
    assert isinstance(refused, InvalidInput)
    assert SavedView.objects.count() == 1
