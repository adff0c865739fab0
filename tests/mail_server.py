"""A mail server as a process of its own, and the bare way to send to it; `python -m tests.mail_server`.

It takes everything, on any number of connections at once, and lets each mail wait as long as it is told. What it
has taken it notes in a file: a line for each mail, with its Message-ID.
"""

import asyncio
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import TextIO

from carportal.local.kept import kept_port

END_OF_MAIL = b"\r\n.\r\n"
ANSWERS = {b"DATA": b"354 go on", b"QUIT": b"221 bye"}
LONGEST_START = 20.0  # seconds, on a machine that is busy


class MailServer:
    """Where it listens, and what it has taken so far."""

    def __init__(self, port: int, notes: Path) -> None:
        self.port = port
        self._notes = notes

    def taken(self) -> list[str]:
        """Each mail's Message-ID, in the order in which they came."""
        return self._notes.read_text().splitlines()


@contextmanager
def mail_server(folder: Path, *, seconds: float) -> Iterator[MailServer]:
    """One that takes so many seconds for each mail."""
    server = MailServer(kept_port(folder / "port"), folder / "taken")
    command = [sys.executable, "-m", __name__, "serve", str(server.port), str(folder / "taken"), str(seconds)]
    with subprocess.Popen(command) as process:
        try:
            deadline = time.monotonic() + LONGEST_START
            while not (folder / "taken").exists():
                assert time.monotonic() < deadline, "the mail server does not start"
                time.sleep(0.02)
            yield server
        finally:
            process.terminate()


@contextmanager
def bare_senders(server: MailServer, mail: Path, *, number: int) -> Iterator[None]:
    """So many processes that send the file `mail` over and over, each on one connection."""
    command = [sys.executable, "-m", __name__, "send", str(server.port), str(mail)]
    processes = [subprocess.Popen(command) for _ in range(number)]
    try:
        yield
    finally:
        for process in processes:
            process.terminate()
            process.wait()


async def _serve(port: int, notes: Path, seconds: float) -> None:
    with notes.open("a", buffering=1) as file:
        server = await asyncio.start_server(
            lambda reader, writer: _talk(reader, writer, file, seconds), "127.0.0.1", port
        )
        await server.serve_forever()


async def _talk(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, file: TextIO, seconds: float
) -> None:
    writer.write(b"220 here\r\n")
    while command := (await reader.readline())[:4].upper():
        writer.write(ANSWERS.get(command, b"250 fine") + b"\r\n")
        if command == b"DATA":
            mail = await reader.readuntil(END_OF_MAIL)
            await asyncio.sleep(seconds)
            file.write(f"{BytesHeaderParser().parsebytes(mail)['Message-ID']}\n")
            writer.write(b"250 taken\r\n")
        elif command == b"QUIT":
            break
    writer.close()


def _send(port: int, mail: bytes) -> None:
    connection = smtplib.SMTP("127.0.0.1", port)
    while True:
        connection.sendmail("portal@example.org", ["somebody@example.org"], mail)


if __name__ == "__main__":
    role, port, path, *rest = sys.argv[1:]
    if role == "serve":
        asyncio.run(_serve(int(port), Path(path), float(*rest)))
    else:
        _send(int(port), Path(path).read_bytes())
