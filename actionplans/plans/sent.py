"""The form of a draft as a browser sends it: what was changed, which rows were shown, what is done to them."""

from collections.abc import Iterator
from functools import cached_property
from uuid import UUID

from django.utils.datastructures import MultiValueDict

from actionplans.annex import CURRENT, Template, template_of
from actionplans.plans.rows import RowPlace, Step, StepKind

MINE, THEIRS = "mine", "theirs"
TEMPLATE, TOKEN, ROW, DO = "template_version", "draft_token", "row", "do"


def based_on(name: str) -> str:
    """The control that has the digest of what stood in a field or cell."""
    return f"based_on_{name}"


class SentDraft:
    """Of a row, the form names its place; its cells only where the row was open on the page.

    Names are those of fields, and addresses of cells. What was tampered with names nothing.
    """

    def __init__(self, data: MultiValueDict[str, str]) -> None:
        self.data = data
        self.token = data.get(TOKEN, "")

    @cached_property
    def template(self) -> Template:
        """The version for which the form was made."""
        try:
            return template_of(self.data.get(TEMPLATE, ""))
        except KeyError:
            return CURRENT

    @cached_property
    def places(self) -> list[RowPlace]:
        """The rows on the writer's screen, each once."""
        read = [RowPlace.read(spelt, self.template) for spelt in self.data.getlist(ROW)]
        return list({place.id: place for place in read if place is not None}.values())

    @cached_property
    def open_rows(self) -> set[UUID]:
        return {place.id for place in self.places if any(name in self.data for name in self._cells(place))}

    @cached_property
    def changes(self) -> dict[str, tuple[str, str]]:
        """What `save_draft` takes: each text with the digest of the one that it is to replace."""
        changes, let_go = {}, self._let_go
        for name in self._names():
            choice = self.data.get(f"choose_{name}", "")
            if choice == THEIRS or name not in self.data or name.partition(".")[0] in let_go:
                continue
            undecided = f"conflict_{name}" in self.data and choice != MINE
            changes[name] = (self.data.get(name, ""), "" if undecided else self.data.get(based_on(name), ""))
        return changes

    @cached_property
    def shown(self) -> list[RowPlace]:
        """The rows on the writer's screen, but for those that they let go."""
        let_go = self._let_go
        return [place for place in self.places if str(place.id) not in let_go]

    @cached_property
    def steps(self) -> list[Step]:
        """What is done to rows: those that are put back, then what the button says that was pressed."""
        back = [Step(StepKind.PUT_BACK, place) for place in self.places if self._choice_of(place) == MINE]
        return [*back, self.pressed] if self.pressed else back

    @cached_property
    def pressed(self) -> Step | None:
        """`up actions:…`, and for a row that was not open the digest of what it said."""
        kind, _blank, rest = self.data.get(DO, "").partition(" ")
        spelt, _blank, seen = rest.partition(" ")
        place = RowPlace.read(spelt, self.template)
        if place is None or kind not in set(StepKind) - {StepKind.PUT_BACK}:
            return None
        return Step(StepKind(kind), place, seen)

    @cached_property
    def opened(self) -> RowPlace | None:
        """The row that a button is to open."""
        kind, _blank, spelt = self.data.get(DO, "").partition(" ")
        return RowPlace.read(spelt, self.template) if kind == "open" else None

    def _names(self) -> Iterator[str]:
        yield from self.template.field_names
        for place in self.places:
            yield from self._cells(place)

    def _cells(self, place: RowPlace) -> list[str]:
        return [f"{place.id}.{column.name}" for column in self.template.group(place.group).columns]

    @property
    def _let_go(self) -> set[str]:
        return {str(place.id) for place in self.places if self._choice_of(place) == THEIRS}

    def _choice_of(self, place: RowPlace) -> str:
        """A row goes, or comes back, with the one to which it belongs."""
        return self.data.get(f"choose_{place.id}") or self.data.get(f"choose_{place.parent}", "")
