"""A filter of the kernel that ends the process when anything in it, native code too, opens a socket of the internet.

``python -c "from tests.limits import seccomp; seccomp.no_internet(); ..."``. Linux on x86-64 or ARM64 alone.
"""

from __future__ import annotations

import ctypes
import platform
import socket
import struct
import sys

_SOCKET_CALL = {"x86_64": 41, "aarch64": 198}
_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 38, 22, 2
_ALLOW, _KILL = 0x7FFF0000, 0x80000000
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
#: Where the kernel tells the call, the architecture and the first argument (the family of a socket).
_CALL, _ARCH, _FAMILY = 0, 4, 16

SUPPORTED = sys.platform == "linux" and platform.machine() in _SOCKET_CALL


def no_internet() -> None:
    """From now on, in this process and all that it starts, a socket of IPv4 or IPv6 ends the process (SIGSYS)."""
    machine = platform.machine()
    program = [
        (_LOAD, 0, 0, _ARCH),
        (_EQUAL, 0, 5, _ARCHITECTURE[machine]),
        (_LOAD, 0, 0, _CALL),
        (_EQUAL, 0, 4, _SOCKET_CALL[machine]),
        (_LOAD, 0, 0, _FAMILY),
        (_EQUAL, 1, 0, socket.AF_INET),
        (_EQUAL, 0, 1, socket.AF_INET6),
        (_RETURN, 0, 0, _KILL),
        (_RETURN, 0, 0, _ALLOW),
    ]
    code = b"".join(struct.pack("HBBI", *step) for step in program)
    buffer = ctypes.create_string_buffer(code, len(code))
    told = struct.pack("HxxxxxxP", len(program), ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) or libc.prctl(_SECCOMP, _FILTER, told, 0, 0):
        raise OSError(ctypes.get_errno(), "the kernel takes no filter")
