"""A strict little reader of iCalendar (RFC 5545), written for the tests alone: it takes nothing that a calendar may refuse."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

_LINE = re.compile(
    r"(?P<name>[A-Z-]+)(?P<params>(;[A-Z-]+=(\"[^\"]*\"|[^\":;,]*))*):(?P<value>.*)", re.DOTALL
)
_PARAM = re.compile(r";(?P<name>[A-Z-]+)=(\"(?P<quoted>[^\"]*)\"|(?P<plain>[^\":;,]*))")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_TEXTS = {"SUMMARY", "DESCRIPTION", "LOCATION"}


class Property(NamedTuple):
    value: str
    params: dict[str, str]


@dataclass(frozen=True)
class Appointment:
    """The one event of a calendar, and the calendar's own properties."""

    calendar: dict[str, Property]
    event: dict[str, Property]

    @property
    def method(self) -> str:
        return self.calendar["METHOD"].value

    def __getitem__(self, name: str) -> str:
        return self.event[name].value

    def time(self, name: str) -> datetime:
        assert not self.event[name].params, "a time in UTC names no zone"
        return datetime.strptime(self[name], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def read(text: str) -> Appointment:
    """AssertionError for anything that is not exactly one event in one calendar."""
    lines = _unfold(text)
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    begin, end = lines.index("BEGIN:VEVENT"), lines.index("END:VEVENT")
    assert end == len(lines) - 2, "something follows the event"
    calendar, event = _properties(lines[1:begin]), _properties(lines[begin + 1 : end])
    assert calendar["VERSION"].value == "2.0"
    assert calendar["PRODID"].value
    assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "SUMMARY", "ORGANIZER"} <= set(event)
    return Appointment(calendar, event)


def _unfold(text: str) -> list[str]:
    assert text.endswith("\r\n")
    raw = text.removesuffix("\r\n").split("\r\n")
    assert not any("\n" in line or "\r" in line for line in raw), "a line ends otherwise than by CRLF"
    assert all(len(line.encode()) <= 75 for line in raw), "a line is longer than 75 octets"
    lines: list[str] = []
    for line in raw:
        assert line, "a line is empty"
        if line.startswith(" "):
            lines[-1] += line[1:]
        else:
            lines.append(line)
    return lines


def _properties(lines: list[str]) -> dict[str, Property]:
    found: dict[str, Property] = {}
    for line in lines:
        matched = _LINE.fullmatch(line)
        assert matched, line
        name, value = matched["name"], matched["value"]
        assert name not in found, f"{name} stands twice"
        params = {
            each["name"]: each["quoted"] or each["plain"] or "" for each in _PARAM.finditer(matched["params"])
        }
        found[name] = Property(_plain(value) if name in _TEXTS else value, params)
    return found


def _plain(value: str) -> str:
    assert not re.search(r"(?<!\\)(\\\\)*[,;]", value), "a comma or semicolon is not escaped"
    assert all(each in "\\,;nN" for each in _ESCAPED.findall(value)), "an escape that does not exist"
    return _ESCAPED.sub(lambda each: "\n" if each[1] in "nN" else each[1], value)
