"""What was handed in. Nothing is run here and nothing is trusted: files are bytes, and may be anything."""

import hashlib
import io
import json
import re
import stat
import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from course_utils import exercises
from course_utils.tools.notebooks import CourseError

MOST_BYTES = 50 << 20  # of a notebook, outputs included
MOST_SOURCE = 2 << 20  # of all its cells
IGNORED = {"__MACOSX", ".ipynb_checkpoints", ".git", "__pycache__"}
PLATFORM = re.compile(r"_\d+_assignsubmission_.*$")  # Moodle's "Ada Lovelace_1234567_assignsubmission_file_"
SETUP_CALL = re.compile(r"^[ \t]{0,20}setup\([\"']([^\"'\n]{1,100})[\"']", re.MULTILINE)


@dataclass(frozen=True)
class Submission:
    """One file that was handed in. `problem` says why it cannot be graded, or is empty."""

    student: str
    path: str  # below the folder or archive, with "/"
    data: bytes
    problem: str = ""

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
        files = list(in_archive(source.read_bytes(), ""))
        if not files:
            raise CourseError(f"{source} is not a zip archive, or is empty.")
    elif source.is_file():
        files = [(source.name, source.read_bytes(), "")]
    else:
        raise CourseError(f"there is no folder or archive {source}.")
    files = [(readable(path), data, problem) for path, data, problem in files]
    while files and all("/" in path for path, _, _ in files) and len({path.split("/")[0] for path, _, _ in files}) == 1:
        if len({PurePosixPath(path).parent for path, _, _ in files}) < 2:
            break  # one student's folder, not a folder around all of them
        files = [(path.split("/", 1)[1], data, problem) for path, data, problem in files]
    if not files:
        raise CourseError(f"there is nothing in {source}.")
    return sorted(with_students(files), key=lambda one: (one.student, one.path, one.key))


def readable(path):
    """A file name that can be written as UTF-8, without control characters."""
    text = path.encode("utf-8", "replace").decode("utf-8")
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def in_folder(folder):
    """(path, bytes, problem) of every file below a folder; archives are opened, links are not followed."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if skipped(name):
            continue
        if path.is_symlink():
            yield name, b"", "this is a link, not a file"
        elif path.is_file():
            size = path.stat().st_size
            try:
                data = path.read_bytes() if size <= MOST_BYTES else b""
            except OSError as error:
                yield name, b"", f"the file cannot be read ({error.strerror})"
                continue
            if path.suffix.lower() == ".zip":
                inner = list(in_archive(data, name))
                yield from inner or [(name, b"", "the archive cannot be read, or is empty")]
            else:
                yield name, data, "" if size <= MOST_BYTES else f"the file is too large ({size >> 20} MB)"
        elif not path.is_dir():
            yield name, b"", "this is not a file"


def in_archive(data, name, depth=0):
    """(path, bytes, problem) of the files in a zip; nothing is unpacked onto the disk."""
    prefix = name.rsplit(".", 1)[0] + "/" if name else ""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except Exception:
        return
    for entry in archive.infolist():
        path = "/".join(part for part in entry.filename.replace("\\", "/").split("/") if part not in ("", ".", ".."))
        if entry.is_dir() or not path or skipped(path):
            continue
        if stat.S_ISLNK(entry.external_attr >> 16):
            yield prefix + path, b"", "this is a link, not a file"
            continue
        try:
            with archive.open(entry) as file:
                content = file.read(MOST_BYTES + 1)  # whatever size the archive claims
        except Exception:
            yield prefix + path, b"", "the archive is damaged, or has a password"
            continue
        if len(content) > MOST_BYTES:
            yield prefix + path, b"", f"the file is too large (more than {MOST_BYTES >> 20} MB)"
        elif path.lower().endswith(".zip"):
            inner = list(in_archive(content, prefix + path, depth + 1)) if depth < 2 else []
            yield from inner or [(prefix + path, b"", "the archive cannot be read, or is empty")]
        else:
            yield prefix + path, content, ""


def skipped(path):
    """True for what editors and systems leave behind."""
    return any(part in IGNORED or part.startswith(".") for part in path.split("/"))


def with_students(files):
    """Submissions from (path, bytes, problem): the notebooks, and a row for who handed in none.

    A file in a folder belongs to the student that the outermost folder names, any other to the one that it names
    itself.
    """
    owners = {}
    for path, data, problem in files:
        owner = path.split("/")[0] if "/" in path else path.rsplit(".", 1)[0]
        owners.setdefault(PLATFORM.sub("", owner) or owner, []).append((path, data, problem))
    for student, own in owners.items():
        notebooks = [one for one in own if one[0].lower().endswith(".ipynb")]
        for path, data, problem in notebooks:
            yield Submission(student, path, data, problem)
        if not notebooks:
            path, _, problem = own[0]
            yield Submission(student, path, b"", problem or "there is no notebook among the files")


def cells_of(data):
    """The sources of a notebook's code cells. Raises ValueError with one sentence for what is not a notebook."""
    if not data.strip():
        raise ValueError("the file is empty")
    try:
        notebook = json.loads(data.decode("utf-8", "replace").lstrip("\ufeff"))
    except (ValueError, RecursionError):
        raise ValueError("this is not a notebook: the file is not JSON") from None
    if not isinstance(notebook, dict):
        raise ValueError("this is not a notebook: it has no cells")
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
            sources.append(text.encode("utf-8", "replace").decode("utf-8").replace("\0", ""))
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
    for name in [*(name for source in sources for name in SETUP_CALL.findall(source)), file]:
        for number in sorted(course.lessons, key=lambda number: (-len(number), number)):
            if re.search(rf"(?<![0-9A-Za-z]){re.escape(number)}(?![0-9A-Za-z])", name.replace("_", " ")):
                return [number]
    return []
