"""The demo's action plans and what became of them; texts are short, as the Annex asks."""

from datetime import date
from typing import NamedTuple


class DemoReply(NamedTuple):
    party: str
    kind: str
    comment: str = ""
    section: str = ""


class DemoComment(NamedTuple):
    """In the thread with a party, from it, and what the site answered."""

    party: str
    section: str
    text: str
    answer: str = ""


class DemoCall(NamedTuple):
    """Proposed by the site, for ten o'clock there, so many days after the seeding."""

    party: str
    purpose: str
    in_days: tuple[int, ...]
    where: str


class DemoAgreement(NamedTuple):
    """Updates proposed by one side, and agreed where the other has `accepted`; dates count from the day of seeding."""

    party: str
    months: int
    first_in_days: int
    accepted: bool = True
    by_site: bool = True


class DemoFile(NamedTuple):
    """`shown_to` is a party's key, or as in `ShownTo`; `about` the key of an action's row, if it is about one."""

    name: str
    text: str
    description: str
    shown_to: str
    about: str = ""


class DemoNudge(NamedTuple):
    """What those who write for the site want to be reminded of, so many days after the seeding."""

    in_days: int
    text: str


class DemoRow(NamedTuple):
    """A row beside a text box; cells name organisations, and other rows as parties, by their keys.

    An action that `ends` at "+2" is to be done by the end of the month two months after the seeding.
    """

    key: str
    group: str
    cells: dict[str, str]
    below: str = ""


class DemoPlan(NamedTuple):
    """The plan for the CAR that `audit` raised on `code`, in the state in which the demo shows it.

    `asks`: party -> ask keys answered with yes. `replies` come in order. `published` moves the CAR on.
    `update` is posted to everybody once the updates are agreed. `urgent_told` are the customers who are told at once
    that the CAR is urgent. `taken_on` are the keys of actions that their parties have accepted.
    """

    audit: str
    code: str
    triage: dict[str, bool]
    fields: dict[str, str]
    asks: dict[str, list[str]]
    replies: list[DemoReply]
    published: bool = False
    uploaded_on: date | None = None
    agreements: tuple[DemoAgreement, ...] = ()
    update: str = ""
    files: tuple[DemoFile, ...] = ()
    rows: tuple[DemoRow, ...] = ()
    comments: tuple[DemoComment, ...] = ()
    calls: tuple[DemoCall, ...] = ()
    urgent_told: tuple[str, ...] = ()
    taken_on: tuple[str, ...] = ()
    nudges: tuple[DemoNudge, ...] = ()


FEES_PLAN = {
    "root_cause": "Why did workers pay? The agent abroad charged them. Why could it? Our contract with the labour "
    "provider does not reach its agents. Why not? Fees were never part of the price that we agreed with customers.",
    "stakeholders": "Our labour provider and its agents. The customers of this site, for the cost of recruitment. "
    "An organisation that can interview workers before departure.",
    "investigation": "Interviews with all workers of the last intake, in their language, in June. Range and kinds of "
    "costs are known; receipts exist for half of them. We spoke with a recruitment initiative in the region about "
    "interviews before departure.",
    "actions": "1. Repay the costs of the last intake: site, two years, with a contribution of the customers.\n"
    "2. A contract that binds the provider and its agents to the Employer Pays Principle: site, from the next intake.\n"
    "3. Interviews before departure and after arrival, each season: site with an independent organisation.",
}
WAGES_PLAN = {
    "root_cause": "Why is pay below the benchmark? The legal minimum is, and our grades follow it. Why? Prices are "
    "agreed per season and have not moved with the cost of living. Why? No customer buys enough here to change "
    "that alone.",
    "stakeholders": "The customers of this site together; the trade association, for the benchmark; the workers' "
    "committee.",
    "investigation": "Wage ladder against the benchmark for every grade, with the committee, in spring. The gap is "
    "widest for packers in their first year.",
    "actions": "1. Close half of the gap for the lowest grade in two years: site, with longer order commitments.\n"
    "2. Share the cost model openly with customers once a year: site.\n"
    "3. Look at productivity and hours together, so that higher pay does not mean longer days: site and committee.",
}
PROVIDERS_PLAN = {
    "root_cause": "Why three providers? None can supply the peak alone. Why is the peak so high? Orders are confirmed "
    "two weeks before harvest. Why do workers lose length of service? The law lets each provider start anew.",
    "stakeholders": "The three labour providers; the customers that order at the peak; the growers' association.",
    "investigation": "Contracts of all three compared. Forecasts of the last two seasons set beside the orders.",
    "actions": "1. One set of terms for all providers, length of service counted across them: site, this season.\n"
    "2. Forecasts twelve weeks ahead, with a band: customers, next season.\n"
    "3. Permanent contracts for the workers who are needed in nine months of the year: site, within three years.",
}
HIRING_PLAN = {
    "root_cause": "Why do advertisements name age and sex? The template of the park does. Why was it not questioned? "
    "Supervisors believe that some tasks are for some people only.",
    "stakeholders": "The management of the industrial park, other factories in it, and our customers, several of "
    "which buy from them too.",
    "investigation": "Two years of advertisements and hires looked through. We asked the park's management for its "
    "view; an answer is due.",
    "actions": "1. Our own template without limits: site, done.\n"
    "2. A common template for the park: park's management, with the customers' support, within a year.\n"
    "3. Training for supervisors and those who recruit, every year: site.",
}

FEES_FILES = (
    DemoFile(
        "Interviews of the last intake.txt",
        "Asked: all workers of the last intake, in their language, in June.\n"
        "Costs that were named: agent, travel, medical check, papers.\n"
        "Receipts: for half of them.\n",
        "What was asked and found, without names",
        "alliance",
    ),
    DemoFile(
        "Costs repaid by month.csv",
        "month,workers,repaid in EUR\n2025-08,12,7440\n2025-09,15,9300\n2025-10,11,6820\n",
        "Repayments of the first three months",
        "readers",
        "repay",
    ),
    DemoFile(
        "Draft of the labour provider's contract.txt",
        "Clause 4: no fee or cost of recruitment is charged to a worker, by the provider or anybody it engages.\n",
        "To be agreed before it is shown",
        "site",
    ),
)

FEES_ROWS = (
    DemoRow("fees", "causes", {"what": "Workers of the last intake paid for their placement"}),
    DemoRow("agent", "whys", {"because": "The agent abroad charged them"}, "fees"),
    DemoRow("contract", "whys", {"because": "Our contract with the labour provider does not reach its agents"}, "fees"),
    DemoRow("price", "whys", {"because": "Fees were never part of the price that we agreed with customers"}, "fees"),
    DemoRow("unasked", "causes", {"what": "Nobody at the site asked new workers what they had paid"}),
    DemoRow(
        "provider", "stakeholders",
        {"name": "Our labour provider", "kind": "labour_provider", "contact": "Its account manager for this site",
         "brings": "Ends its fees, and opens its contracts with agents.", "shown": "everyone"},
    ),
    DemoRow(
        "northfield", "stakeholders",
        {"organisation": "northfield", "contact": "Ethical trade manager", "brings": "A share of the repayment."},
    ),
    DemoRow(
        "interviews", "steps",
        {"what": "Interviews with all workers of the last intake", "date": "2025-06-12",
         "outcome": "Range and kinds of costs are known; receipts exist for half of them."},
    ),
    DemoRow(
        "initiative", "initiatives",
        {"name": "Recruitment initiative of the region", "website": "https://example.org/recruitment",
         "support": "Interviews before departure.", "suitable": "yes", "why": "It works in both countries."},
    ),
    DemoRow(
        "repay", "actions",
        {"what": "Repay the costs of the last intake", "type": "corrective", "starts": "2025-Q3", "ends": "2027-06",
         "state": "under_way", "progress": "First instalment paid in October."},
    ),
    DemoRow(
        "share", "actions",
        {"what": "Take over a third of the repayment", "type": "corrective", "owner": "northfield",
         "starts": "2025-Q4", "ends": "2026"},
    ),
    DemoRow(
        "agents", "actions",
        {"what": "Ask its other suppliers in the region which agents they use", "type": "preventive",
         "owner": "northfield", "ends": "+1"},
    ),
    DemoRow(
        "bind", "actions",
        {"what": "A contract that binds the provider and its agents to the Employer Pays Principle",
         "type": "preventive", "owner": "provider", "ends": "2026-Q2"},
    ),
    DemoRow(
        "ask", "actions",
        {"what": "Interviews before departure and after arrival, each season", "type": "preventive",
         "starts": "2026-03", "support": "An independent organisation that interviews"},
    ),
)  # fmt: skip

PLANS = [
    DemoPlan(
        "ZAA100005", "1A.B", {"U": False, "K": True}, FEES_PLAN,
        {"northfield": ["confirm_requirements"], "alliance": ["call_on_approach"]},
        [DemoReply("northfield", "acknowledged"), DemoReply("northfield", "confirmed", "We will take part in the repayment.")],
        published=True, uploaded_on=date(2025, 8, 4), files=FEES_FILES, rows=FEES_ROWS,
        agreements=(DemoAgreement("northfield", 3, 10), DemoAgreement("alliance", 3, 30, accepted=False)),
        comments=(
            DemoComment("northfield", "actions", "Which workers do the first repayments reach, those who have left too?",
                        "Those who are here. We are looking for the others with the provider’s help."),
            DemoComment("alliance", "investigation", "We could interview those who have gone home. Shall we talk about it?"),
        ),
        taken_on=("agents",),
        nudges=(DemoNudge(21, "Ask the provider which agents it works with for the next season."),),
    ),
    DemoPlan(
        "ZAA100005", "5A.A", {"U": False, "K": False, "E": True}, WAGES_PLAN,
        {"northfield": ["confirm_requirements"]}, [DemoReply("northfield", "confirmed")], published=True,
        agreements=(DemoAgreement("northfield", 6, 12),),
        update="The lowest grade went up by a sixth of the gap in spring, and the committee has seen the figures of every "
        "grade. Open: two customers have not yet said whether they can commit to orders for a whole season.",
    ),
    DemoPlan(
        "ZAA100007", "8.A", {"U": False, "K": False, "E": True}, PROVIDERS_PLAN,
        {"northfield": ["confirm_requirements", "call_on_approach"], "lumiere": ["call_on_approach"]}, [],
        calls=(DemoCall("northfield", "call_on_approach", (6, 8), "https://meet.example.org/green-valley"),),
    ),
    DemoPlan(
        "ZAA100003", "1A.B", {"U": False, "K": False, "E": False, "O": True}, FEES_PLAN,
        {"northfield": ["confirm_requirements"]}, [DemoReply("northfield", "confirmed")], published=True,
    ),
    DemoPlan(
        "ZAA100009", "5A.A", {"U": False, "K": False, "E": True}, WAGES_PLAN,
        {"northfield": ["confirm_requirements"], "lumiere": ["confirm_requirements"]},
        [DemoReply("northfield", "changes_requested", "Please say which grades the first step is for, and from when.", "actions")],
        agreements=(DemoAgreement("northfield", 4, 45, accepted=False, by_site=False),),
    ),
    DemoPlan("ZAA100017", "1A.B", {"U": False, "K": False, "E": False, "O": False}, {}, {}, []),
    DemoPlan(
        "ZAA100018", "5A.A", {"U": False, "K": False, "E": True}, WAGES_PLAN,
        {"northfield": ["confirm_requirements"]}, [DemoReply("northfield", "acknowledged")], published=True,
    ),
    DemoPlan("ZAA100008", "4.A", {"U": True, "K": False, "E": True}, {}, {}, [], urgent_told=("harbour",)),
    DemoPlan(
        "ZAA100006", "7.A", {"U": False, "K": False, "E": True}, HIRING_PLAN,
        {"harbour": ["confirm_requirements"], "lumiere": ["confirm_requirements"]}, [], published=True,
        agreements=(DemoAgreement("harbour", 3, 60),),
    ),
]  # fmt: skip
