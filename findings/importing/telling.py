"""A report in words, the same on the page and at the terminal."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from findings.importing.reports import Report
from findings.models import AuditType
from stakeholders.countries import COUNTRIES

FIELDS = {
    "site_reference": lambda: _("site"),
    "company_id": lambda: _("audit company"),
    "type": lambda: _("type"),
    "date": lambda: _("date"),
    "scope": lambda: _("scope"),
}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that importing does, and the row that says so."""

    row: int
    name: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """What importing does of one kind, under its title."""

    title: str
    items: list[Item] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.items)


def changes_something(report: Report) -> bool:
    return any(_does(report["counts"]))


def sentence_of(report: Report) -> str:
    """ "This records 12 audits with 40 findings, adds 3 suppliers and 5 sites." """
    counts = report["counts"]
    told = list(_does(counts))
    if not told:
        return _("This changes nothing: all of it is here already.")
    return _("This %(does)s.") % {"does": get_text_list(told, _("and"))}


def _does(counts: dict[str, int]) -> Iterator[str]:
    audits, findings = counts["audits"], counts["findings"]
    if audits:
        recorded = ngettext("records %(n)s audit", "records %(n)s audits", audits) % {"n": audits}
        found = ngettext("with %(n)s finding", "with %(n)s findings", findings) % {"n": findings}
        yield f"{recorded} {found}"
    for name, text in (
        ("changed", ngettext("changes %(n)s audit", "changes %(n)s audits", counts["changed"])),
        ("suppliers", ngettext("adds %(n)s supplier", "adds %(n)s suppliers", counts["suppliers"])),
        ("sites", ngettext("adds %(n)s site", "adds %(n)s sites", counts["sites"])),
        (
            "contacts",
            ngettext("prepares %(n)s invitation", "prepares %(n)s invitations", counts["contacts"]),
        ),
    ):
        if counts[name]:
            yield text % {"n": counts[name]}


def notes_of(report: Report) -> list[str]:
    """What a person is to know before, or may wonder about."""
    counts, notes = report["counts"], list(report["notes"])
    if counts["same"]:
        notes.insert(0, _note_same(counts["same"]))
    if counts["published"]:
        notes.insert(0, _note_published(counts["published"]))
    if report["unknown_columns"]:
        names = get_text_list([f"“{name}”" for name in report["unknown_columns"]], _("and"))
        notes.append(_("These columns are not read: %(names)s.") % {"names": names})
    if report["other_sheets"]:
        notes.append(
            _("Only the sheet “%(sheet)s” is read, none of these: %(others)s.")
            % {"sheet": report["sheet"], "others": ", ".join(report["other_sheets"])}
        )
    return notes


def _note_same(count: int) -> str:
    return ngettext(
        "%(n)s audit is here already, just as the file has it, and not published yet. It is passed over.",
        "%(n)s audits are here already, just as the file has them, and not published yet. They are passed over.",
        count,
    ) % {"n": count}


def _note_published(count: int) -> str:
    return ngettext(
        "%(n)s audit is published already, just as the file has it. It is passed over.",
        "%(n)s audits are published already, just as the file has them. They are passed over.",
        count,
    ) % {"n": count}


def parts_of(report: Report) -> list[Part]:
    """All that importing does, by its kind; kinds of which there is nothing are left out."""
    parts = [
        Part(_("Suppliers added"), [_supplier(each) for each in report["suppliers"]]),
        Part(_("Sites added"), [_site(each) for each in report["sites"]]),
        Part(_("Audits recorded"), [_audit(each) for each in report["audits"]]),
        Part(_("Audits changed"), [_changed(each) for each in report["changed"]]),
        Part(_("Invitations prepared"), [_contact(each) for each in report["contacts"]]),
    ]
    return [part for part in parts if part.items]


def _supplier(row: Any) -> Item:
    return Item(row["row"], row["reference"], row["name"])


def _site(row: Any) -> Item:
    country = dict(COUNTRIES).get(row["country"], row["country"])
    text = _("%(name)s, %(country)s, of supplier %(supplier)s")
    return Item(
        row["row"],
        row["reference"],
        text % {"name": row["name"], "country": country, "supplier": row["supplier_reference"]},
    )


def _audit(row: Any) -> Item:
    cars, others = row["cars"], row["others"]
    found = [
        text % {"n": count}
        for count, text in (
            (cars, ngettext("%(n)s CAR", "%(n)s CARs", cars)),
            (others, ngettext("%(n)s other finding", "%(n)s other findings", others)),
        )
        if count
    ]
    day = parse_date(row["date"])
    text = _("%(site)s, %(type)s, %(date)s: %(found)s") % {
        "site": row["site"],
        "type": str(AuditType(row["type"]).label).lower(),
        "date": date_format(day, "j F Y") if day else row["date"],
        "found": get_text_list(found, _("and")) or _("clean, nothing was found"),
    }
    return Item(row["row"], row["reference"], text)


def _changed(row: Any) -> Item:
    told = [
        _("other %(fields)s")
        % {"fields": get_text_list([FIELDS[name]() for name in row["fields"]], _("and"))}
        if row["fields"]
        else "",
        _("findings added: %(codes)s") % {"codes": ", ".join(row["added"])} if row["added"] else "",
        _("findings changed: %(codes)s") % {"codes": ", ".join(row["changed"])} if row["changed"] else "",
        _("findings removed: %(codes)s") % {"codes": ", ".join(row["removed"])} if row["removed"] else "",
    ]
    text = f"{row['site']}: {'; '.join(filter(None, told))}"
    return Item(row["row"], row["reference"], text)


def _contact(row: Any) -> Item:
    text = _("to manage supplier %(supplier)s") % {"supplier": row["supplier_reference"]}
    return Item(row["row"], row["address"], text)
