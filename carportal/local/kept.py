"""Secrets and ports of the local run: made once, kept in its data folder, readable by its owner alone."""

import os
import secrets
import socket
from pathlib import Path


def kept_secret(path: Path) -> str:
    """The secret in `path`, made up on first use."""
    if path.exists() and (secret := path.read_text().strip()):
        return secret
    secret = secrets.token_hex(32)
    write_private(path, secret)
    return secret


def write_private(path: Path, text: str) -> None:
    """Write `path` in one step, readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    unfinished.replace(path)


def kept_port(path: Path) -> int:
    """A port of the loopback interface that is free now: the one kept in `path` if it still is."""
    kept = int(path.read_text()) if path.exists() else 0
    port = kept if kept and is_free(kept) else _any_free_port()
    if port != kept:
        write_private(path, str(port))
    return port


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _any_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
