"""What stands in one cell, read as what its column is about; a cell that cannot be is told why."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from findings.importing.countries import country_code
from findings.importing.known import Companies, KnownOrganisation
from findings.importing.tables import Value
from findings.models import AuditType, EntryType
from findings.publishing.situation import normalised
from findings.requirements import AREA_CODES, FOUR_PILLARS, TWO_PILLARS, Requirement, parse_requirement


class Bad(ValueError):
    """A value that cannot be taken; says why and what to write instead."""


AUDIT_TYPES = {
    AuditType.INITIAL: "initial|initial audit|full initial|full initial audit|initial full audit|initial full",
    AuditType.PERIODIC: """periodic|periodic audit|full periodic|full periodic audit|periodical|periodical audit
        |periodic full audit|periodic full""",
    AuditType.FOLLOW_UP_FULL: """full follow up|full follow up audit|follow up full|follow up full audit
        |full followup|full followup audit""",
    AuditType.FOLLOW_UP_PARTIAL: """partial follow up|partial follow up audit|follow up partial
        |follow up partial audit|partial followup|partial followup audit|partial""",
}
FINDING_TYPES = {
    EntryType.CAR: """car|cars|collaborative action required|collaborative action required car
        |car collaborative action required|collaborative actions required|collaborative action""",
    EntryType.NON_COMPLIANCE: """non compliance|non compliances|noncompliance|nc|ncs|non compliant|non conformance
        |non conformity|critical|major|minor|business critical|critical nc|major nc|minor nc|business critical nc
        |critical non compliance|major non compliance|minor non compliance|business critical non compliance
        |non compliance critical|non compliance major|non compliance minor|non compliance business critical""",
    EntryType.OBSERVATION: "observation|observations|obs",
}
NOTHING_FOUND = {"", "none", "no finding", "no findings", "nothing", "nothing found", "clean", "n a", "nil"}
# As the portal itself words a scope, too: "Two pillars: all areas but 10B and 10C".
_PILLARS = re.compile(r"(?:smeta )?(four|4|two|2) ?(?:p|pillars?)(?: smeta)?(?: audit)?(?: all areas.*)?")
# Not the end of a line, which a longer text may have.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def _by_name(kinds: dict[AuditType, str] | dict[EntryType, str]) -> dict[str, str]:
    return {
        name.strip(): str(kind)
        for kind, names in kinds.items()
        for name in " ".join(names.split()).replace(" |", "|").split("|")
    }


_AUDIT_TYPE_OF = _by_name(AUDIT_TYPES)
_FINDING_TYPE_OF = _by_name(FINDING_TYPES)


def as_text(value: Value) -> str:
    """As a person sees it in the cell, without what no text has; the ends of lines stay."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value).replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", text).strip()


def as_line(value: Value, most: int) -> str:
    """Text on one line, of `most` characters at the most."""
    return _short_enough(" ".join(as_text(value).split()), most)


def as_lines(value: Value, most: int) -> str:
    return _short_enough(as_text(value), most)


def _short_enough(text: str, most: int) -> str:
    if len(text) > most:
        raise Bad(
            _("This is too long: %(length)s characters, where %(most)s fit.")
            % {"length": len(text), "most": most}
        )
    return text


def reference_of(value: Value, prefix: str) -> str:
    """ZC or ZS and digits, however it is spaced."""
    reference = "".join(as_text(value).split()).upper()
    if not re.fullmatch(rf"{prefix}[0-9]{{4,15}}", reference):
        raise Bad(
            _("This is no such reference: it is %(prefix)s and digits, as in %(prefix)s1000123.")
            % {"prefix": prefix}
        )
    return reference


def country_of(value: Value) -> str:
    code = country_code(as_text(value))
    if code is None:
        raise Bad(
            _("No country has this name or code. Write it in English, or its ISO code, such as Spain or ES.")
        )
    return code


def audit_type_of(value: Value) -> AuditType:
    kind = _AUDIT_TYPE_OF.get(normalised(as_text(value)))
    if kind is None:
        raise Bad(_not_among([str(each.label) for each in AuditType]))
    return AuditType(kind)


def finding_type_of(value: Value) -> EntryType | None:
    """None where the cell says that the audit found nothing."""
    name = normalised(as_text(value))
    if name in NOTHING_FOUND:
        return None
    kind = _FINDING_TYPE_OF.get(name)
    if kind is None:
        raise Bad(
            _not_among(["CAR", *(str(each.label) for each in EntryType if each != EntryType.CAR)])
            + " "
            + _("Leave it empty if the audit found nothing.")
        )
    return EntryType(kind)


def _not_among(labels: list[str]) -> str:
    return _("This is not among those that are known: %(kinds)s.") % {"kinds": get_text_list(labels, _("or"))}


def company_of(value: Value, companies: Companies) -> KnownOrganisation:
    """The audit company, by its reference, or by its name if only one is called so."""
    name = as_text(value)
    found = companies.get("".join(name.split()).upper()) or companies.get(normalised(name), ())
    if len(found) == 1:
        return found[0]
    raise Bad(
        _("Several audit companies are called so. Write the reference instead, such as ZC1000123.")
        if found
        else _("No audit company of this name is here. Check the name, or add the company first.")
    )


def requirement_of(value: Value) -> tuple[str, Requirement]:
    """The code as it is printed, and what it stands for."""
    code = " ".join(as_text(value).split())
    requirement = parse_requirement(code)
    if requirement is None or len(code) > 20:
        raise Bad(
            _("This is no code of a Workplace Requirement. Write the area and the letter, such as 5A.B.")
        )
    return code, requirement


def scope_of(value: Value) -> tuple[str, ...] | None:
    """The areas in the order of the audit report; None where the cell says nothing."""
    text = as_text(value)
    if not text:
        return None
    name = normalised(text)
    if name in {"all", "all areas"}:
        return tuple(FOUR_PILLARS)
    if pillars := _PILLARS.fullmatch(name):
        return tuple(FOUR_PILLARS if pillars[1] in {"4", "four"} else TWO_PILLARS)
    left_out = name.startswith(("all areas but ", "all but ", "all areas except ", "all except "))
    words = re.sub(r"^(?:all areas|all) (?:but|except) ", "", name).upper().split()
    codes = {word for word in words if word not in {"AND", "AREAS", "AREA", "ONLY"}}
    if not codes or not codes <= set(AREA_CODES) or name in {"2", "4"}:
        raise Bad(
            _("This is no scope. Write “four pillars”, “two pillars”, or the areas, such as 1, 1A, 5A.")
        )
    return tuple(code for code in AREA_CODES if (code in codes) != left_out)


def addresses_of(value: Value) -> tuple[str, ...]:
    """The e-mail addresses in a cell, in small letters, divided by commas, semicolons or spaces."""
    addresses = []
    for address in re.split(r"[\s,;]+", unicodedata.normalize("NFKC", as_text(value))):
        if not address:
            continue
        try:
            validate_email(address)
        except ValidationError:
            raise Bad(_("“%(text)s” is no e-mail address.") % {"text": address[:100]}) from None
        if len(address) > 254:
            raise Bad(
                _("This is too long: %(length)s characters, where %(most)s fit.")
                % {"length": len(address), "most": 254}
            )
        addresses.append(address.lower())
    return tuple(dict.fromkeys(addresses))
