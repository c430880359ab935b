"""Code of ours over what a student made, in a process of its own: whatever it meets, time and memory have an end."""

import json
import os
import resource
import select
import signal
import sys
import time

from course_utils.tools.grading import linux

MOST_SECONDS, MOST_MEMORY = 20, 2 << 30  # of CPU, and bytes more than this process has
PATIENCE = 3  # the clock may show so many times MOST_SECONDS


class Failed(Exception):
    """It took too long, or too much memory, or raised something; the message is a word on it."""


def apart(function, *arguments):
    """What a function returns, as JSON gives it back. Raises ValueError where it does, and Failed for all else.

    The clock is this process's: no call into C outlasts it.
    """
    ours, theirs = os.pipe()
    child = os.fork()
    if not child:
        os.close(ours)
        answer(theirs, function, arguments)
    os.close(theirs)
    try:
        said = read_all(ours, time.monotonic() + PATIENCE * MOST_SECONDS)
    finally:
        os.close(ours)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    try:
        said = json.loads(said)
    except ValueError:  # it was ended before it could say
        raise Failed("TooSlow") from None
    if "value" in said:
        return said["value"]
    raise ValueError(said["says"]) if said["error"] == "ValueError" else Failed(said["error"])


def answer(pipe, function, arguments):
    """Write what the function returns or raises into the pipe, within the limits, and end this process."""
    try:
        if sys.platform == "linux":
            linux.die_with_parent()
        linux.limit(resource.RLIMIT_CPU, MOST_SECONDS)
        if (now := linux.data_in_use()) is not None:
            linux.limit(resource.RLIMIT_DATA, now + MOST_MEMORY)
        try:
            said = {"value": function(*arguments)}
        except BaseException as error:
            said = {"error": type(error).__name__, "says": str(error)}
        with os.fdopen(pipe, "wb") as file:
            file.write(json.dumps(said).encode())
    finally:
        os._exit(0)


def read_all(pipe, end):
    """The bytes of a pipe up to its end, or up to the time `end`."""
    pieces = []
    while (left := end - time.monotonic()) > 0 and select.select([pipe], [], [], left)[0]:
        if not (piece := os.read(pipe, 1 << 20)):
            break
        pieces.append(piece)
    return b"".join(pieces)
