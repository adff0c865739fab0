"""Damaged files sent to the page for evidence: each is kept whole or leaves nothing, and no page breaks."""

import io

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actionplans.evidence.storing import opened
from actionplans.models import ActionPlan, EvidenceFile
from tests.actionplans.conftest import Story
from tests.actionplans.files import BAD, GOOD
from tests.actionplans.making import kept_files, undone
from tests.actionplans.pages import client_of, problems_of
from tests.soak.damage import damaged

pytestmark = [pytest.mark.soak, pytest.mark.django_db, pytest.mark.usefixtures("evidence_folder")]

# Bombs take their second each, and damage makes no new one of them.
FILES = GOOD | {what: content for what, (_name, content) in BAD.items() if len(content) < 20_000}
NAMES = [*GOOD, *(name for name, _content in BAD.values())]


class Upload(io.BytesIO):
    """Under whatever name; Django's own refuses some before they are sent."""

    def __init__(self, content: bytes, name: str) -> None:
        super().__init__(content)
        self.name = name


@pytest.fixture
def alice(story: Story) -> Client:
    return client_of(story.alice)


@settings(
    max_examples=settings().max_examples * 4, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(content=damaged(FILES), name=st.one_of(st.sampled_from(NAMES), st.text(max_size=30)))
def soak_no_damaged_file_breaks_the_page_or_is_half_kept(
    plan: ActionPlan, alice: Client, content: bytes, name: str
) -> None:
    """The client passes on what a page raises."""
    page = f"/cars/{plan.finding_id}/plan/evidence/add/"
    before = kept_files()
    with undone():
        answer = alice.post(page, {"file": Upload(content, name), "shown_to": "site"})
        kept = list(EvidenceFile.objects.all())
        if answer.status_code == 302:
            (file,) = kept
            with opened(file) as stored:
                assert len(stored.read()) == file.size
        else:
            assert answer.status_code < 500
            assert answer.status_code == 400 or problems_of(answer)
            assert (kept, kept_files()) == ([], before)
    for path in set(kept_files()) - set(before):
        path.unlink()  # whose row has just been undone
