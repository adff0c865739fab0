"""How a file is refused: with one sentence at the field that it was chosen in."""

from django.utils.translation import gettext as _

from actionplans.evidence.kinds import FileKind
from carportal.core.errors import InvalidInput


def refused(sentence: str) -> InvalidInput:
    return InvalidInput(sentence, fields={"file": [sentence]})


def not_what_it_says(kind: FileKind) -> InvalidInput:
    """The content is of another kind, cut short, or padded with something else."""
    return refused(
        _(
            "The content of this file is not what its name says (%(kind)s), or is damaged. Open it, save it again without a password, and choose the new file."
        )
        % {"kind": kind.label}
    )


def with_macros() -> InvalidInput:
    return refused(_("The file has macros in it. Save it without them, and choose the new file."))
