"""Two people add, write, move and remove rows in any interleaving, and neither loses what the other cannot see."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from actionplans.annex import CURRENT, value_digest
from actionplans.plans.drafts import Change
from actionplans.plans.rows import RowPlace, Step, StepKind, Table, gone_rows

# Who does what to which of the rows: "x", "y" and "z" are added by either, under an id of their own.
IDS = {name: UUID(int=n) for n, name in enumerate("xyz", start=1)}
steps = st.lists(
    st.tuples(
        st.sampled_from("AB"),
        st.sampled_from(["add", "type", "up", "remove", "save"]),
        st.sampled_from("xyz"),
    ),
    max_size=30,
)


@given(steps)
def test_no_interleaving_of_two_people_loses_what_one_wrote(script):
    """Each works on a screen of their own; whatever was typed is saved, taken out by its writer, or handed back."""
    portal = Portal()
    people = {name: Desk(portal) for name in "AB"}
    for person, what, name in script:
        people[person].do(what, IDS[name])
    for desk in people.values():
        desk.do("save", IDS["x"])


class Portal:
    def __init__(self) -> None:
        self.table = Table(CURRENT, {})

    def texts(self) -> dict[UUID, str]:
        return {row.id: row.cells["what"] for row in self.table.groups["causes"]}


class Desk:
    """A form that is opened anew after each save; `typed` is what was written in it since."""

    def __init__(self, portal: Portal) -> None:
        self.portal, self.count = portal, 0
        self.reload()

    def reload(self) -> None:
        self.shown: dict[UUID, str] = self.portal.texts()
        self.typed: dict[UUID, str] = {}

    def do(self, what: str, row_id: UUID) -> None:
        if what == "type" and row_id in self.shown:
            self.count += 1
            self.typed[row_id] = f"{id(self)}/{self.count}"
        elif what in {"add", "up", "remove", "save"}:
            self.save(what, row_id)

    def save(self, what: str, row_id: UUID) -> None:
        table, before = self.portal.table, self.portal.texts()
        changes = {
            f"{each}.what": Change(self.typed.get(each, text), value_digest(text))
            for each, text in self.shown.items()
        }
        fresh = {each: text for each, text in self.typed.items() if before.get(each) == self.shown[each]}
        table.write({f"{each}.what": text for each, text in fresh.items()})
        place = RowPlace(row_id, "causes")
        removed = False
        if what == "add":
            assert table.add(place)
        elif what == "up":
            table.move(place, by=-1)
        elif what == "remove" and not table.was_changed(Step(StepKind.REMOVE, place), changes):
            removed = row_id in before
            table.remove(row_id)
        shown = [RowPlace(each, "causes") for each in self.shown]
        settled = {row_id} if what == "remove" else set()
        gone = {row.place.id: row.cells["what"] for row in gone_rows(table, shown, changes, settled)}
        after = self.portal.texts()
        # What somebody else wrote stays, but for what was seen and removed.
        for each, text in before.items():
            if removed and each == row_id:
                assert text == self.shown[each]
            else:
                assert after[each] == fresh.get(each, text)
        # What was typed here into a row that is gone is handed back.
        lost = {each: text for each, text in self.typed.items() if each not in after and each not in settled}
        assert gone == lost
        self.reload()
