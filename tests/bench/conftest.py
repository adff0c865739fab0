"""What is set up here is what the rooms' own tests set up."""

from tests.core.conftest import _sink, environ, no_worker, sink

__all__ = ["_sink", "environ", "no_worker", "sink"]
