"""By which of their values CARs are counted together; all of them by their status as well."""

# As in the CAR's row, so that what narrows CARs narrows tallies too; the order is that of `grouping()` in the triggers.
DIMENSIONS = ("area", "country", "sector", "times_raised", "raised_on", "ended_on")
MOST_TIMES = 4  # raised more often, a CAR is counted among these

AREA_OF_A_READER = ("area",)

# Each filter with each thing that dashboards count by, those of few cells first: the first one that has all that is
# asked for is read. Of all of these at once there would be nearly as many cells as CARs.
CUTS: tuple[tuple[str, ...], ...] = (
    ("area", "times_raised"),
    ("sector", "times_raised"),
    ("country", "times_raised"),
    ("area", "sector"),
    ("times_raised", "ended_on"),
    ("sector", "ended_on"),
    ("area", "ended_on"),
    ("country", "sector"),
    ("country", "ended_on"),
    ("area", "country"),
    ("raised_on",),
    ("raised_on", "ended_on"),
    ("times_raised", "raised_on"),
    ("sector", "raised_on"),
    ("area", "raised_on"),
    ("country", "raised_on"),
)


def code_of(cut: tuple[str, ...]) -> int:
    """What PostgreSQL's `grouping()` says of rows of this cut: a bit for each dimension that is not in it."""
    code = 0
    for dimension in DIMENSIONS:
        code = code * 2 + (dimension not in cut)
    return code
