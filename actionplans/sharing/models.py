"""A plan shared with a party, what it was asked, and what it replied."""

import uuid
from datetime import date

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from actionplans.annex import readable, sections, template_of
from actionplans.plans import triggers
from actionplans.plans.models import ActionPlan, Revision
from actionplans.sharing import querysets
from stakeholders.models import Organisation
from stakeholders.reminding import first_look


class ShareStatus(models.TextChoices):
    INFORMED = "informed", _("Informed")
    AWAITING = "awaiting", _("Reply awaited")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    CONFIRMED = "confirmed", _("Confirmed")
    CHANGES_REQUESTED = "changes_requested", _("Changes requested")
    WITHDRAWN = "withdrawn", _("Withdrawn")


ANSWERABLE = [
    ShareStatus.AWAITING,
    ShareStatus.ACKNOWLEDGED,
    ShareStatus.CONFIRMED,
    ShareStatus.CHANGES_REQUESTED,
]
LIVE = [ShareStatus.INFORMED, *ANSWERABLE]


class Side(models.TextChoices):
    """Of a share there are two, whatever they agree on."""

    SITE = "site", _("Site")
    PARTY = "party", _("Party")


class PlanShare(models.Model):
    """The plan as one party has it; `revision` is the newest that was shared with it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(ActionPlan, on_delete=models.PROTECT, related_name="shares")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="plan_shares")
    # The party that the supplier had typed in, which the operator has linked to the organisation since: older
    # versions and the record know it by that.
    typed_in_as = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    status = FSMField(_("status"), choices=ShareStatus.choices, editable=False)
    # The date at the site on which the newest sending asked for a reply, and the day from which on a sweep looks
    # whether to remind of it.
    asked_on = models.DateField(null=True, editable=False)
    remind_on = models.DateField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = querysets.ShareQuerySet.as_manager()

    class Meta:
        verbose_name = _("shared plan")
        verbose_name_plural = _("shared plans")
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "organisation"],
                condition=~Q(status=ShareStatus.WITHDRAWN),
                name="share_once_at_a_time",
            ),
            models.CheckConstraint(condition=Q(status__in=ShareStatus.values), name="share_status_is_known"),
            models.CheckConstraint(
                condition=Q(remind_on=None) | Q(asked_on__isnull=False), name="share_reminds_of_what_it_asked"
            ),
        ]
        indexes = [
            models.Index(fields=["remind_on"], name="share_to_remind", condition=Q(remind_on__isnull=False)),
            # What a party was sent, the newest first; with the status, by which its page parts them.
            models.Index(fields=["organisation", "updated_at", "status"], name="share_of_party"),
        ]
        triggers = [
            pgtrigger.FSM(
                name="share_status_moves",
                field="status",
                transitions=[
                    ("informed", "awaiting"),
                    ("informed", "withdrawn"),
                    ("awaiting", "informed"),
                    ("awaiting", "acknowledged"),
                    ("awaiting", "confirmed"),
                    ("awaiting", "changes_requested"),
                    ("awaiting", "withdrawn"),
                    ("acknowledged", "informed"),
                    ("acknowledged", "awaiting"),
                    ("acknowledged", "confirmed"),
                    ("acknowledged", "changes_requested"),
                    ("acknowledged", "withdrawn"),
                    ("confirmed", "informed"),
                    ("confirmed", "awaiting"),
                    ("confirmed", "changes_requested"),
                    ("confirmed", "withdrawn"),
                    ("changes_requested", "informed"),
                    ("changes_requested", "awaiting"),
                    ("changes_requested", "confirmed"),
                    ("changes_requested", "withdrawn"),
                ],
            ),
        ]

    @transition(field=status, source=LIVE, target=ShareStatus.AWAITING)
    def ask_anew(self, *, revision: Revision, on: date) -> None:
        """A newer revision asks the party for a reply."""
        self.revision = revision
        self.asked_on, self.remind_on = on, first_look(on)

    @transition(field=status, source=LIVE, target=ShareStatus.INFORMED)
    def inform_anew(self, *, revision: Revision) -> None:
        """A newer revision is for the party's information only."""
        self.revision = revision
        self.asked_on = self.remind_on = None

    @transition(field=status, source=ShareStatus.AWAITING, target=ShareStatus.ACKNOWLEDGED)
    def acknowledge(self) -> None:
        """The party has read it; its answer is to come."""

    @transition(
        field=status,
        source=[ShareStatus.AWAITING, ShareStatus.ACKNOWLEDGED, ShareStatus.CHANGES_REQUESTED],
        target=ShareStatus.CONFIRMED,
    )
    def confirm(self) -> None:
        """The proposed action meets the party's requirements."""

    @transition(
        field=status,
        source=[ShareStatus.AWAITING, ShareStatus.ACKNOWLEDGED, ShareStatus.CONFIRMED],
        target=ShareStatus.CHANGES_REQUESTED,
    )
    def request_changes(self) -> None:
        """The party asks for changes; it never stops the site from publishing."""

    @transition(field=status, source=LIVE, target=ShareStatus.WITHDRAWN)
    def withdraw(self) -> None:
        """The party's access ends; what it saw stays on the site's record."""


class SharedRevision(models.Model):
    """One sending of a revision to one party, with its own asks; together they are the history of a share.

    The same revision may be sent again to ask for something else. A reply answers one sending, and only
    the newest can be answered.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    share = models.ForeignKey(PlanShare, on_delete=models.PROTECT, related_name="sent")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    # Ask key of the Annex' last row -> true/false; a key left out was not answered, which is not "No".
    asks = models.JSONField(default=dict)
    note = models.TextField(_("note"), blank=True)
    sent_at = models.DateTimeField(default=timezone.now, editable=False)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-sent_at"]
        indexes = [models.Index(fields=["sent_at"], name="shared_revision_sent")]
        triggers = [
            pgtrigger.Protect(name="shared_revision_is_kept", operation=pgtrigger.Delete),
            # What was asked stays what was asked; only the name of a person who is removed goes.
            pgtrigger.ReadOnly(name="shared_revision_stays", exclude=["sent_by", "note"]),
            pgtrigger.Trigger(
                name="shared_revision_only_redacted",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("note"),
                func=triggers.only_a_redacted_text("note"),
            ),
        ]

    @property
    def readable_note(self) -> str:
        return readable(self.note)


class ReplyKind(models.TextChoices):
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    CONFIRMED = "confirmed", _("Confirmed")
    CHANGES_REQUESTED = "changes_requested", _("Changes requested")


class Reply(models.Model):
    """What a party said to one revision; the person is named, the party answers as one.

    `section` is what the comment is about (`annex.sections`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sent = models.ForeignKey(SharedRevision, on_delete=models.PROTECT, related_name="replies")
    kind = models.CharField(_("reply"), max_length=20, choices=ReplyKind.choices)
    section = models.CharField(max_length=sections.MAX_LENGTH, blank=True)
    comment = models.TextField(_("comment"), blank=True)
    replied_at = models.DateTimeField(default=timezone.now, editable=False)
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-replied_at"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ReplyKind.values), name="reply_kind_is_known"),
            models.CheckConstraint(
                condition=~Q(kind=ReplyKind.CHANGES_REQUESTED) | ~Q(comment=""),
                name="reply_changes_with_comment",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="reply_stays", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="reply_only_redacted",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=triggers.only_a_redacted_text("comment"),
            ),
        ]

    @property
    def readable_comment(self) -> str:
        return readable(self.comment)

    @property
    def section_label(self) -> str | Promise:
        """Empty where it is about the plan as a whole."""
        template = template_of(self.sent.share.plan.template_version)
        return sections.section_label(template, self.section) if self.section else ""
