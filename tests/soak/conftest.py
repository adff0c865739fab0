"""What is set up here is what the rooms' own tests set up."""

from tests.actionplans.conftest import evidence_folder, plan, story
from tests.core.conftest import no_worker

__all__ = ["evidence_folder", "no_worker", "plan", "story"]
