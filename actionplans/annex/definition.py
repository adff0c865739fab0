"""What a version of the template consists of; the versions themselves are modules beside this one."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise


class FieldKind(StrEnum):
    DATE = "date"  # an ISO date
    LINE = "line"  # a text without line breaks
    TEXT = "text"  # paragraphs
    CHOICE = "choice"  # a key of the column's choices
    LINK = "link"  # an address on the web, http or https
    PERIOD = "period"  # a year, a quarter or a month
    ORGANISATION = "organisation"  # the id of one that the site deals with; no reader is shown it
    PARTY = "party"  # the site, or the id of a row of the group of parties


# What people write in their own words; all else is chosen, or has one spelling.
WRITTEN = frozenset({FieldKind.LINE, FieldKind.TEXT, FieldKind.LINK})


class Look(StrEnum):
    """How the rows of a group are shown to a reader."""

    CHAIN = "chain"  # each with the rows below it, one following from another
    ENTRIES = "entries"  # one after the other, each under its first column
    TIMELINE = "timeline"  # drawn over the years, with a table beside it


SITE = "site"  # as a party: the site itself
EVERYONE = "everyone"  # in the column `shown` of a party; whatever else is there is "only itself"


@dataclass(frozen=True, slots=True)
class Field:
    """One row of the template; the label stands on it word for word, guidance and example are ours."""

    name: str
    label: str | Promise
    kind: FieldKind
    guidance: str | Promise
    example: str | Promise
    max_length: int  # characters
    needed_to_share: bool = False
    needed_to_publish: bool = True
    # People write freely here, so the form asks them not to name workers or children.
    asks_not_to_name: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """One cell of each row of a group."""

    name: str
    label: str | Promise
    kind: FieldKind
    guidance: str | Promise = ""
    max_length: int = 40  # characters; of what is chosen, the length of its key or id
    choices: tuple[tuple[str, str | Promise], ...] = ()
    default: str = ""  # what a new row has there
    needed: bool = False  # in a row of which anything is written
    needed_when: tuple[str, str] | None = None  # another column, and what stands there


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of one kind beside the text box of a section: a help, which may be left out altogether."""

    name: str
    field: str  # the section
    label: str | Promise
    one: str | Promise
    add: str | Promise  # what the button says
    look: Look
    columns: tuple[Column, ...]
    guidance: str | Promise = ""
    most: int = 30  # rows in a plan
    of: str = ""  # the group to whose rows these belong
    # A row is a party, which has the columns `organisation`, `name` and `shown`.
    are_parties: bool = False
    have_files: bool = False  # files can be evidence of one of the rows
    finished_when: tuple[str, frozenset[str]] | None = None  # a column, and what stands there at the end

    def column(self, name: str) -> Column:
        """KeyError for a name that the group does not have."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class Ask:
    """One yes/no line of the template's last row, asked of each party on its own."""

    key: str
    label: str | Promise
    short: str | Promise  # for lists and mails
    excludes_others: bool = False
    needs_car_in_progress: bool = False
    needed_fields: tuple[str, ...] = ()  # what must be written before this can be asked


@dataclass(frozen=True, slots=True)
class Template:
    """One version of the template: its rows in their order."""

    version: str
    title: str | Promise
    fields: tuple[Field, ...]
    asks_label: str | Promise
    asks: tuple[Ask, ...]
    groups: tuple[Group, ...] = ()

    @property
    def field_names(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields)

    def field(self, name: str) -> Field:
        """KeyError for a name that this version does not have."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)

    def group(self, name: str) -> Group:
        """KeyError for a name that this version does not have."""
        for group in self.groups:
            if group.name == name:
                return group
        raise KeyError(name)

    def groups_of(self, field: str) -> tuple[Group, ...]:
        """Those that stand beside a section's text box themselves, not within the rows of another."""
        return tuple(group for group in self.groups if group.field == field and not group.of)

    def groups_within(self, group: Group) -> tuple[Group, ...]:
        return tuple(each for each in self.groups if each.of == group.name)

    def ask(self, key: str) -> Ask:
        """KeyError for a key that this version does not have."""
        for ask in self.asks:
            if ask.key == key:
                return ask
        raise KeyError(key)

    def is_information_only(self, asks: Mapping[str, bool]) -> bool:
        return any(ask.excludes_others and asks.get(ask.key) for ask in self.asks)
