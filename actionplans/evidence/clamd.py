"""Asking clamd about a file over its INSTREAM command: the bytes go over a socket, a verdict comes back."""

import re
import socket
import struct
import time
from contextlib import closing, suppress
from typing import Protocol
from urllib.parse import urlsplit

PORT = 3310  # where clamd listens if nothing else is said
CONNECT = 5.0  # seconds to be answered at all
PATIENCE = 120.0  # seconds for one file, all in all
_CHUNK = 64 * 1024
_LONGEST_ANSWER = 4096
_CLEAN = re.compile(r"^stream: OK$")
_FOUND = re.compile(r"^stream: (?P<name>.+) FOUND$")


class Readable(Protocol):
    """A file, wherever it is kept."""

    def read(self, size: int, /) -> bytes: ...


class ScannerDown(Exception):
    """Nobody answers at the scanner's address; nothing was tried."""


class ScanFailed(Exception):
    """The scanner answered, and did not say whether the file is clean."""


def find_virus(content: Readable, url: str) -> str:
    """The name of the virus in the file, empty where there is none; `url` as in the setting CLAMD_URL."""
    deadline = time.monotonic() + PATIENCE
    with closing(_connected(url)) as server:
        with suppress(BrokenPipeError, ConnectionResetError):  # it has heard enough, and says why
            _send(server, content, deadline)
        answer = _answer(server, deadline)
    if _CLEAN.match(answer):
        return ""
    found = _FOUND.match(answer)
    if found is None:
        raise ScanFailed(answer or "no answer")
    return found["name"]


def _connected(url: str) -> socket.socket:
    parts = urlsplit(url)
    try:
        if parts.scheme == "unix":
            return _connected_to_file(parts.path)
        return socket.create_connection((parts.hostname, parts.port or PORT), timeout=CONNECT)
    except OSError as error:
        raise ScannerDown(str(error)) from error


def _connected_to_file(path: str) -> socket.socket:
    server = socket.socket(socket.AF_UNIX)
    server.settimeout(CONNECT)
    try:
        server.connect(path)
    except OSError:
        server.close()
        raise
    return server


def _send(server: socket.socket, content: Readable, deadline: float) -> None:
    """Pieces with their lengths before them; a length of zero is the end."""
    server.sendall(b"zINSTREAM\0")
    while chunk := content.read(_CHUNK):
        _keep_to(server, deadline)
        server.sendall(struct.pack("!L", len(chunk)) + chunk)
    server.sendall(struct.pack("!L", 0))


def _answer(server: socket.socket, deadline: float) -> str:
    answer = b""
    try:
        while not answer.endswith(b"\0") and len(answer) < _LONGEST_ANSWER:
            _keep_to(server, deadline)
            piece = server.recv(_LONGEST_ANSWER)
            if not piece:
                break
            answer += piece
    except OSError as error:
        raise ScanFailed(str(error)) from error
    return answer.rstrip(b"\0\n").decode(errors="replace")


def _keep_to(server: socket.socket, deadline: float) -> None:
    left = deadline - time.monotonic()
    if left <= 0:
        raise ScanFailed("the scanner took too long")
    server.settimeout(left)
