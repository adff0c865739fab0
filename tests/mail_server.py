"""A mail server as a process of its own, and the bare way to send to it; `python -m tests.mail_server`.

It takes mail on any number of connections at once, and lets each wait as long as it is told. How it treats the first
try of a mail its address may say: `busy-…`, `refuse-…`, `hang-…`, `drop-…` and `close-…`. What it has taken it notes in
a file: a line for each mail, with its Message-ID.
"""

import asyncio
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import TextIO

from carportal.local.kept import kept_port

END_OF_MAIL = b"\r\n.\r\n"
TAKEN = b"250 taken"
ANSWERS = {b"DATA": b"354 go on", b"QUIT": b"221 bye"}
REFUSALS = {"busy": b"451 not now", "refuse": b"554 not that"}
MOODS = [*REFUSALS, "hang", "drop", "close"]
TOO_LONG = 2.0  # seconds for which it hangs; who sends to it must have less patience
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
def mail_server(folder: Path, *, seconds: float = 0) -> Iterator[MailServer]:
    """One that takes so many seconds for each mail."""
    folder.mkdir(exist_ok=True)
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


class _Serving:
    def __init__(self, notes: TextIO, seconds: float) -> None:
        self._notes, self._seconds = notes, seconds
        self._tried = set[str]()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):  # of clients that go when they like
            await self._commands(reader, writer)
        writer.close()

    async def _commands(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        mood = ""
        writer.write(b"220 here\r\n")
        while line := await reader.readline():
            command = line[:4].upper()
            writer.write(ANSWERS.get(command, b"250 fine") + b"\r\n")
            if command == b"RCPT":
                mood = self._mood_for(line.decode().partition("<")[2])
            elif command == b"DATA":
                answer = await self._answer(mood, await reader.readuntil(END_OF_MAIL))
                if mood == "drop":  # it has the mail, and nobody hears of it
                    writer.transport.abort()
                    return
                writer.write(answer + b"\r\n")
                if mood == "close":  # it says that it has the mail, and is gone by the next
                    return
            elif command == b"QUIT":
                return

    def _mood_for(self, address: str) -> str:
        mood = address.partition("-")[0] if address not in self._tried else ""
        self._tried.add(address)
        return mood

    async def _answer(self, mood: str, mail: bytes) -> bytes:
        if mood == "hang":
            await asyncio.sleep(TOO_LONG)
            return REFUSALS["busy"]
        if mood in REFUSALS:
            return REFUSALS[mood]
        await asyncio.sleep(self._seconds)
        self._notes.write(f"{BytesHeaderParser().parsebytes(mail)['Message-ID']}\n")
        return TAKEN


async def _serve(port: int, notes: Path, seconds: float) -> None:
    with notes.open("a", buffering=1) as file:
        server = await asyncio.start_server(_Serving(file, seconds).talk, "127.0.0.1", port)
        await server.serve_forever()


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
