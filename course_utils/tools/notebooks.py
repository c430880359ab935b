"""Notebook files as plain dictionaries: reading, writing byte for byte reproducibly, and normalising.

Nothing here depends on nbformat, so that the same notebook gives the same bytes under every version.
"""

import copy
import hashlib
import json
import os
import re
from pathlib import Path

from course_utils.exercises import edition_of, is_lesson, marker
from course_utils.parsed_code import code_hash
from course_utils.paths import PACKAGE, REPOSITORY, in_checkout, resource

KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}
LANGUAGE_INFO = {"name": "python"}
KEPT_CELL_METADATA = ("cellView", "tags")  # what tools and editors add besides is noise in a diff
SPLIT_MIMES = ("application/javascript", "image/svg+xml")  # written as lists of lines, as text/* is
READS_RESULTS = re.compile(r"\b(?:experiment|trained_weights)\(\"(\w+)\"")  # of the scripts in experiments/
READS_FULL = re.compile(r"\bfull_results\(\)")  # of the lesson's own full profile
STAMPS = ("code", "stamped", "weights")  # of a result file (experiments/result_file.py)
CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
CARRIAGE_RETURN = re.compile(r"^[^\n]*\r(?=[^\n])", re.MULTILINE)


class CourseError(Exception):
    """Something the user can mend; the message is one sentence, shown without a traceback."""


def solutions_folder():
    """The folder of the solution notebooks. Raises FileNotFoundError when the course is incomplete."""
    return resource("solutions")


def checkout(what):
    """The root of the checkout. Raises CourseError, saying that `what` needs one, in an installed wheel."""
    if not in_checkout():
        raise CourseError(f"{what} needs a clone of the course's repository; this is an installed package.")
    return REPOSITORY


def build_folder():
    """Where outputs go: the checkout's build/, or build/ in the current folder for an installed package."""
    return (REPOSITORY if in_checkout() else Path.cwd()) / "build"


def find_notebooks(folder, lessons=()):
    """The notebooks of a folder, sorted; `lessons` names some of them, as "2b" or by their whole name.

    Raises CourseError naming those there are when one is not there, or when the folder holds none.
    """
    there = sorted(Path(folder).glob("*.ipynb"))
    if not there:
        raise CourseError(f"there is no notebook in {folder}.")
    chosen = set()
    for lesson in lessons:
        stem = Path(lesson).name.removesuffix(".ipynb")
        found = [path for path in there if is_lesson(path.stem, stem)]
        if not found:
            names = ", ".join(path.stem for path in there)
            raise CourseError(f"there is no lesson {lesson!r} in {folder}; there are: {names}.")
        chosen.update(found)
    return [path for path in there if path in chosen] if lessons else there


def joined(text):
    """A text that the notebook format may hold as a list of lines, as one string."""
    return "".join(text) if isinstance(text, list) else text


def read(path):
    """A notebook file as a dictionary, all its texts joined to strings. Raises CourseError when it is not one."""
    try:
        notebook = json.loads(Path(path).read_text(encoding="utf-8"))
        cells = notebook["cells"]
    except (ValueError, KeyError, TypeError) as error:
        raise CourseError(f"{path} is not a notebook of format 4 ({type(error).__name__}: {error}).") from error
    for cell in cells:
        cell["source"] = joined(cell["source"])
        for output in cell.get("outputs", []):
            if "text" in output:
                output["text"] = joined(output["text"])
            for mime, value in output.get("data", {}).items():
                if not mime.endswith("json"):
                    output["data"][mime] = joined(value)
    return notebook


def dumps(notebook):
    """The text of a notebook file, in the layout that Jupyter and nbformat write."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook["cells"]:
        cell["source"] = cell["source"].splitlines(keepends=True)
        for output in cell.get("outputs", []):
            if "text" in output:
                output["text"] = output["text"].splitlines(keepends=True)
            for mime, value in output.get("data", {}).items():
                if isinstance(value, str) and (mime.startswith("text/") or mime in SPLIT_MIMES):
                    output["data"][mime] = value.splitlines(keepends=True)
    return json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def write_text(path, text):
    """Write a file under a temporary name and move it into place; its folder is made when missing."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(text.encode("utf-8"))
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def cell_ids(cells):
    """An id for every cell: its own, or one made from its position and source where it has none or a duplicate."""
    given = [cell.get("id") for cell in cells]
    ids, taken = [], {name for name in given if name}
    seen = set()
    for position, (cell, own) in enumerate(zip(cells, given, strict=True)):
        if not own or own in seen or not CELL_ID.fullmatch(own):
            salt = ""
            while True:
                own = hashlib.sha256(f"{position}\n{salt}{cell['source']}".encode()).hexdigest()[:8]
                if own not in taken:
                    break
                salt += "\n"
        ids.append(own)
        seen.add(own)
        taken.add(own)
    return ids


def with_ids(notebook):
    """A copy of the notebook in which every cell has an id of its own (format 4.5)."""
    notebook = copy.deepcopy(notebook)
    for cell, own in zip(notebook["cells"], cell_ids(notebook["cells"]), strict=True):
        cell["id"] = own
    notebook["nbformat"], notebook["nbformat_minor"] = 4, max(5, notebook.get("nbformat_minor", 5))
    return notebook


def merged(outputs):
    """Outputs in which consecutive pieces of one stream are one, and a progress bar is its last state."""
    result = []
    for output in outputs:
        before = result[-1] if result else {}
        if output["output_type"] == "stream" and before.get("name") == output["name"]:
            before["text"] += output["text"]
        else:
            result.append(copy.deepcopy(output))
    for output in result:
        if output["output_type"] == "stream":
            output["text"] = CARRIAGE_RETURN.sub("", output["text"].replace("\r\n", "\n"))
    return result


def normalised(notebook):
    """An executed notebook as it is committed: nothing in it depends on when or where it ran but its outputs."""
    notebook = with_ids(notebook)
    notebook["metadata"] = {"kernelspec": dict(KERNELSPEC), "language_info": dict(LANGUAGE_INFO)}
    count = 0
    for cell in notebook["cells"]:
        cell["metadata"] = {key: cell["metadata"][key] for key in KEPT_CELL_METADATA if cell["metadata"].get(key)}
        if cell["cell_type"] != "code":
            continue
        count += 1
        cell["execution_count"] = count
        cell["outputs"] = merged(cell.get("outputs", []))
        for output in cell["outputs"]:
            if output["output_type"] == "execute_result":
                output["execution_count"] = count
    return notebook


def check_lines(notebook):
    """What the checks of an executed notebook said: [(cell number from 1, line beginning with ✓, ✗ or ○)]."""
    lines = []
    for number, cell in enumerate(notebook["cells"], 1):
        if cell["cell_type"] == "code" and marker(cell["source"])[0] == "check":
            said = "".join(output.get("text", "") for output in cell["outputs"]).split("\n")
            lines += [(number, line) for line in said if line.startswith(("✓", "✗", "○"))]
    return lines


def hash_of(notebook):
    """The hash of what a notebook runs, but for its install cell, which `make lessons` stamps."""
    return code_hash(*code_of(notebook["cells"]))


def made_by(cell, notebook):
    """The hash of what makes a cell's outputs: the code up to it, and the result files that this reads."""
    sources = code_of(notebook["cells"][: notebook["cells"].index(cell) + 1])
    code = "\n".join(sources)
    files = []
    for name in dict.fromkeys(READS_RESULTS.findall(code)):
        files += sorted((PACKAGE / "experiments" / "results").glob(f"{name}.*"))
    stated = edition_of(notebook)
    if READS_FULL.search(code) and stated:
        files += solutions_folder().glob(f"{stated[0]}.full.json")
    return code_hash(*sources, *(f"'{hashlib.sha256(measured(path)).hexdigest()}' != 0" for path in files))


def measured(path):
    """The bytes of a result file that a lesson reads: without the stamps that say which code made it."""
    if path.suffix != ".json":
        return path.read_bytes()
    result = json.loads(path.read_text(encoding="utf-8"))
    return json.dumps({key: value for key, value in result.items() if key not in STAMPS}, sort_keys=True).encode()


def code_of(cells):
    """The sources of what these cells run, without an install cell."""
    sources = [cell["source"] for cell in cells if cell["cell_type"] == "code"]
    return [source for source in sources if marker(source) != ("setup", "install")]


def goal_outputs(notebook):
    """(the outputs with a picture of the cells that show the goal, those of the goal cell itself: one at most)."""
    showing, made = [], []
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        outputs = [output for output in cell["outputs"] if "image/png" in output.get("data", {})]
        if "show_goal()" in cell["source"]:
            showing += outputs
        elif marker(cell["source"])[0] == "goal":
            made += outputs[:1]
    return showing, made


def goal_pictures(notebook):
    """The pictures (base64 PNG) of the cells that show the goal, then that of the goal cell itself."""
    showing, made = goal_outputs(notebook)
    return [output["data"]["image/png"].strip() for output in showing + made]
