"""Text from outside as a terminal may show it. Light on imports."""

from __future__ import annotations


def printable(text: str) -> str:
    """The text on one line, without what would move the cursor, colour, hide or turn round what follows."""
    if text.isprintable():
        return text
    plain = (" " if c.isspace() else c for c in text)
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in plain)


def clipped(text: str, most: int) -> str:
    """The beginning of a text that is longer than ``most`` characters."""
    return text if len(text) <= most else f"{text[:most]}…"
