"""What publishing an audit brings about: pure code, a situation in, a plan out; services apply it.

The rules are those of the CAR process: only periodic audits end CARs, each judges the CARs of earlier audits
of its site (by date; on the same day, the one published first is the earlier), and both ends are final.
What the process leaves open is decided here, and pinned by tests:

- A late audit's CARs, and whatever is raised anew, pass through the later periodic audits one by one until
  one ends them; those in whose scope there is only another finding leave them for the operator to decide.
- An edition takes the place of the one before it. A date that would put it before an audit whose CARs it
  ended, or after one that ended its own, is refused: ends are final, so their order must stay. Otherwise all
  later audits come upon its CARs anew, and what an audit had left that is now an earlier one, is left no more.
- A CAR that an earlier edition ended, and the new one would not, is raised anew. It stays ended when the
  new edition still has what ended it: the CAR that superseded it, a clean requirement, or (where the operator
  decided that the audit closes it) the other finding. It stays superseded, too, where the new edition drops
  the successor and has no finding there: then the successor is closed.
- A CAR raised anew keeps its place in time; audits list it where they listed the one it was raised from.
- A CAR that a new edition of its own audit no longer lists is judged by that edition if it is periodic and
  the requirement is in its scope; else it stays, for the operator to know of.
"""

from findings.publishing.planner import plan_publication
from findings.publishing.situation import (
    Car,
    Choice,
    Closed,
    Edition,
    Entry,
    Left,
    NoLongerLeft,
    Plan,
    RaisedAnew,
    Situation,
    Superseded,
    Verdict,
    WrongOrder,
)

__all__ = [
    "Car",
    "Choice",
    "Closed",
    "Edition",
    "Entry",
    "Left",
    "NoLongerLeft",
    "Plan",
    "RaisedAnew",
    "Situation",
    "Superseded",
    "Verdict",
    "WrongOrder",
    "plan_publication",
]
