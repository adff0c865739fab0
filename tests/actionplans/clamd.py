"""A clamd to ask: speaks INSTREAM over TCP or a socket file, and knows one virus, the harmless test file of all scanners."""

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# In two parts, so that no scanner takes this file for it.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Clamd(threading.Thread):
    """`answer` is said in place of a verdict, if set; `limit` as StreamMaxLength; `hold` keeps it waiting."""

    def __init__(self, server: socketserver.BaseServer, url: str) -> None:
        super().__init__(daemon=True)
        self.server, self.url = server, url
        self.heard: list[bytes] = []
        self.answer = b""
        self.limit = 25 * 1024**2
        self.hold = threading.Event()
        self.hold.set()

    def run(self) -> None:
        self.server.serve_forever(poll_interval=0.02)

    def verdict(self, content: bytes) -> bytes:
        if self.answer:
            return self.answer
        return b"stream: Eicar-Test-Signature FOUND" if EICAR in content else b"stream: OK"


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        clamd: Clamd = self.server.clamd  # type: ignore[attr-defined]
        command = self._until_nul()
        if command != b"zINSTREAM":
            self.wfile.write(b"UNKNOWN COMMAND\0")
            return
        content = b""
        while size := struct.unpack("!L", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
            if len(content) > clamd.limit:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        clamd.heard.append(content)
        clamd.hold.wait(20)
        self.wfile.write(clamd.verdict(content) + b"\0")

    def _until_nul(self) -> bytes:
        command = b""
        while (byte := self.rfile.read(1)) not in {b"\0", b""}:
            command += byte
        return command


@contextmanager
def running_clamd(socket_file: Path | None = None) -> Iterator[Clamd]:
    kind: Any = socketserver.ThreadingTCPServer
    address: Any = ("127.0.0.1", 0)
    if socket_file is not None:
        kind, address = socketserver.ThreadingUnixStreamServer, str(socket_file)
    with kind(address, _Handler) as server:
        url = f"unix://{socket_file}" if socket_file else f"tcp://127.0.0.1:{server.server_address[1]}"
        clamd = server.clamd = Clamd(server, url)
        clamd.start()
        try:
            yield clamd
        finally:
            clamd.hold.set()
            server.shutdown()
