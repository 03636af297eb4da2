"""What stands around every command: exit statuses of errors, Ctrl-C, quick help."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import socket
import sys
import tempfile
import threading
import time
from typing import Any

import typer
from typer.core import TyperGroup

from audit import errors
from audit.errors import UserError
from audit.printable import printable

#: Ctrl-C, and what a scheduler sends before it kills.
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
#: Set by the first Ctrl-C: an engine may turn the interruption into an error of its own.
_interrupted = False
#: Seconds between two attempts to stop running queries.
_AGAIN = 0.2


def watch_interrupts() -> None:
    """Makes Ctrl-C and SIGTERM end the command at once, and known to ``Guarded`` whatever they become on their way up.

    DuckDB does not notice a signal before its query ends, so a thread that the signal wakes stops the queries.
    """
    for number in _SIGNALS:
        signal.signal(number, _interrupt)
    woken, waking = socket.socketpair()
    waking.setblocking(False)
    signal.set_wakeup_fd(waking.detach(), warn_on_full_buffer=False)
    threading.Thread(target=_stop_queries, args=(woken,), daemon=True).start()


def _interrupt(_number: int, _frame: Any) -> None:
    global _interrupted
    _interrupted = True
    raise KeyboardInterrupt


def _stop_queries(woken: socket.socket) -> None:
    while woken.recv(1)[0] not in _SIGNALS:
        pass
    while True:
        if duckdb := sys.modules.get("duckdb"):
            for thing in gc.get_objects():
                if type(thing) is duckdb.DuckDBPyConnection:
                    with contextlib.suppress(duckdb.Error):
                        thing.interrupt()
        time.sleep(_AGAIN)


def leave(leaving: SystemExit) -> None:
    """Ends the process with this status at once: everything is closed, and taking down the libraries takes 0.2 s."""
    sys.stdout.flush()
    sys.stderr.flush()
    if isinstance(leaving.code, int | None):
        os._exit(leaving.code or 0)
    raise leaving


def say(text: str) -> None:
    """A line on stderr."""
    typer.echo("\n".join(printable(line) for line in text.split("\n")), err=True)


class QuickHelp(TyperGroup):
    """A group whose ``--help`` answers at once."""

    def get_help_option(self, ctx: Any) -> Any:
        """With a default the option needs no conversion, for which typer would import pydantic (0.2 s)."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.default = False
        return option


def meaning(error: BaseException) -> tuple[int, str]:
    """The exit status of an error that ends a command, and what is told of it."""
    if _interrupted or isinstance(error, KeyboardInterrupt):
        return errors.INTERRUPTED, "interrupted. A result that was there before is as it was."
    if isinstance(error, UserError):
        return error.exit_status, error.message
    if errors.disk_full(error):
        return errors.USAGE, (
            "a disk is full, or no file may grow further: where the results go (--out, --workspace) or where temporary "
            f"files go ({tempfile.gettempdir()}). A result that was there before is as it was. Make room, or name "
            "another --out, or another folder in TMPDIR, and run again."
        )
    if errors.out_of_memory(error):
        return errors.USAGE, (
            "the memory that may be used does not suffice, though what can wait goes to disk. A result that was there "
            "before is as it was. Give more, as in --memory 2GB, or take fewer --threads, and run again."
        )
    return errors.INTERNAL, f"internal error ({type(error).__name__})."


class Guarded(QuickHelp):
    """Turns what a command raises into its exit status and one line on stderr.

    A command leaves in ``ctx.meta`` its folder (``out``) and whether values may be shown (``show_values``).
    """

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except BaseException as error:
            status, told = meaning(error)
            passing = (SystemExit, typer.Exit, typer.Abort, typer.TyperException, BrokenPipeError)
            if isinstance(error, passing) and status != errors.INTERRUPTED:
                raise
            if status != errors.INTERNAL or isinstance(error, UserError):
                say(f"sis-audit: {told}")
                raise typer.Exit(status) from None
            where = errors.record(error, ctx.meta.get("out"), show_values=ctx.meta.get("show_values", False))
            say(
                f"sis-audit: {told} Where it happened, without any value of your data, is in {where}: please report it "
                "with that file."
            )
            raise typer.Exit(status) from None
