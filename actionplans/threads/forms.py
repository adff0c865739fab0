"""What one says in a thread, to whom in particular, and what one keeps for one's own people."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from actionplans.annex import Template
from actionplans.annex.sections import section_choices
from stakeholders.models import Membership


class TextForm(forms.Form):
    """A text alone; the page says who reads it."""

    hide_optional = True
    draft_token = forms.CharField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("Comment"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
        help_text=_("Do not name workers or children."),
        error_messages={"required": _("Write your comment.")},
    )


class NoteForm(TextForm):
    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["text"].label = _("Private note")
        self.fields["text"].error_messages["required"] = _("Write the note.")


class AnswerForm(TextForm):
    """With those whom its writer may mention, by name and organisation."""

    def __init__(self, members: Iterable[Membership], data: Any = None, *, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        choices = [(str(each.user_id), f"{each.user.name}, {each.organisation.name}") for each in members]
        if choices:
            self.fields["mention"] = forms.MultipleChoiceField(
                label=_("Mention"),
                choices=choices,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                help_text=_(
                    "They are told by e-mail that the comment mentions them. Of the other side you can mention those who have written to you here."
                ),
                error_messages={
                    "invalid_choice": _(
                        "One of those you chose has no part in this thread any more. Choose again."
                    )
                },
            )


class CommentForm(AnswerForm):
    """The same about a section of the plan."""

    def __init__(
        self, template: Template, members: Iterable[Membership], data: Any = None, *, initial: Any = None
    ) -> None:
        super().__init__(members, data, initial=initial)
        self.fields["section"] = forms.ChoiceField(
            label=_("About"),
            required=False,
            choices=section_choices(template),
        )
        self.order_fields(["section", "text", "mention"])
