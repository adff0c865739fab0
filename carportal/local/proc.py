"""What Linux tells about other processes."""

import signal
from pathlib import Path


def is_alive(pid: int) -> bool:
    """Whether a process of that number exists; one that only waits to be reaped does not count."""
    return _status(pid, "State")[:1] not in ("", "Z", "X")


def caught_by(pid: int) -> set[signal.Signals] | None:
    """The signals for which the process has handlers of its own; None when it cannot be seen."""
    bits = _status(pid, "SigCgt")
    return {sig for sig in signal.Signals if int(bits, base=16) >> (sig - 1) & 1} if bits else None


def _status(pid: int, field: str) -> str:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(f"{field}:")), "")
