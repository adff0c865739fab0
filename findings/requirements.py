"""Workplace Requirements (WR): the areas of SMETA 7 and the codes that audits print for them."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

SCHEME = "smeta-7"

# In the order of the audit report. Stored as the code; the title is only shown.
AREAS = [
    ("0", _("0 Enabling accurate assessment")),
    ("1", _("1 Employment is freely chosen")),
    ("1A", _("1A Responsible recruitment and entitlement to work")),
    ("2", _("2 Freedom of association and collective bargaining")),
    ("3", _("3 Working conditions are safe and hygienic")),
    ("4", _("4 Child labour shall not be used")),
    ("5", _("5 Legal wages are paid")),
    ("5A", _("5A Living wages are paid")),
    ("6", _("6 Working hours are not excessive")),
    ("7", _("7 No discrimination is practised")),
    ("8", _("8 Regular employment is provided")),
    ("8A", _("8A Subcontracting and homeworking")),
    ("9", _("9 No harsh or inhumane treatment")),
    ("10A", _("10A Environment: two pillars")),
    ("10B", _("10B Environment: four pillars")),
    ("10C", _("10C Business ethics")),
]
AREA_TITLES = dict(AREAS)
AREA_CODES = [code for code, _title in AREAS]
FOUR_PILLARS = list(AREA_CODES)
# A two-pillar audit leaves these out.
TWO_PILLARS = [code for code in AREA_CODES if code not in {"10B", "10C"}]


@dataclass(frozen=True, slots=True)
class Requirement:
    """A WR: area ("5A") and letter ("B")."""

    area: str
    letter: str

    def __str__(self) -> str:
        return f"{self.area}.{self.letter}"


def parse_requirement(code: str) -> Requirement | None:
    """Read a printed code: "5.A.B" and "5A.B" are area 5A, letter B; "5.A" is area 5, letter A.

    The last token is the letter, whatever comes before is the area. None where the code names no area
    of the scheme or has no letter ("5A" alone could be either, so it is refused).
    """
    tokens = [token for token in re.split(r"[.\s\-/]+", code.strip().upper()) if token]
    glued = re.fullmatch(r"(\d{1,2}[A-C]?)([A-Z])", tokens[0]) if len(tokens) == 1 else None
    if glued and tokens[0] not in AREA_CODES:
        tokens = [glued[1], glued[2]]
    if len(tokens) < 2 or not re.fullmatch(r"[A-Z]", tokens[-1]):
        return None
    area = "".join(tokens[:-1])
    return Requirement(area, tokens[-1]) if area in AREA_CODES else None
