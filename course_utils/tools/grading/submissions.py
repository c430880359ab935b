"""What was handed in. Nothing is run here and nothing is trusted: files are bytes, and may be anything.

A file is (path, bytes, problem) until it is known whose it is: the platforms' names are in platforms.py.
"""

import ast
import hashlib
import io
import json
import re
import stat
import unicodedata
import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from course_utils import exercises
from course_utils.probing import one_line
from course_utils.tools.grading import platforms
from course_utils.tools.notebooks import CourseError

MOST_BYTES = 50 << 20  # of a notebook, outputs included
MOST_SOURCE = 2 << 20  # of all its cells
MOST_CELLS = 5_000  # that hold code
MOST_UNPACKED, MOST_FILES = 200 << 20, 1_000  # of an archive that a student made
IGNORED = {"__MACOSX", ".ipynb_checkpoints", ".git", "__pycache__"}
NOTEBOOK = re.compile(r"\.ipynb(\.txt|\.json)?$", re.IGNORECASE)  # some browsers and editors add an ending of their own
EMPTY, HIDDEN = "the folder is empty", "there are only hidden files and what editors leave behind"
LESSON = re.compile(r"\d{1,3}[a-z]?_\w+")  # "2b_sentiment_simple_rnn"
PREDICTION = re.compile(r"\w{1,20}\.\w{1,10}")  # "2b.A"
MOST_PREDICTION = 80  # characters of one that are shown


@dataclass(frozen=True)
class Submission:
    """One file that was handed in. `problem` says why it cannot be graded, or is empty."""

    student: str
    path: str  # below the folder or archive, with "/"
    data: bytes
    problem: str = ""
    id: str = ""  # the platform's number or name for the student

    @property
    def key(self):
        """What it is and where it lay, as a short text."""
        return hashlib.sha256(f"{self.student}\0{self.path}\0".encode() + self.data).hexdigest()[:16]


def collect(source):
    """All submissions of a folder, an archive or a single notebook, sorted by student and path."""
    source = Path(source)
    if source.is_dir():
        files = list(in_folder(source))
    elif source.suffix.lower() == ".zip" and source.is_file():
        files = list(in_archive(source.read_bytes()))
        if not files:
            raise CourseError(f"{source} is not a zip archive, or is empty.")
    elif source.is_file():
        with source.open("rb") as file:
            files = list(taken(source.name, file))
    else:
        raise CourseError(f"there is no folder or archive {source}.")
    files = [(readable(path), data, problem) for path, data, problem in files]
    while around_all([path for path, _, _ in files]):
        files = [(path.split("/", 1)[1], data, problem) for path, data, problem in files]
        files = [file for file in files if file[0] and not skipped(file[0].split("/")[0])]
    if not files:
        raise CourseError(f"there is nothing in {source}.")
    return sorted(with_students(files), key=lambda one: (one.student, one.path, one.key))


def around_all(paths):
    """True where one folder lies around all that was handed in, and is not a student's."""
    outer = {path.split("/")[0] for path in paths}
    if len(outer) != 1 or not all("/" in path for path in paths):
        return False
    [folder] = outer
    inner = [path.split("/", 1)[1] for path in paths]
    if platforms.owner(folder):
        return False
    if folder == "submitted" or platforms.recognised(inner):  # nbgrader's
        return True
    in_it = any(is_read(path) and "/" not in path for path in inner)
    return not (in_it or len({PurePosixPath(path).parent for path in paths}) < 2)


def readable(path):
    """A file name that can be written as UTF-8, composed, and without control characters."""
    text = unicodedata.normalize("NFC", path.encode("utf-8", "replace").decode("utf-8"))
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def in_folder(folder):
    """(path, bytes, problem) of every file below a folder; archives are opened, links are not followed."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if skipped(name):
            yield from left_behind(name)
        elif path.is_symlink():
            yield name, b"", "this is a link, not a file"
        elif path.is_file():
            try:
                with path.open("rb") as file:
                    yield from taken(name, file)
            except OSError as error:
                yield name, b"", f"the file cannot be read ({error.strerror})"
        elif not path.is_dir():
            yield name, b"", "this is not a file"
        elif not any(path.iterdir()):
            yield name + "/", b"", EMPTY


def in_archive(data, name="", budget=None, depth=0):
    """(path, bytes, problem) of the files in a zip; nothing is unpacked onto the disk.

    name: of the archive, where a student made it. budget: [bytes, files] that may still come out of it.
    """
    prefix = name.rsplit(".", 1)[0] + "/" if name else ""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except Exception:
        return
    for entry in archive.infolist():
        path = "/".join(part for part in name_in(entry).replace("\\", "/").split("/") if part not in ("", ".", ".."))
        if path and skipped(path):
            yield from left_behind(prefix + path)
        elif path and entry.is_dir():
            yield f"{prefix}{path}/", b"", EMPTY
        if entry.is_dir() or not path or skipped(path):
            continue
        if budget:
            budget[:] = budget[0] - min(entry.file_size, MOST_BYTES) * is_read(path), budget[1] - 1
            if min(budget) < 0:
                yield name, b"", f"the archive holds more than {MOST_UNPACKED >> 20} MB or {MOST_FILES:,} files"
                return
        if stat.S_ISLNK(entry.external_attr >> 16):
            yield prefix + path, b"", "this is a link, not a file"
            continue
        try:
            with archive.open(entry) as file:
                found = list(taken(prefix + path, file, budget, depth))
        except Exception:
            found = [(prefix + path, b"", "the archive is damaged, or has a password")]
        yield from found


def name_in(entry):
    """The name of an entry of a zip. macOS writes UTF-8 and does not say so; then it is taken for another code."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.filename


def taken(path, file, budget=None, depth=0):
    """(path, bytes, problem) of an open file, or of the files in it; only notebooks and archives are read."""
    data = file.read(MOST_BYTES + 1) if is_read(path) else b""  # whatever size an archive claims
    if len(data) > MOST_BYTES:
        yield path, b"", f"the file is too large (more than {MOST_BYTES >> 20} MB)"
    elif path.lower().endswith(".zip"):
        inner = list(in_archive(data, path, budget or [MOST_UNPACKED, MOST_FILES], depth + 1)) if depth < 2 else []
        yield from inner or [(path, b"", "the archive cannot be read, or is empty")]
    else:
        yield path, data, ""


def is_read(path):
    """True for a notebook and an archive; what else is handed in need not be opened."""
    return bool(NOTEBOOK.search(path)) or path.lower().endswith(".zip")


def skipped(path):
    """True for what editors and systems leave behind."""
    return any(part in IGNORED or part.startswith(".") for part in path.split("/"))


def left_behind(path):
    """A file that is skipped, so that its folder's student is seen; none for what lies beside the students."""
    if not skipped(path.split("/")[0]):
        yield path, b"", HIDDEN


def with_students(files):
    """Submissions from (path, bytes, problem): the notebooks, and a row for who handed in none.

    A file in a folder belongs to the student that the outermost folder names, any other to the one that it names
    itself. The platform's number for a student stays in the name where two have the same one.
    """
    owners = platforms.owners([path for path, _, _ in files])
    everything = {}
    for file, owner in zip(files, owners, strict=True):
        if owner:
            everything.setdefault((owner.name, owner.id), []).append(file)
    bearers = Counter(name for name, _ in everything)
    for (name, number), own in everything.items():
        student = f"{name} ({number})" if number and bearers[name] > 1 else name
        opened = [one for one in own if is_read(one[0]) and one[2] != HIDDEN]  # notebooks, and archives not opened
        for path, data, problem in opened or [why_none(own)]:
            yield Submission(student, path, data, problem, number)


def why_none(files):
    """(path, bytes, problem) for a student none of whose files is a notebook."""
    ranked = sorted(files, key=lambda file: (file[2] == EMPTY, file[2] == HIDDEN))  # the files, if any, come first
    path, _, problem = ranked[0]
    return path, b"", problem or "there is no notebook among the files"


def notebook_in(data):
    """The dictionary that a notebook file holds. Raises ValueError with one sentence for what is not a notebook."""
    if not data.strip():
        raise ValueError("the file is empty")
    try:
        notebook = json.loads(data.decode(json.detect_encoding(data), "replace").lstrip("\ufeff"))
    except (ValueError, RecursionError):
        raise ValueError("this is not a notebook: the file is not JSON") from None
    if not isinstance(notebook, dict):
        raise ValueError("this is not a notebook: it has no cells")
    return notebook


def python_of(notebook):
    """The version of Python that a notebook says it ran in, as [3, 13], or None."""
    found = notebook
    for name in ("metadata", "language_info", "version"):
        found = found.get(name) if isinstance(found, dict) else None
    match = re.match(r"(3)\.(\d{1,3})(?!\d)", found) if isinstance(found, str) else None
    return [int(number) for number in match.groups()] if match else None


def cells_of(notebook):
    """The sources of a notebook's code cells. Raises ValueError with one sentence where there can be none."""
    cells = notebook.get("cells")
    if cells is None and isinstance(notebook.get("worksheets"), list):  # format 3
        sheets = [sheet for sheet in notebook["worksheets"] if isinstance(sheet, dict)]
        cells = [cell for sheet in sheets for cell in sheet.get("cells") or []]
    if not isinstance(cells, list):
        raise ValueError("this is not a notebook: it has no cells")
    sources = []
    for cell in cells:
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            source = cell.get("source", cell.get("input"))
            if isinstance(source, list) and all(isinstance(line, str) for line in source):
                pass
            elif not isinstance(source, str):
                continue
            text = exercises.source_of({"source": source})
            if text.strip():
                sources.append(text.encode("utf-8", "replace").decode("utf-8").replace("\0", ""))
    if len(sources) > MOST_CELLS:
        raise ValueError(f"there are more than {MOST_CELLS:,} cells of code")
    if sum(map(len, sources)) > MOST_SOURCE:
        raise ValueError(f"the cells hold more than {MOST_SOURCE >> 20} MB of text")
    return sources


def marker(source):
    """The marker of a cell, as `exercises.marker`; whatever the cell holds, this takes no time."""
    return exercises.marker("\n".join(line[:200] for line in source.split("\n", 100)[:100]))


def lessons_in(sources, path, course):
    """The numbers of the lessons that a notebook answers, by its markers, or its setup call, or its name."""
    counted = Counter()
    for source in sources:
        kind, name = marker(source)
        if kind in ("exercise", "check") and name:
            lesson = course.lesson_of(name)
            counted.update([lesson.number] if lesson else [])
    if counted:
        return sorted(counted)
    file = re.sub(r"\s*\(\d+\)$", "", PurePosixPath(path).stem[-200:])  # browsers number their downloads
    stated = [name for name, _ in editions_in(sources)]
    for name in stated if any(map(LESSON.fullmatch, stated)) else [*stated, file]:
        for number in sorted(course.lessons, key=lambda number: (-len(number), number)):
            if re.search(rf"(?<![0-9A-Za-z]){re.escape(number)}(?![0-9A-Za-z])", name.replace("_", " ")):
                return [number]
    return []


def editions_in(sources):
    """(lesson, edition) of each cell with a setup call, as `exercises.edition_of`: ("2b_sentiment_simple_rnn", 2)."""
    stated = [exercises.edition_of({"cells": [{"cell_type": "code", "source": source}]}) for source in sources]
    return [(one_line(one[0], 100), one[1]) for one in stated if one]


def predictions_in(sources):
    """{id: text} of the predictions in a notebook, "" where none was made. They are read; nothing of them is run."""
    found = {}
    for source in sources:
        calls = exercises.calls_of("predict", source)
        if calls is None:  # perhaps because of a magic
            source = "\n".join("" if exercises.MAGIC.match(line) else line for line in source.split("\n"))
            calls = exercises.calls_of("predict", source)
        if calls is None and marker(source)[0] == "predict" and PREDICTION.fullmatch(marker(source)[1] or ""):
            found.setdefault(marker(source)[1], "(the cell is not valid Python)")
        for call in calls or ():
            name = getattr(call.args[0], "value", None) if call.args else None
            if isinstance(name, str) and PREDICTION.fullmatch(name):
                found[name] = guess_in(call, source)
    return found


def guess_in(call, source):
    """The guess that stands in a call of `predict`: a text as it is, anything else as it is written."""
    given = [*call.args[1:2], *(option.value for option in call.keywords if option.arg == "guess")]
    value = getattr(given[0], "value", None) if given and isinstance(given[0], ast.Constant) else None
    if not given or value is ...:
        return ""
    return one_line(value if isinstance(value, str) else ast.get_source_segment(source, given[0]), MOST_PREDICTION)
