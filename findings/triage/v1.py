"""Version 1 of step 1: the guidance's four questions in our own words, in the order decided here.

Immutable: records name it. A change of the guidance is a new module beside this one. The guidance's chart
begins with K; here U goes first, since a known issue can be urgent as well. The chart shows no outcome for
O either: its two were decided here.
"""

from django.utils.translation import gettext_lazy as _

from carportal.core.actor import OrganisationKind
from findings.models import TriageOutcome
from findings.triage.definition import Advice, Ally, Definition, Question, Way

_QUESTIONS = (
    Question(
        key="U",
        name=_("Fees not repaid, or child labour"),
        text=_(
            "Did workers pay recruitment fees or costs against the law, with no plan to pay them back in full? Or was child labour found that has not been remediated?"
        ),
        guidance=_(
            "Answer yes if either is the case. “In full” means every worker and everything they paid. “Remediated” means in line with the guidance of the International Labour Organization (ILO), or with local law where that applies."
        ),
        examples=(
            _("Workers from abroad paid an agency for their job, and nobody has agreed to pay them back."),
            _("A child was found at work, and support and schooling have not been arranged."),
        ),
        yes=Way(to="K", urgent=True),
        no=Way(to="K"),
    ),
    Question(
        key="K",
        name=_("Known issue, already worked on with customers"),
        text=_("Is this a known issue that your site already works on together with its customers?"),
        guidance=_(
            "A project, a working group or a study counts if your site and its customers take part in it."
        ),
        examples=(
            _("The Seasonal Worker Scheme Taskforce (SWST)."),
            _("The feasibility study on the Employer Pays Principle (EPP)."),
        ),
        yes=Way(outcome=TriageOutcome.WRITE_PLAN),
        no=Way(to="E"),
    ),
    Question(
        key="E",
        name=_("Can engage its customers"),
        text=_(
            "Can you talk to your customers to agree what has to be done together, and be open about what makes it hard?"
        ),
        guidance=_(
            "You need no finished plan for this. Say yes if you could write to your customers and ask them for a call."
        ),
        examples=(
            _("You have a contact at your customers for ethical trade or human rights."),
            _("You could say openly which costs, contracts or seasons stand in the way."),
        ),
        yes=Way(outcome=TriageOutcome.ENGAGE_ALL),
        no=Way(to="O"),
    ),
    Question(
        key="O",
        name=_("One customer to begin with"),
        text=_("Is there one customer that you would be comfortable to talk to?"),
        guidance=_("It need not be your largest one. Think of somebody who knows your site and listens."),
        yes=Way(outcome=TriageOutcome.ENGAGE_ONE),
        no=Way(outcome=TriageOutcome.SEEK_SUPPORT),
    ),
)

_ADVICE = (
    Advice(
        outcome=TriageOutcome.URGENT,
        title=_("Act now: follow the Serious Incident Escalation Protocol"),
        points=(
            _(
                "Follow the UK retailer Serious Incident Escalation Protocol (SIEP) together with your customers. It sets out what to do, step by step."
            ),
            _("Take care that nothing you do leaves the workers or children concerned worse off."),
            _("Do not write the names of workers or children in this portal."),
        ),
        for_operator=_(
            "The site was told to follow the UK retailer Serious Incident Escalation Protocol (SIEP) with its customers now."
        ),
    ),
    Advice(
        outcome=TriageOutcome.WRITE_PLAN,
        title=_("Go on to step 2: write the action plan"),
        points=(
            _(
                "Describe in the plan what you and your customers already do about the issue, and who takes part."
            ),
            _("Add what comes next, with suggested times and the support you need from whom."),
            _("Share it with the customers concerned, then publish it."),
        ),
        for_operator=_("The site was advised to write its action plan on the work under way with customers."),
    ),
    Advice(
        outcome=TriageOutcome.ENGAGE_ALL,
        title=_("Send all your customers an outline plan, and schedule a call"),
        points=(
            _("Write an outline of an action plan: what was found, why, and what you think is needed."),
            _("Send it to all your customers. Each of them sees only its own copy and none of the others."),
            _("Ask them for a call, and develop the plan for this very case together."),
        ),
        for_operator=_(
            "The site was advised to send all its customers an outline plan and to schedule a call with them."
        ),
    ),
    Advice(
        outcome=TriageOutcome.ENGAGE_ONE,
        title=_("Begin with the customer you are comfortable to talk to"),
        points=(
            _("Write an outline of an action plan: what was found, why, and what you think is needed."),
            _(
                "Send it to that customer first, and schedule a call to develop the plan for this case together."
            ),
            _("Work out in that call how and when to bring in your other customers."),
        ),
        for_operator=_("The site was advised to begin with one customer, with an outline plan and a call."),
    ),
    Advice(
        outcome=TriageOutcome.SEEK_SUPPORT,
        title=_("Find support: you do not have to do this alone"),
        points=(
            _("Look for others who already work on this issue in your sector or country."),
            _("Ask them what support they could give, and whether it would suit your site."),
            _(
                "Note in the action plan whom you asked and what came of it. You can begin it today, on your own."
            ),
        ),
        for_operator=_("The site was advised to look for support, and can ask you for it."),
    ),
)

_ALLIES = (
    Ally(
        OrganisationKind.SUPPLY_CHAIN_ACTOR,
        _("Shares your customers or your raw materials, and may have the same finding: act together."),
    ),
    Ally(
        OrganisationKind.NGO,
        _("Knows the issue on the ground, can talk to workers and families, and helps to put things right."),
    ),
    Ally(
        OrganisationKind.TRADE_UNION,
        _("Speaks for workers, and can negotiate a change that holds for a whole sector."),
    ),
    Ally(
        OrganisationKind.TRADE_ASSOCIATION,
        _("Speaks for employers like you, and can raise the issue with customers and public bodies for all."),
    ),
    Ally(
        OrganisationKind.INITIATIVE,
        _("Brings companies, unions and NGOs to one table, often with tools and a programme to join."),
    ),
    Ally(
        OrganisationKind.LABOUR_PROVIDER,
        _("Recruits or employs the workers, so it can change contracts, fees and how people are hired."),
    ),
    Ally(
        OrganisationKind.GOVERNMENT_BODY,
        _("Sets and enforces the law, licenses agencies, and may have funds or services for those affected."),
    ),
)

DEFINITION = Definition(version="step1-1", questions=_QUESTIONS, advice=_ADVICE, allies=_ALLIES)
