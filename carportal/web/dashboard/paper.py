"""A dashboard on paper: its charts drawn, and every figure in a table beside them."""

from base64 import b64encode
from datetime import UTC, datetime, time

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from carportal.core.printing import Printable
from carportal.web.dashboard.figures import Dashboard
from carportal.web.dashboard.telling import About
from carportal.web.outstanding import Outstanding
from carportal.web.quarterly import SERIES, chart_of

STYLE = "web/dashboard/paper.css"


def dashboard_paper(
    board: Dashboard, about: About, outstanding: list[Outstanding], *, others: int, locale: str
) -> Printable:
    """`others` are the parties with something outstanding that there is no room for."""
    with translation.override(locale):
        title = _("CARs in figures: %(what)s") % {"what": about.title}
        chart = chart_of(board.quarters)
        html = render_to_string(
            "web/dashboard/paper.html",
            {
                "about": about,
                "board": board,
                "chart": _as_image(render_to_string("web/dashboard/chart.svg", {"chart": chart}))
                if chart.columns
                else "",
                "series": SERIES.items(),
                "outstanding": outstanding,
                "others": others,
                "locale": locale,
                "title": title,
                "on_each_page": f"{title} · {about.day_in_words}",
            },
        )
    return Printable(
        html=html,
        style=render_to_string(STYLE),
        title=title,
        language=locale,
        created=datetime.combine(about.day, time(), UTC),
        attached={},
    )


def _as_image(drawing: str) -> str:
    """As an image it has words instead of itself, for who cannot see it."""
    return f"data:image/svg+xml;base64,{b64encode(drawing.encode()).decode()}"
