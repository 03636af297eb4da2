"""What a user is told, and the exit status that goes with it."""

from __future__ import annotations

from collections.abc import Iterable

#: Exit statuses (the command line's contract).
CLEAN, FINDINGS, USAGE, NO_VERDICT, INTERNAL, NOTHING, INTERRUPTED = 0, 1, 2, 3, 4, 5, 130

#: Which status speaks when several apply, the strongest first.
PRECEDENCE = (INTERRUPTED, INTERNAL, USAGE, NOTHING, NO_VERDICT, FINDINGS, CLEAN)


class UserError(Exception):
    """Something that the user can put right. The text says what is wrong, where, and what to do next; no student value.

    ``exit_status``: 2 usage or settings, 3 an input or a user's own rule that can't be used, 5 nothing to check.
    """

    def __init__(self, message: str, exit_status: int = USAGE) -> None:
        super().__init__(message)
        self.message = message
        self.exit_status = exit_status


def strongest(statuses: Iterable[int]) -> int:
    """The exit status that speaks for several; 0 for none. ValueError for a status that does not exist."""
    return PRECEDENCE[min((PRECEDENCE.index(s) for s in statuses), default=len(PRECEDENCE) - 1)]
