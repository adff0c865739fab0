"""What the person at the terminal reads."""

import contextlib
import sys


def say(text: str) -> None:
    """Print `text`, unless whoever read it has gone (a closed terminal, `| head`)."""
    with contextlib.suppress(OSError):
        print(text, flush=True)


def ask(question: str) -> bool:
    """Whether the person at the terminal says yes; False when there is none."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    try:
        return input(f"{question} [Y/n] ").strip().lower() in ("", "y", "yes")
    except EOFError:
        return False


def show_progress(text: str) -> None:
    """Replace the line on a terminal; a log file is spared it."""
    if sys.stdout.isatty():
        print(f"\r\x1b[K{text}", end="", flush=True)


def end_progress() -> None:
    if sys.stdout.isatty():
        print("\r\x1b[K", end="", flush=True)
