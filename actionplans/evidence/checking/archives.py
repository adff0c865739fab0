"""A ZIP archive as office files are one, read with suspicion: what counts is what it unpacks to.

The sizes in an archive's headers are claims. So each entry is unpacked in memory, a piece at a time and to
nowhere, until it ends where the headers say or the limit is reached.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

MAX_ENTRIES = 5_000
MAX_DIRECTORY = 2 * 1024**2  # bytes; read as a whole, before its entries can be counted
MAX_UNPACKED = 256 * 1024**2
MAX_RATIO = 200  # to one; sheets of empty cells come near it, bombs are five times over it
ALWAYS_FINE = 10 * 1024**2  # so much may unpack from however little
_CHUNK = 64 * 1024
_ENCRYPTED, _UTF8 = 0x1, 0x800
_LOCAL, _LOCAL_SIZE = b"PK\x03\x04", 30
_END, _END_SIZE = b"PK\x05\x06", 22


class BadArchive(Exception):
    """It is none, is broken, or unpacks to more than anybody needs."""


class Archive:
    """The entries of an archive that has nothing before, behind or twice in it; BadArchive for any other."""

    def __init__(self, content: BinaryIO) -> None:
        self._content = content
        self._size = content.seek(0, 2)
        self._check_ends()
        try:
            self.entries = ZipFile(content).infolist()
        # Python's reader finds some broken directories only when it trips over them.
        except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, OverflowError) as error:
            raise BadArchive from error
        self._check_entries()

    @property
    def names(self) -> list[str]:
        return [entry.filename for entry in self.entries]

    def read(self, name: str, *, at_most: int) -> bytes:
        """One entry as a whole; BadArchive where it is missing or longer."""
        found = next((entry for entry in self.entries if entry.filename == name), None)
        if found is None or found.file_size > at_most:
            raise BadArchive
        return b"".join(self._unpacked(found))

    def check_unpacked(self) -> None:
        """Unpack all of it, with an eye on how much that is."""
        limit = min(MAX_UNPACKED, max(ALWAYS_FINE, MAX_RATIO * self._size))
        total = 0
        for entry in self.entries:
            for piece in self._unpacked(entry):
                total += len(piece)
                if total > limit:
                    raise BadArchive

    def _check_ends(self) -> None:
        """The first byte is the first entry's and the last one the directory's: it is no other file as well."""
        self._content.seek(0)
        begins = self._content.read(len(_LOCAL)) == _LOCAL
        self._content.seek(max(0, self._size - _END_SIZE))
        end = self._content.read()
        if not begins or not end.startswith(_END):
            raise BadArchive
        directory_size, _place, comment_size = struct.unpack("<LLH", end[12:])
        if directory_size > MAX_DIRECTORY or comment_size:
            raise BadArchive

    def _check_entries(self) -> None:
        if not 0 < len(self.entries) <= MAX_ENTRIES or len(set(self.names)) < len(self.entries):
            raise BadArchive
        for entry in self.entries:
            parts = entry.filename.split("/")
            if entry.flag_bits & _ENCRYPTED or entry.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
                raise BadArchive
            if ".." in parts or parts[0] == "" or "\\" in entry.orig_filename or "\0" in entry.orig_filename:
                raise BadArchive
        in_order = sorted(self.entries, key=lambda entry: entry.header_offset)
        if in_order[0].header_offset != 0:
            raise BadArchive
        # Entries that share their bytes let a small file unpack to any size.
        begins = [entry.header_offset for entry in in_order[1:]]
        ends = [self._data_of(entry) + entry.compress_size for entry in in_order]
        if any(end > begin for end, begin in zip(ends, [*begins, self._size], strict=True)):
            raise BadArchive

    def _data_of(self, entry: ZipInfo) -> int:
        """Where the entry's data begin, as its own header says, which must name it as the directory does."""
        self._content.seek(entry.header_offset)
        header = self._content.read(_LOCAL_SIZE)
        if len(header) < _LOCAL_SIZE or not header.startswith(_LOCAL):
            raise BadArchive
        name_length, extra_length = struct.unpack("<HH", header[26:30])
        encoding = "utf-8" if entry.flag_bits & _UTF8 else "cp437"
        if self._content.read(name_length) != entry.orig_filename.encode(encoding):
            raise BadArchive
        return entry.header_offset + _LOCAL_SIZE + int(name_length) + int(extra_length)

    def _unpacked(self, entry: ZipInfo) -> Iterator[bytes]:
        """The entry's pieces as they really are; BadArchive where they are not what was announced."""
        self._content.seek(self._data_of(entry))
        size, checksum = 0, 0
        for piece in self._pieces(entry):
            size, checksum = size + len(piece), zlib.crc32(piece, checksum)
            if size > entry.file_size:
                raise BadArchive
            yield piece
        if (size, checksum) != (entry.file_size, entry.CRC):
            raise BadArchive

    def _pieces(self, entry: ZipInfo) -> Iterator[bytes]:
        packed = self._packed(entry.compress_size)
        if entry.compress_type == ZIP_STORED:
            yield from packed
            return
        unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            for chunk in packed:
                left = chunk
                while left and not unpacker.eof:
                    yield unpacker.decompress(left, _CHUNK)
                    left = unpacker.unconsumed_tail
            yield unpacker.flush()
        except zlib.error as error:
            raise BadArchive from error
        if not unpacker.eof or unpacker.unused_data:
            raise BadArchive

    def _packed(self, length: int) -> Iterator[bytes]:
        while length:
            chunk = self._content.read(min(_CHUNK, length))
            if not chunk:
                raise BadArchive
            length -= len(chunk)
            yield chunk
