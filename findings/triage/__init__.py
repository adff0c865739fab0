"""Step 1, understanding a CAR: its questions by version, and where answers lead."""

from findings.triage.definition import Advice, Ally, Answers, Definition, Evaluation, Question, Way
from findings.triage.versions import CURRENT, definition_of

__all__ = [
    "CURRENT",
    "Advice",
    "Ally",
    "Answers",
    "Definition",
    "Evaluation",
    "Question",
    "Way",
    "definition_of",
]
