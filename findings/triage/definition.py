"""What a version of step 1 consists of, and where answers lead in it; the versions are modules beside this one."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise

from carportal.core.actor import OrganisationKind
from findings.models import TriageOutcome

Answers = Mapping[str, bool]


@dataclass(frozen=True, slots=True)
class Way:
    """Where an answer leads: to the question `to`, or to an outcome. Urgent comes on top of either."""

    to: str = ""
    outcome: TriageOutcome | None = None
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """One yes/no question; `name` stands for it where its whole text would be too long."""

    key: str
    name: str | Promise
    text: str | Promise
    guidance: str | Promise
    yes: Way
    no: Way
    examples: tuple[str | Promise, ...] = ()


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do with an outcome: for the site in points, for the operator in one sentence."""

    outcome: TriageOutcome
    title: str | Promise
    points: tuple[str | Promise, ...]
    for_operator: str | Promise


@dataclass(frozen=True, slots=True)
class Ally:
    """A kind of stakeholder that may share the responsibility, and what it can bring."""

    kind: OrganisationKind
    brings: str | Promise


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Where answers lead: `answers` are those on the way, `next_question` is None at its end."""

    answers: dict[str, bool]
    is_urgent: bool
    led_to: TriageOutcome | None
    next_question: Question | None

    @property
    def is_complete(self) -> bool:
        return self.next_question is None

    @property
    def outcome(self) -> TriageOutcome | None:
        """The outcome to keep, once complete: urgent goes before whatever else the questions led to."""
        if not self.is_complete:
            return None
        return TriageOutcome.URGENT if self.is_urgent else self.led_to

    @property
    def outcomes(self) -> tuple[TriageOutcome, ...]:
        """All there is advice on, urgent first, and as soon as it is known."""
        urgent = (TriageOutcome.URGENT,) if self.is_urgent else ()
        return urgent if self.led_to is None else (*urgent, self.led_to)


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of step 1; its way begins at the first question."""

    version: str
    questions: tuple[Question, ...]
    advice: tuple[Advice, ...]
    allies: tuple[Ally, ...]

    def question(self, key: str) -> Question:
        """KeyError for a key that this version does not have."""
        for question in self.questions:
            if question.key == key:
                return question
        raise KeyError(key)

    def advice_on(self, outcomes: tuple[TriageOutcome, ...]) -> list[Advice]:
        return [advice for outcome in outcomes for advice in self.advice if advice.outcome == outcome]

    def evaluate(self, answers: Answers) -> Evaluation:
        """Follow the answers from the first question on; those to questions off the way do not count."""
        on_the_way: dict[str, bool] = {}
        is_urgent = False
        question = self.questions[0]
        while question.key in answers:
            on_the_way[question.key] = answers[question.key]
            way = question.yes if answers[question.key] else question.no
            is_urgent = is_urgent or way.urgent
            if way.outcome is not None:
                return Evaluation(on_the_way, is_urgent, way.outcome, None)
            question = self.question(way.to)
        return Evaluation(on_the_way, is_urgent, None, question)
