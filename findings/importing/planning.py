"""From rows and what is here already to a plan; its rules are told in the package."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from findings.importing.audits import AuditLines, AuditPlanner
from findings.importing.columns import Column, Header
from findings.importing.known import EntryText, Known, entry_key
from findings.importing.lines import Line, Problem
from findings.importing.plans import Contact, ImportPlan, NewSite, NewSupplier
from findings.importing.wording import note_lost_texts, note_more_names, note_scope, note_twice
from findings.publishing.situation import normalised
from findings.scopes import scope_in_words

NAMES_TOLD = 20


def plan_import(lines: Iterable[Line | list[Problem]], header: Header, known: Known) -> ImportPlan:
    """What the rows bring about; with problems, all of them."""
    planner = _Planner(header, known)
    for line in lines:
        if isinstance(line, Line):
            planner.add(line)
        else:
            planner.plan.problems += line
    return planner.finish()


class _Said(NamedTuple):
    """What the first row said of something, for a later one to agree with."""

    row: int
    compared: object


class _Planner:
    def __init__(self, header: Header, known: Known) -> None:
        self.header = header
        self.known = known
        self.plan = ImportPlan()
        self.said: dict[tuple[str, str, Column], _Said] = {}
        self.audits: dict[str, AuditLines] = {}
        self.contacts: set[tuple[str, str]] = set()
        self.new_suppliers: set[str] = set()
        self.new_sites: set[str] = set()
        self.other_names: dict[str, str] = {}
        self.lost_texts = 0
        self.twice = 0

    def finish(self) -> ImportPlan:
        audits = AuditPlanner(self.header, self.plan)
        for key, lines in self.audits.items():
            audits.add(self.known.audits.get(key), lines)
        self._note()
        self.plan.problems.sort(key=lambda problem: problem.row)
        return self.plan

    # --- One row after the other ------------------------------------------------------------------

    def add(self, line: Line) -> None:
        before = len(self.plan.problems)
        self._agree_on_supplier_and_site(line)
        if len(self.plan.problems) > before:
            return
        self._add_supplier(line)
        self._add_site(line)
        self._add_contacts(line)
        self._add_to_audit(line)

    def _object(self, line: Line, column: Column, value: str, reason: str) -> None:
        self.plan.problems.append(Problem(line.row, self.header.shown(column), value[:200], reason))

    def _agree(
        self, line: Line, about: tuple[str, str], column: Column, value: str, compared: object
    ) -> None:
        """Object where an earlier row said otherwise of the same thing."""
        said = self.said.setdefault((*about, column), _Said(line.row, compared))
        if said.compared != compared:
            self._object(
                line,
                column,
                value,
                _("Row %(row)s has another value for %(what)s. Make the two rows agree.")
                % {"row": said.row, "what": about[1]},
            )

    def _agree_on_supplier_and_site(self, line: Line) -> None:
        supplier, site = line.supplier_reference, line.site_reference
        self._agree(
            line,
            ("supplier", supplier),
            Column.SUPPLIER_NAME,
            line.supplier_name,
            normalised(line.supplier_name),
        )
        self._agree(line, ("site", site), Column.SITE_NAME, line.site_name, normalised(line.site_name))
        self._agree(line, ("site", site), Column.SUPPLIER_REFERENCE, supplier, supplier)
        self._agree(line, ("site", site), Column.COUNTRY, line.country, line.country)
        organisation, known_site = self.known.organisations.get(supplier), self.known.sites.get(site)
        if organisation is not None and not organisation.is_supplier:
            reason = _("%(name)s has this reference here, and is no supplier.") % {"name": organisation.name}
            self._object(line, Column.SUPPLIER_REFERENCE, supplier, reason)
        if known_site is None:
            return
        if known_site.supplier_reference != supplier:
            reason = _("The site %(site)s belongs to the supplier %(supplier)s here.") % {
                "site": site,
                "supplier": known_site.supplier_reference,
            }
            self._object(line, Column.SUPPLIER_REFERENCE, supplier, reason)
        if known_site.country != line.country:
            reason = _("The site %(site)s is in another country here (%(country)s). Check its reference.") % {
                "site": site,
                "country": known_site.country,
            }
            self._object(line, Column.COUNTRY, line.country, reason)

    def _add_supplier(self, line: Line) -> None:
        reference = line.supplier_reference
        organisation = self.known.organisations.get(reference)
        if organisation is not None:
            self._note_name(reference, organisation.name, line.supplier_name)
        elif reference not in self.new_suppliers:
            self.new_suppliers.add(reference)
            self.plan.suppliers.append(NewSupplier(line.row, reference, line.supplier_name))

    def _add_site(self, line: Line) -> None:
        reference = line.site_reference
        site = self.known.sites.get(reference)
        if site is not None:
            self._note_name(reference, site.name, line.site_name)
        elif reference not in self.new_sites:
            self.new_sites.add(reference)
            self.plan.sites.append(
                NewSite(line.row, reference, line.site_name, line.country, line.supplier_reference)
            )

    def _note_name(self, reference: str, here: str, there: str) -> None:
        if normalised(here) != normalised(there):
            self.other_names[reference] = _("%(reference)s keeps its name here, “%(name)s”.") % {
                "reference": reference,
                "name": here,
            }

    def _add_contacts(self, line: Line) -> None:
        supplier = self.known.organisations.get(line.supplier_reference)
        for address in line.contacts:
            key = (line.supplier_reference, address)
            if key not in self.contacts and (supplier is None or address not in supplier.addresses):
                self.contacts.add(key)
                self.plan.contacts.append(Contact(line.row, *key))

    def _add_to_audit(self, line: Line) -> None:
        key = line.audit_reference.upper()
        about = ("audit", key)
        before = len(self.plan.problems)
        self._agree(line, about, Column.SITE_REFERENCE, line.site_reference, line.site_reference)
        self._agree(line, about, Column.AUDIT_TYPE, str(line.type.label), line.type)
        self._agree(line, about, Column.AUDIT_DATE, date_format(line.date, "j F Y"), line.date)
        self._agree(line, about, Column.AUDIT_COMPANY, line.company.name, line.company.id)
        if line.scope is not None:
            self._agree(line, about, Column.SCOPE, scope_in_words(line.scope), line.scope)
        if len(self.plan.problems) > before:
            return
        audit = self.audits.setdefault(key, AuditLines(line))
        audit.scope = audit.scope or line.scope
        self._add_finding(audit, line)

    def _add_finding(self, audit: AuditLines, line: Line) -> None:
        found = line.found
        if found is None:
            audit.clean_row = line.row if audit.clean_row is None else audit.clean_row
            return
        self.lost_texts += line.lost_text
        key = entry_key(found.type, found.requirement, found.title)
        text = EntryText(found.code, found.title, found.details)
        if key not in audit.entries:
            audit.entries[key], audit.rows[key] = text, line.row
        elif found.is_car and audit.entries[key].details != found.details:
            self._object(
                line,
                Column.DETAILS,
                found.details,
                _("Row %(row)s has the same CAR with other details. Keep one of the two rows.")
                % {"row": audit.rows[key]},
            )
        else:
            self.twice += 1

    # --- What to know before ----------------------------------------------------------------------

    def _note(self) -> None:
        counted: list[tuple[int, Callable[[int], str]]] = [
            (len(self.other_names) - NAMES_TOLD, note_more_names),
            (self._without_scope(), note_scope),
            (self.lost_texts, note_lost_texts),
            (self.twice, note_twice),
        ]
        names = list(self.other_names.values())[:NAMES_TOLD]
        self.plan.notes = [*names, *(tell(count) for count, tell in counted if count > 0)]

    def _without_scope(self) -> int:
        return sum(lines.scope is None and key not in self.known.audits for key, lines in self.audits.items())
