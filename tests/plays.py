"""How the stateful tests are played: for a while in `make test`, for long in `make soak`."""

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

USUAL_STEPS = 50  # what a profile that says nothing of it plays


def play(machine: type[RuleBasedStateMachine], *, fraction: int, steps: int) -> None:
    """A step is many statements, so a `fraction`-th of the examples elsewhere; a soak has more and longer ones."""
    profile = settings()
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=profile.max_examples // fraction,
            stateful_step_count=steps * profile.stateful_step_count // USUAL_STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=set(Phase) - {Phase.explain},
        ),
    )
