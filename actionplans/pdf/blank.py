"""The template itself on paper, to be written on or filled in elsewhere: nobody's, so anybody may have it."""

from django.template.loader import render_to_string
from django.utils import translation

from actionplans.annex import CURRENT
from actionplans.annex.definition import FieldKind
from actionplans.pdf.paper import STYLE, UNDATED
from carportal.core.printing import Printable

BLANK_FILE_NAME = "car-action-plan.pdf"


def blank_paper(locale: str) -> Printable:
    """Every row of the current template with what belongs there, and room to write."""
    with translation.override(locale):
        title = str(CURRENT.title)
        html = render_to_string(
            "actionplans/pdf/blank.html",
            {
                "template": CURRENT,
                "rows": [(field, field.kind == FieldKind.TEXT) for field in CURRENT.fields],
                "locale": locale,
                "title": title,
                "on_each_page": title,
            },
        )
    return Printable(
        html=html, style=render_to_string(STYLE), title=title, language=locale, created=UNDATED, attached={}
    )
