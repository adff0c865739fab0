"""What a file of the dashboard says of itself: what was counted, on which day, by whom and for whom."""

import datetime
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from carportal.web.dashboard.figures import UNDER_WAY, Dashboard

Line = tuple[str, str | int | datetime.date]


@dataclass(frozen=True, slots=True)
class Maker:
    """The person who asks for the file, and the organisation that it acts for."""

    person: str
    organisation: str


@dataclass(frozen=True, slots=True)
class About:
    title: str
    total: int
    filters: list[str]
    day: datetime.date
    maker: Maker

    @property
    def lines(self) -> list[Line]:
        """As a table: whatever its reader had chosen, and nothing else."""
        return [
            (_("Shows"), self.title),
            (_("CARs"), self.total),
            *((_("Filter"), each) for each in self.filters),
            (_("Figures of"), self.day),
            (_("Made by"), f"{self.maker.person}, {self.maker.organisation}"),
        ]

    @property
    def day_in_words(self) -> str:
        return date_format(self.day, "j F Y")


def about(board: Dashboard, maker: Maker) -> About:
    """Without a status chosen, what holds otherwise is a filter too."""
    words = board.filters.in_words
    if "status" not in board.filters.chosen:
        words = [_("Status: Under way"), *words]
    return About(
        str(board.heading if board.filters.chosen else UNDER_WAY),
        board.total,
        words,
        board.filters.view.today,
        maker,
    )
