"""The names that learning platforms give to what was handed in: whose it is, and the platform's number for them."""

import itertools
import re
from dataclasses import dataclass

# Ada Lovelace_1234567_assignsubmission_file_
MOODLE = re.compile(r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_.*")
# lovelaceada_LATE_123_4567_2b.ipynb; the second number is that of the file
CANVAS = re.compile(r"(?P<name>[^_]+)_(?:LATE_)?(?P<id>\d{2,})_(?P<file>\d{3,})_.*")
# HW2_ada_attempt_2026-11-30-10-11-12_2b.ipynb, and without an ending of its own the receipt, a .txt
BLACKBOARD = re.compile(r"(?P<head>.+)_attempt_(?P<time>\d{4}(?:-\d{2}){5})(?:[_.].*)?")
# 12345-678 - Ada Lovelace - Nov 30, 2026 1011 AM, and perhaps the name of a file
BRIGHTSPACE = re.compile(r"(?P<id>\d+)-\d+ - (?P<name>.+) - [^-]*\d{4}[^-]*(?: - .*)?")
LONGEST = 255  # characters of a name that a platform made
ENDING = re.compile(r"(\.ipynb)?(\.\w{1,10})?$", re.IGNORECASE)


@dataclass(frozen=True)
class Owner:
    """Whose a file is. id: what the platform calls the student, or ""."""

    name: str
    id: str = ""


def matches(pattern, entries):
    """{entry: match} of the names that a platform may have made."""
    return {entry: match for entry in entries if len(entry) <= LONGEST and (match := pattern.fullmatch(entry))}


def owner(entry):
    """The owner that a name says beyond doubt, or None: Canvas's names are like many others."""
    found = matches(MOODLE, [entry]) or matches(BRIGHTSPACE, [entry])
    return Owner(found[entry]["name"], found[entry]["id"]) if found else None


def canvas(entries):
    """{entry: owner} where at least half of the names are like Canvas's, which numbers each file."""
    found = matches(CANVAS, entries)
    if 2 * len(found) < len(entries) or len({match["file"] for match in found.values()}) < len(found):
        return {}
    return {entry: Owner(match["name"], match["id"]) for entry, match in found.items()}


def blackboard(entries):
    """{entry: owner, or None for what does not count}: of several attempts the last does."""
    found = matches(BLACKBOARD, entries)
    words = {entry: match["head"].split("_") for entry, match in found.items()}
    alike = itertools.takewhile(lambda column: len(set(column)) == 1, zip(*words.values(), strict=False))
    task = min([len(list(alike)), *(len(head) - 1 for head in words.values())])  # words that name the task
    last, names = {}, {}
    for entry, match in found.items():
        names[entry] = "_".join(words[entry][task:])
        last[names[entry]] = max(last.get(names[entry], ""), match["time"])
    counts = {entry: found[entry]["time"] == last[name] for entry, name in names.items()}
    return {entry: Owner(name, name) if counts[entry] else None for entry, name in names.items()}


def recognised(paths):
    """True where most of the outermost names are a platform's."""
    entries = {path.split("/")[0] for path in paths}
    found = canvas(entries).keys() | blackboard(entries).keys() | {entry for entry in entries if owner(entry)}
    return 2 * len(found) > len(entries)


def owners(paths):
    """The owner of each path, by the outermost folder or else by the file; None for what does not count."""
    entries = {path.split("/")[0] for path in paths}
    by_name = canvas(entries) | blackboard(entries) | {entry: own for entry in entries if (own := owner(entry))}
    if matches(BRIGHTSPACE, entries):
        by_name["index.html"] = None  # its list of what was handed in
    return [by_name[entry] if (entry := path.split("/")[0]) in by_name else Owner(plain(path)) for path in paths]


def plain(path):
    """The student of a path that no platform named."""
    return path.split("/")[0] if "/" in path else ENDING.sub("", path, count=1) or path
