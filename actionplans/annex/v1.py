"""Version 1 of the template: the Annex to the CAR guidance as consulted on in 2026.

Immutable: plans and revisions were written on it. A change of the guidance is a new module beside this
one. The source breaks off after the fourth line of the last row.
"""

from django.utils.translation import gettext_lazy as _

from actionplans.annex.definition import Ask, Field, FieldKind, Template
from actionplans.annex.v1_groups import GROUPS

LINE_LENGTH = 600  # an issue title has up to 500 characters, and its code comes before it
TEXT_LENGTH = 20_000  # some six pages of A4

_FIELDS = (
    Field(
        name="date",
        label=_("Date"),
        kind=FieldKind.DATE,
        guidance=_("The day on which you write this plan or bring it up to date."),
        example="",
        max_length=10,
        needed_to_share=True,
    ),
    Field(
        name="site_name",
        label=_("Name of Site"),
        kind=FieldKind.LINE,
        guidance=_("The place that was audited, under the name that stands in the audit report."),
        example="",
        max_length=LINE_LENGTH,
        needed_to_share=True,
    ),
    Field(
        name="completed_by",
        label=_("Person completing CAR action plan"),
        kind=FieldKind.LINE,
        guidance=_("Whom a reader can ask about this plan: a name, and what the person does at the site."),
        example=_("Maria Silva, human resources manager"),
        max_length=LINE_LENGTH,
        needed_to_share=True,
    ),
    Field(
        name="issue",
        label=_("CAR Issue number and Issue title"),
        kind=FieldKind.LINE,
        guidance=_(
            "Number and title as in the audit report. Change them only where they differ from the report."
        ),
        example=_(
            "5.A.B There is no dedicated equity approach regarding recruitment, training, development and promotion processes"
        ),
        max_length=LINE_LENGTH,
        needed_to_share=True,
    ),
    Field(
        name="details",
        label=_("Details of CAR non-compliance"),
        kind=FieldKind.TEXT,
        guidance=_(
            "What the auditor found, in a few clear sentences that agree with the audit report, so that every reader knows which CAR this plan is about."
        ),
        example=_(
            "Workers hired through an agency abroad paid that agency for their placement. No plan exists to pay them back in full."
        ),
        max_length=TEXT_LENGTH,
        needed_to_share=True,
        asks_not_to_name=True,
    ),
    Field(
        name="root_cause",
        label=_("Root cause"),
        kind=FieldKind.TEXT,
        guidance=_(
            "Why it came to this. Ask “why?” of each answer, several times over, until you reach causes that you or others could remove. A CAR usually has more than one, and some lie outside your site: list them all."
        ),
        example=_(
            "Workers paid fees. Why? The agency charges them. Why? Our contract with it covers only part of its costs. Why? Our price was agreed before the rules changed, and no customer has been asked to share the difference."
        ),
        max_length=TEXT_LENGTH,
        asks_not_to_name=True,
    ),
    Field(
        name="stakeholders",
        label=_("Which stakeholders need to be involved"),
        kind=FieldKind.TEXT,
        guidance=_(
            "Who shares the responsibility, and who can help: customers, others in your supply chain, NGOs, trade unions, trade associations, initiatives, labour providers, public bodies. Say what you need each of them for. Everyone you share the plan with reads this, so name a customer only where that is agreed."
        ),
        example=_(
            "The labour provider: to end its fees. Customers who buy the seasonal crop: to agree how the cost is shared. The growers' association: already talks with the embassy about recruitment."
        ),
        max_length=TEXT_LENGTH,
        asks_not_to_name=True,
    ),
    Field(
        name="investigation",
        label=_("What investigation has the site done"),
        kind=FieldKind.TEXT,
        guidance=_(
            "What you have looked into so far, and what came of it. Say which initiatives work on this issue in your sector or country, with a link to each, whether you have been in touch with them, and what support they could give."
        ),
        example=_(
            "March: talked with the workers' committee and read 40 contracts; 31 had paid a fee. April: called the initiative at https://example.org; it offers a calculator for repayments and a list of agencies that charge no fees."
        ),
        max_length=TEXT_LENGTH,
        asks_not_to_name=True,
    ),
    Field(
        name="actions",
        label=_("Preventative and Corrective Actions"),
        kind=FieldKind.TEXT,
        guidance=_(
            "What you propose to do to put it right and, in the longer run, to keep it from coming back. For each action give a likely time, and the support you need and from whom. Times are suggestions to agree on: a CAR has no closing date."
        ),
        example=_(
            "1. Repay the fees of the 31 workers: over 12 months, cost shared with customers. 2. A contract without fees for the next season: by September, with the labour provider. 3. Ask every new worker about fees in the first week: from October, by ourselves."
        ),
        max_length=TEXT_LENGTH,
        asks_not_to_name=True,
    ),
)

_ASKS = (
    Ask(
        key="information_only",
        label=_(
            "No action - we are progressing this with our major customers. This is for information only. The action has already moved to 'In progress' on Sedex."
        ),
        short=_("For information only"),
        excludes_others=True,
        needs_car_in_progress=True,
    ),
    Ask(
        key="confirm_requirements",
        label=_(
            "Confirmation that action proposed meets customer requirements so we can upload the action plan on Sedex."
        ),
        short=_("Confirm that the proposed action meets your requirements"),
        needed_fields=("actions",),
    ),
    Ask(
        key="call_on_approach",
        label=_(
            "Schedule a call to discuss further the approach, check the proposed approach is the right one, and agree what the responsibilities of each party are (i.e. Customer, site actions etc.)."
        ),
        short=_("Schedule a call on the approach and each party's responsibilities"),
    ),
    Ask(
        key="call_on_root_cause",
        label=_("Schedule a call to agree next steps to further investigate the root cause"),
        short=_("Schedule a call on investigating the root cause further"),
    ),
)

TEMPLATE = Template(
    version="annex-1",
    title=_("Collaborative Action Required (CAR) action plan"),
    fields=_FIELDS,
    asks_label=_("What action are you looking for as a result of this completed template?"),
    asks=_ASKS,
    groups=GROUPS,
)
