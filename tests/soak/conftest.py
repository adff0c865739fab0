"""What is set up here is what the rooms' own tests set up."""

from tests.actionplans.conftest import evidence_folder, plan, story
from tests.core.conftest import _sink, sink, worker_environ

__all__ = ["_sink", "evidence_folder", "plan", "sink", "story", "worker_environ"]
