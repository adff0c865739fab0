"""Words that must go, in the names and descriptions of files; what is in a file goes with the whole of it."""

from django.utils.translation import gettext as _

from actionplans.annex.passages import black_out, excerpts
from actionplans.evidence.models import EvidenceFile
from actionplans.plans.hooks import Found, Texts
from actionplans.plans.models import ActionPlan


def find(plan: ActionPlan, words: str) -> list[Found]:
    return [
        Found(
            _("The file “%(name)s”") % {"name": file.readable_name},
            [*excerpts(_stem(file.name), words), *excerpts(file.description, words)],
        )
        for file in plan.evidence.order_by("uploaded_at")
    ]


def black_out_texts(plan: ActionPlan, words: str) -> None:
    for file in plan.evidence.all():
        stem = _stem(file.name)
        name = black_out(stem, words) + file.name.removeprefix(stem)
        description = black_out(file.description, words)
        if (name, description) != (file.name, file.description):
            EvidenceFile.objects.filter(pk=file.pk).update(name=name, description=description)


def _stem(name: str) -> str:
    """Without the extension, which says what the file is."""
    return name.rpartition(".")[0]


NAMES_AND_DESCRIPTIONS = Texts(
    find=find,
    black_out=black_out_texts,
    columns=frozenset({"evidencefile.name", "evidencefile.description"}),
)
