"""What a process may still do that opens hostile files, kept by the kernel: neither connect, nor start
programs, nor read or write files but those that are named.

Landlock keeps files and a filter of system calls (seccomp) the rest, each where the kernel has it; elsewhere,
as in Lambda and on other systems than Linux, nothing is kept and nothing fails. There is no way back.

As a program it confines itself and becomes another command of Python, which can then start no other program
but Python: ``confine`` gives its command line.
"""

from __future__ import annotations

import ctypes
import json
import os
import struct
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

SYSTEM = (
    *("/usr", "/lib", "/lib64", "/nix", "/etc"),
    *("/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu", "/dev/urandom"),
)
"""Where libraries, fonts and time zones are, and what they ask of the machine. Of processes its own alone:
others' environments hold secrets."""

NULL = "/dev/null"


def confined_command(
    command: Sequence[str], readable: Iterable[Path], *, listening: bool = False
) -> list[str]:
    """Return the command line of a Python command that is confined to reading below these places, and
    writes nothing. ``listening`` is that of ``confine``."""
    how = {"readable": [*map(str, readable)], "listening": listening}
    return [sys.executable, "-I", __file__, json.dumps(how), *command]


def confine(
    readable: Iterable[str | Path],
    writable: Iterable[str | Path],
    *,
    becoming: bool = False,
    listening: bool = False,
) -> None:
    """Keep this thread, and all that it starts, to the files below these places, beside the system's own.

    ``becoming``: it may become Python anew. ``listening``: it may open sockets and wait at them, as a library
    does that is always a server, but neither connect nor send anything.
    """
    if sys.platform != "linux":
        return
    with suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None, use_errno=True)
        # The kernel takes neither from a process without rights before it has promised this.
        libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        with suppress(OSError):
            _keep_files(libc, readable, writable, becoming=becoming, net=_CONNECT if listening else _TCP)
        with suppress(OSError):
            _keep_calls(libc, becoming=becoming, listening=listening)


def lacking() -> list[str]:
    """Return what this system has not of the two, asked without confining anything."""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
    except (OSError, TypeError):
        return list(_HAVING)
    return [name for name, has in _HAVING.items() if not has(libc)]


def _has_landlock(libc: ctypes.CDLL) -> bool:
    with suppress(OSError, AttributeError):
        return sys.platform == "linux" and _call_system(libc, _CREATE_RULESET, None, 0, _VERSION) > 0
    return False


def _has_filters(libc: ctypes.CDLL) -> bool:
    action = ctypes.c_uint32(_REFUSE & 0xFFFF0000)
    with suppress(OSError, AttributeError, KeyError):
        asked = _call_system(libc, _SECCOMP[os.uname().machine], _IS_AVAILABLE, 0, ctypes.addressof(action))
        return sys.platform == "linux" and asked == 0
    return False


# -- files: landlock(7) -------------------------------------------------------------------------------------

_NO_NEW_PRIVILEGES = 38
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # on every machine
_VERSION = 1
_BENEATH = 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_FOLDER, _TRUNCATE = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 14
_READ = _READ_FILE | _READ_FOLDER
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE
_TCP, _CONNECT = 0b11, 0b10
_SIGNALS_AND_SOCKETS = 0b11


def _keep_files(
    libc: ctypes.CDLL,
    readable: Iterable[str | Path],
    writable: Iterable[str | Path],
    *,
    becoming: bool,
    net: int,
) -> None:
    version = _call_system(libc, _CREATE_RULESET, None, 0, _VERSION)
    # Each version of Landlock knows more rights, and refuses a set with one that it does not know.
    every = (1 << (13 if version < 2 else 14 if version < 3 else 15)) - 1
    programs = _python_programs() if becoming else ()
    if becoming and not programs:  # it cannot be told what is needed to become Python anew
        every &= ~_EXECUTE
    # A kernel takes as much of the structure as it knows, and refuses one that is longer.
    kept = struct.pack("=QQQ", every, net, _SIGNALS_AND_SOCKETS)
    attributes = kept[: 8 if version < 4 else 16 if version < 6 else 24]
    rules = _call_system(libc, _CREATE_RULESET, attributes, len(attributes), 0)
    try:
        for place in (*SYSTEM, *_python_places(), *readable):
            _allow(libc, rules, place, _READ)
        for place in writable:
            _allow(libc, rules, place, every & ~_EXECUTE)
        # subprocess and libraries open it for what nobody reads.
        _allow(libc, rules, NULL, _READ_FILE | _WRITE_FILE)
        for program in programs:
            _allow(libc, rules, program, _EXECUTE | _READ_FILE)
        _call_system(libc, _RESTRICT_SELF, rules, 0)
    finally:
        # The rules hold without it.
        os.close(rules)


def _python_places() -> set[str]:
    return {each for each in (sys.prefix, sys.base_prefix, sys.exec_prefix, *sys.path) if each}


def _python_programs() -> tuple[str, ...]:
    """This Python and what the kernel starts it with (elf(5): the segment of type 3), none if that is not as
    on other machines."""
    program = os.path.realpath(sys.executable)
    with Path(program).open("rb") as file:
        head = file.read(4096)
    with suppress(struct.error, UnicodeDecodeError):
        start, (size, count) = struct.unpack_from("<Q", head, 32)[0], struct.unpack_from("<HH", head, 54)
        for at in range(start, start + size * count, size):
            kind, offset, length = struct.unpack_from("<I4xQ16xQ", head, at)
            if head.startswith(b"\x7fELF\x02\x01") and kind == 3:
                return program, head[offset : offset + length - 1].decode()
    return ()


def _allow(libc: ctypes.CDLL, rules: int, place: str | Path, access: int) -> None:
    """Allow what is beneath a place, if it is there."""
    try:
        opened = os.open(place, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        # Landlock refuses a right of folders for a file.
        allowed = access if Path(place).is_dir() else access & _OF_FILES
        _call_system(libc, _ADD_RULE, rules, _BENEATH, struct.pack("=Qi", allowed, opened), 0)
    finally:
        os.close(opened)


def _call_system(libc: ctypes.CDLL, number: int, *arguments: object) -> int:
    """Return what a system call gives. Raises ``OSError``."""
    # Else ctypes cuts the result to an int, and an error looks like a large number.
    libc.syscall.restype = ctypes.c_long
    result = int(libc.syscall(ctypes.c_long(number), *map(_long, arguments)))
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def _long(value: object) -> object:
    return ctypes.c_long(value) if isinstance(value, int) else value


# -- system calls: seccomp(2) -------------------------------------------------------------------------------

_SET_FILTER, _FILTER = 22, 2
_LOAD, _JUMP_IF_EQUAL, _JUMP_IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_SECCOMP, _IS_AVAILABLE = {"x86_64": 317, "aarch64": 277}, 2
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 1  # EPERM
_CALL_NUMBER, _MACHINE = 0, 4  # where the kernel puts them
_FOREIGN = 0x40000000
"""Numbers from here on are of another way to call (x32)."""

_MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_CONNECTING = {"x86_64": (41, 425), "aarch64": (198, 425)}  # socket, io_uring_setup
_SENDING = {"x86_64": (42, 44, 46, 307, 425), "aarch64": (203, 206, 211, 269, 425)}
"""The calls connect, sendto, sendmsg, sendmmsg and io_uring_setup."""

_STARTING = {"x86_64": (59, 322), "aarch64": (221, 281)}  # execve, execveat
_MEDDLING = {"x86_64": (101, 310, 311, 438), "aarch64": (117, 270, 271, 438)}
"""The calls ptrace, process_vm_readv and _writev, and pidfd_getfd, by which a process takes the sockets of
another."""


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


def _keep_calls(libc: ctypes.CDLL, *, becoming: bool, listening: bool) -> None:
    machine = os.uname().machine
    # A process of 32 bits on such a machine has other numbers for its calls: a filter would refuse the wrong
    # ones.
    if machine not in _MACHINES or struct.calcsize("P") != 8:
        return
    # io_uring_setup, too: through it a process connects without a call that the filter sees.
    reaching = _SENDING if listening else _CONNECTING
    refused = [*_MEDDLING[machine], *reaching[machine], *(() if becoming else _STARTING[machine])]
    steps = b"".join(_step(*each) for each in _filter(_MACHINES[machine], refused))
    program = _Program(len(steps) // 8, steps)
    if libc.prctl(_SET_FILTER, _FILTER, ctypes.byref(program), 0, 0):
        raise OSError(ctypes.get_errno(), "no filter of system calls")


def _filter(machine: int, refused: Sequence[int]) -> list[tuple[int, int, int, int]]:
    """Return the filter's steps: operation, steps to jump where it holds and where not, value."""
    count = len(refused)
    return [
        (_LOAD, 0, 0, _MACHINE),
        # Of another machine's calls the numbers mean something else: all are refused.
        (_JUMP_IF_EQUAL, 0, count + 3, machine),
        (_LOAD, 0, 0, _CALL_NUMBER),
        (_JUMP_IF_AT_LEAST, count + 1, 0, _FOREIGN),
        *((_JUMP_IF_EQUAL, count - index, 0, number) for index, number in enumerate(refused)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]


def _step(operation: int, holds: int, fails: int, value: int) -> bytes:
    return struct.pack("=HBBI", operation, holds, fails, value)


_HAVING = {"Landlock (files)": _has_landlock, "seccomp (connections, programs)": _has_filters}


if __name__ == "__main__":
    confine(writable=(), becoming=True, **json.loads(sys.argv[1]))
    os.execv(sys.executable, [sys.executable, *sys.argv[2:]])  # noqa: S606 - the one program that it may be
