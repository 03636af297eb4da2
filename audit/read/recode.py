"""From the bytes of a file to the UTF-8 bytes of its text, chunk by chunk: unpacking, decoding, line ends."""

from __future__ import annotations

import codecs
import gzip
import io
from collections.abc import Iterator
from typing import BinaryIO, Literal

Encoding = Literal["utf-8", "utf-16-le", "utf-16-be", "windows-1252"]
LineEnd = Literal["LF", "CR"]

#: Bytes that are handled together.
CHUNK = 1 << 20


def unpacked(file: BinaryIO, packed: bool) -> Iterator[bytes]:
    """The bytes of a file, unpacked if it is gzip. Raises what gzip raises for damaged data."""
    source = gzip.GzipFile(fileobj=file) if packed else file
    while chunk := source.read(CHUNK):
        yield chunk


def utf8(chunks: Iterator[bytes], encoding: Encoding, line_end: LineEnd = "LF") -> Iterator[bytes]:
    """Bytes of a text as UTF-8, without byte order mark and with LF in place of lone CRs if they are its line ends.

    What has no meaning in the encoding comes out as bytes that are not UTF-8.
    """
    if encoding == "windows-1252":
        chunks = _from_windows(chunks)
    elif encoding != "utf-8":
        chunks = _from_utf16(chunks, encoding)
    yield _line_feeds(next(chunks, b"").removeprefix(codecs.BOM_UTF8), line_end)
    for chunk in chunks:
        yield _line_feeds(chunk, line_end)


def _line_feeds(chunk: bytes, line_end: LineEnd) -> bytes:
    return chunk.replace(b"\r", b"\n") if line_end == "CR" else chunk


def _from_windows(chunks: Iterator[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        # the five bytes that Windows-1252 does not define stay as they are
        yield chunk.decode("cp1252", "surrogateescape").encode("utf-8", "surrogateescape")


def _from_utf16(chunks: Iterator[bytes], encoding: Encoding) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")
    for chunk in chunks:
        yield decoder.decode(chunk).encode("utf-8", "surrogatepass")
    try:
        yield decoder.decode(b"", final=True).encode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        yield b"\xff"  # half a character is left over


class TextStream(io.RawIOBase):
    """Chunks of bytes, made from a file, as one stream; closing it closes the file."""

    def __init__(self, file: BinaryIO, chunks: Iterator[bytes]) -> None:
        self._file = file
        self._chunks = chunks
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._ready:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._ready = memoryview(chunk)
        count = min(len(buffer), len(self._ready))
        buffer[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def close(self) -> None:
        self._file.close()
        super().close()
