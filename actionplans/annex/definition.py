"""What a version of the template consists of; the versions themselves are modules beside this one."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise


class FieldKind(StrEnum):
    DATE = "date"  # an ISO date
    LINE = "line"  # a text without line breaks
    TEXT = "text"  # paragraphs


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

    @property
    def field_names(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields)

    def field(self, name: str) -> Field:
        """KeyError for a name that this version does not have."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)

    def ask(self, key: str) -> Ask:
        """KeyError for a key that this version does not have."""
        for ask in self.asks:
            if ask.key == key:
                return ask
        raise KeyError(key)

    def is_information_only(self, asks: Mapping[str, bool]) -> bool:
        return any(ask.excludes_others and asks.get(ask.key) for ask in self.asks)
