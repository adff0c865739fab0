"""Two people write one draft in any interleaving, against the rule of merging in plain words."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actionplans.annex import value_digest
from actionplans.plans.drafts import Change, merge
from actionplans.plans.rows import SaveResult
from actionplans.plans.services import save_draft, start_plan
from carportal.core.models import AuditEvent
from tests.actionplans.conftest import Story
from tests.actionplans.making import (
    saved,
    texts_of,
    undone,
)

pytestmark = pytest.mark.django_db
in_database = settings(
    max_examples=settings().max_examples // 7, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

FREE = ["root_cause", "stakeholders", "investigation", "actions"]


@dataclass
class Screen:
    """What one person sees of the draft, and what they typed since."""

    shown: dict[str, str]
    typed: dict[str, str] = field(default_factory=dict)


steps = st.lists(
    st.one_of(
        st.tuples(st.just("type"), st.sampled_from("AB"), st.sampled_from(FREE), st.sampled_from("xyz ")),
        st.tuples(st.sampled_from(["save", "reload"]), st.sampled_from("AB"), st.none(), st.none()),
    ),
    max_size=25,
)


# Who saves, all that stands in the form, and what stood in it when it was opened.
Save = Callable[[str, dict[str, str], dict[str, str]], SaveResult]


class Desk:
    """Two people write one draft; `save` is the portal's, pure or on the database."""

    def __init__(self, kept: dict[str, str], save: Save) -> None:
        self.kept = dict(kept)
        self.save_to_portal = save
        self.screens = {person: Screen(dict(kept)) for person in "AB"}
        self.saved: dict[str, dict[str, str]] = {"A": {}, "B": {}}

    def step(self, what: str, person: str, name: str | None, text: str | None) -> None:
        screen = self.screens[person]
        if what == "type" and name is not None and text is not None:
            screen.typed[name] = text.strip() and f"{screen.typed.get(name, '')}{person}{text}"
        elif what == "reload":
            screen.shown, screen.typed = dict(self.kept), {}
        elif what == "save":
            self._save(person, screen)

    def _save(self, person: str, screen: Screen) -> None:
        sent = {**screen.shown, **screen.typed}
        result = self.save_to_portal(person, sent, screen.shown)
        wanted = {name: text for name, text in screen.typed.items() if text != screen.shown.get(name, "")}
        fresh = {name for name in wanted if screen.shown.get(name, "") == self.kept.get(name, "")}
        same = {name for name, text in wanted.items() if text == self.kept.get(name, "")}
        assert result.written == fresh - same
        # Nothing that its writer had not seen is overwritten; both texts come back instead.
        assert {each.name: (each.wanted, each.kept) for each in result.conflicts} == {
            name: (wanted[name], self.kept.get(name, "")) for name in set(wanted) - fresh - same
        }
        self.kept |= {name: wanted[name] for name in result.written}
        self.saved[person] |= {name: wanted[name] for name in fresh | same}
        screen.shown = {**screen.shown, **wanted, **{each.name: each.kept for each in result.conflicts}}
        screen.typed = {each.name: each.wanted for each in result.conflicts}


def purely(desk_kept: dict[str, str]) -> Save:
    """The merge without a database, on a draft of its own."""

    def save(person: str, sent: dict[str, str], shown: dict[str, str]) -> SaveResult:
        changes = {name: Change(text, value_digest(shown.get(name, ""))) for name, text in sent.items()}
        writes, conflicts = merge(desk_kept, changes)
        desk_kept.update(writes)
        return replace(saved(*writes), conflicts=tuple(conflicts))

    return save


class TestMerging:
    @settings(max_examples=settings().max_examples // 2)
    @given(steps)
    def test_any_interleaving_of_two_people_overwrites_nothing_unseen(self, script):
        kept = dict.fromkeys(FREE, "")
        desk = Desk(kept, purely(kept))
        for step in script:
            desk.step(*step)
        assert kept == desk.kept

    @settings(max_examples=settings().max_examples // 2)
    @given(steps)
    def test_saves_of_different_fields_all_land(self, script):
        kept = dict.fromkeys(FREE, "")
        desk = Desk(kept, purely(kept))
        for what, person, name, text in script:
            if name is None or (name in FREE[:2]) == (person == "A"):
                desk.step(what, person, name, text)
        for person in "AB":
            desk.step("save", person, None, None)
        assert kept == {**dict.fromkeys(FREE, ""), **desk.saved["A"], **desk.saved["B"]}

    @in_database
    @given(steps)
    def test_the_portal_merges_as_the_rule_says(self, story: Story, script):
        actors = {"A": story.alice, "B": story.bob}
        with undone():
            plan = start_plan(finding_id=story.finding.pk, actor=story.alice)

            def save(person: str, sent: dict[str, str], shown: dict[str, str]) -> SaveResult:
                changes = {name: (text, value_digest(shown.get(name, ""))) for name, text in sent.items()}
                return save_draft(finding_id=plan.finding_id, actor=actors[person], changes=changes)

            desk = Desk(texts_of(plan), save)
            for step in script:
                desk.step(*step)
                assert texts_of(plan) == desk.kept
            assert AuditEvent.objects.filter(kind="plan_draft_edited").count() <= 1
