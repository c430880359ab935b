"""What has been graded so far, so that an interrupted run goes on where it stopped.

OUT/journal.jsonl: a first line on what the rows hang on (the course, limits, the secret from which inputs are drawn),
then a line for each submission that is finished.
"""

import contextlib
import hashlib
import json
import os
import secrets
from pathlib import Path

from course_utils.paths import PACKAGE

FILE = "journal.jsonl"


def fingerprint(course, limits):
    """A short text that changes when the course's code, private checks, solutions or limits do."""
    code = [path.read_text(encoding="utf-8") for path in sorted(PACKAGE.rglob("*.py"))]
    lessons = {number: [(one.id, one.name, one.solution) for one in lesson.exercises]
               + [lesson.setup, lesson.editions, lesson.predictions]
               for number, lesson in course.lessons.items()}  # fmt: skip
    what = [code, course.private_sources, lessons, repr(limits)]
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()[:16]


class Journal:
    """The rows of one run. `secret` is the integer that inputs are drawn from: the given one, or that of the file."""

    def __init__(self, folder, course, limits, seed=None):
        self.path = Path(folder) / FILE
        self.path.parent.mkdir(parents=True, exist_ok=True)
        mark = fingerprint(course, limits)
        head, rows = read(self.path)
        if head.get("made from") != mark or (seed is not None and head.get("secret") != seed):
            head, rows = {"made from": mark, "secret": secrets.randbits(63) if seed is None else seed}, {}
        self.secret, self.rows = head["secret"], rows
        temporary = self.path.with_name(FILE + ".tmp")  # without what a broken-off run left half written
        lines = [head, *({"key": key, "rows": own} for key, own in rows.items())]
        temporary.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        temporary.chmod(0o600)  # whoever knows the secret knows the inputs
        os.replace(temporary, self.path)
        self.file = open(self.path, "a", encoding="utf-8")  # noqa: SIM115

    def add(self, key, rows):
        """Note a finished submission."""
        self.rows[key] = rows
        self.file.write(json.dumps({"key": key, "rows": rows}) + "\n")
        self.file.flush()

    def close(self):
        self.file.close()


def read(path):
    """(first line, {key: rows}) of a journal; what is not there or half written does not count."""
    head, rows = {}, {}
    with contextlib.suppress(OSError):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
            try:
                entry = json.loads(line)
                if number:
                    rows[entry["key"]] = entry["rows"]
                else:
                    head = dict(entry)
            except (ValueError, KeyError, TypeError):
                continue
    return head, rows
