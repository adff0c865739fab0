"""The structures beside the text boxes of version 1; immutable like it."""

from django.utils.translation import gettext_lazy as _

from actionplans.annex.definition import EVERYONE, SITE, Column, FieldKind, Group, Look

LINE_LENGTH = 300
TEXT_LENGTH = 3000

_CAUSES = Group(
    name="causes",
    field="root_cause",
    label=_("Causes, step by step"),
    one=_("Cause"),
    add=_("Add a cause"),
    look=Look.CHAIN,
    guidance=_(
        "If it helps: take one thing that went wrong at a time, and ask “why?” of each answer. There is usually more than one cause."
    ),
    most=60,
    columns=(
        Column(
            name="what",
            label=_("What went wrong"),
            kind=FieldKind.LINE,
            max_length=LINE_LENGTH,
            needed=True,
        ),
    ),
)

_WHYS = Group(
    name="whys",
    field="root_cause",
    label=_("Why?"),
    one=_("Why?"),
    add=_("Ask why once more"),
    look=Look.CHAIN,
    most=240,
    of="causes",
    columns=(
        Column(
            name="because",
            label=_("Because"),
            kind=FieldKind.LINE,
            max_length=LINE_LENGTH,
            needed=True,
        ),
    ),
)

_STAKEHOLDERS = Group(
    name="stakeholders",
    field="stakeholders",
    label=_("Stakeholders, one by one"),
    one=_("Stakeholder"),
    add=_("Add a stakeholder"),
    look=Look.ENTRIES,
    guidance=_(
        "If it helps: choose an organisation that you deal with here, or name any other. Unless you show it to everyone, only that organisation and you see its entry, and the actions that it takes part in."
    ),
    most=40,
    are_parties=True,
    columns=(
        Column(
            name="organisation",
            label=_("Organisation you deal with here"),
            kind=FieldKind.ORGANISATION,
        ),
        Column(
            name="name",
            label=_("Name"),
            kind=FieldKind.LINE,
            guidance=_("Leave it empty to take the name of the organisation you chose."),
            max_length=LINE_LENGTH,
            needed=True,
        ),
        Column(
            name="kind",
            label=_("Kind"),
            kind=FieldKind.CHOICE,
            choices=(
                ("customer", _("Customer")),
                ("supply_chain_actor", _("Supply-chain actor")),
                ("ngo", _("NGO")),
                ("trade_union", _("Trade union")),
                ("trade_association", _("Trade association")),
                ("initiative", _("Multi-stakeholder initiative")),
                ("labour_provider", _("Labour provider")),
                ("government_body", _("Government body")),
                ("other", _("Other")),
            ),
        ),
        Column(
            name="contact",
            label=_("Contact"),
            kind=FieldKind.LINE,
            guidance=_("A role, an office or an address at which to reach it."),
            max_length=LINE_LENGTH,
        ),
        Column(
            name="brings",
            label=_("What it could bring"),
            kind=FieldKind.TEXT,
            max_length=TEXT_LENGTH,
        ),
        Column(
            name="shown",
            label=_("Shown to"),
            kind=FieldKind.CHOICE,
            choices=(
                ("itself", _("Only itself")),
                (EVERYONE, _("Everyone who reads the plan")),
            ),
            default="itself",
        ),
    ),
)

_STEPS = Group(
    name="steps",
    field="investigation",
    label=_("Steps of the investigation"),
    one=_("Step"),
    add=_("Add a step"),
    look=Look.ENTRIES,
    columns=(
        Column(
            name="what",
            label=_("What you did"),
            kind=FieldKind.LINE,
            max_length=LINE_LENGTH,
            needed=True,
        ),
        Column(name="date", label=_("Day of the step"), kind=FieldKind.DATE),
        Column(
            name="outcome",
            label=_("Outcome"),
            kind=FieldKind.TEXT,
            max_length=TEXT_LENGTH,
        ),
    ),
)

_INITIATIVES = Group(
    name="initiatives",
    field="investigation",
    label=_("Collaborative initiatives"),
    one=_("Initiative"),
    add=_("Add an initiative"),
    look=Look.ENTRIES,
    guidance=_("Those that work on the issue in your sector or country, also if they do not suit you."),
    columns=(
        Column(
            name="name",
            label=_("Name"),
            kind=FieldKind.LINE,
            max_length=LINE_LENGTH,
            needed=True,
        ),
        Column(
            name="website",
            label=_("Website"),
            kind=FieldKind.LINK,
            guidance=_("Such as https://example.org."),
            max_length=LINE_LENGTH,
        ),
        Column(
            name="support",
            label=_("Support it offers"),
            kind=FieldKind.TEXT,
            max_length=TEXT_LENGTH,
        ),
        Column(
            name="suitable",
            label=_("Suitable for you"),
            kind=FieldKind.CHOICE,
            choices=(("yes", _("Yes")), ("no", _("No"))),
        ),
        Column(name="why", label=_("Why, or why not"), kind=FieldKind.LINE, max_length=LINE_LENGTH),
    ),
)

_ACTIONS = Group(
    name="actions",
    field="actions",
    label=_("Actions, one by one"),
    one=_("Action"),
    add=_("Add an action"),
    look=Look.TIMELINE,
    guidance=_(
        "If it helps: each action with who does it and a suggested time. What has a time is drawn on a timeline."
    ),
    most=80,
    have_files=True,
    finished_when=("state", frozenset({"done", "dropped"})),
    columns=(
        Column(
            name="what",
            label=_("What is to be done"),
            kind=FieldKind.TEXT,
            max_length=TEXT_LENGTH,
            needed=True,
        ),
        Column(
            name="type",
            label=_("Kind of action"),
            kind=FieldKind.CHOICE,
            choices=(("preventive", _("Preventive")), ("corrective", _("Corrective"))),
        ),
        Column(
            name="owner",
            label=_("Who does it"),
            kind=FieldKind.PARTY,
            guidance=_("The site, or one of the stakeholders that you have saved above."),
            default=SITE,
        ),
        Column(
            name="starts",
            label=_("Begins"),
            kind=FieldKind.PERIOD,
            guidance=_("A month, quarter or year: 2027-03, 2027 Q2 or 2027."),
        ),
        Column(
            name="ends",
            label=_("Is to be done by the end of"),
            kind=FieldKind.PERIOD,
            guidance=_("A month, quarter or year. It is a suggestion, to be agreed on."),
        ),
        Column(
            name="state",
            label=_("State"),
            kind=FieldKind.CHOICE,
            choices=(
                ("planned", _("Planned")),
                ("under_way", _("Under way")),
                ("done", _("Done")),
                ("dropped", _("Dropped")),
            ),
            default="planned",
        ),
        Column(
            name="reason",
            label=_("If it was dropped: why"),
            kind=FieldKind.LINE,
            max_length=LINE_LENGTH,
            needed_when=("state", "dropped"),
        ),
        Column(
            name="support",
            label=_("Support needed"),
            kind=FieldKind.TEXT,
            max_length=TEXT_LENGTH,
        ),
        Column(name="support_from", label=_("Support from"), kind=FieldKind.PARTY),
        Column(
            name="progress",
            label=_("Progress notes"),
            kind=FieldKind.TEXT,
            max_length=TEXT_LENGTH,
        ),
    ),
)

GROUPS = (_CAUSES, _WHYS, _STAKEHOLDERS, _STEPS, _INITIATIVES, _ACTIONS)
