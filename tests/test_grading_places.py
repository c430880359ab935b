"""Wherever the course and its Python lie, by whatever names: what a submission must see is seen, the rest is hidden.

Most of these tests run the real launcher and worker with small stand-ins for TensorFlow, Keras and the checks, so that
each takes a second.
"""

import csv
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import venv
from pathlib import Path

import pytest
import submissions
from submissions import needs_protection

from course_utils.paths import PACKAGE, REPOSITORY
from course_utils.tools.grading import linux, sandbox
from course_utils.tools.notebooks import CourseError

PACKAGES = os.path.relpath(sysconfig.get_paths()["purelib"], sys.prefix)
PYTHON_IN_TMP = set(sandbox.view([sys.base_prefix, os.path.realpath(sys.executable)])["kept"])  # as a rule none
STAND_INS = {
    "tensorflow.py": "",
    "keras.py": "class utils:\n    set_random_seed = staticmethod(lambda seed: None)\n",
    "course_utils/__init__.py": "",
    # what the answer returns comes out as a hint
    "course_utils/checks/__init__.py": "import json, types\n\ndef observe(exercise, answer, inputs):\n"
    "    return types.SimpleNamespace(status='wrong', hint=json.dumps(answer(*inputs)))\n",
    "setup.json": "{}",
}
LOOK = '''
import os, sys

def look(paths):
    """What a submission finds at each path: the names in a folder, the text of a file, or None."""
    found = {}
    for path in paths:
        try:
            found[path] = sorted(os.listdir(path)) if os.path.isdir(path) else open(path).read()
        except OSError:
            found[path] = None
    return found
'''


@pytest.fixture
def place():
    """A folder below /tmp, and not where TMPDIR says, in whose name stand a space, a bracket and an umlaut."""
    with tempfile.TemporaryDirectory(prefix="my [clöne] ", dir="/tmp") as folder:
        os.chmod(folder, 0o700)  # submissions run as another user
        yield Path(os.path.realpath(folder))


@pytest.fixture
def link():
    """The name for a link directly in /tmp."""
    name = Path(tempfile.mktemp(prefix="link to a clone ", dir="/tmp"))
    yield name
    name.unlink(missing_ok=True)


def clone(folder):
    """A checkout with an environment in it, as far as the sandbox is concerned: it holds a package, and secrets."""
    venv.create(folder / ".venv", symlinks=True, with_pip=False)
    write(folder / ".venv" / PACKAGES / "somebody.py", "greeting = 'hello'")
    for writable in (folder / ".venv", folder / ".venv" / PACKAGES):  # but for the sandbox
        writable.chmod(0o777)
    write(folder / "solutions" / "2b.ipynb", "secret")
    write(folder / "course_utils" / "checks" / "lesson_2b.py", "secret")
    return folder


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def run(monkeypatch, tmp_path):
    """run(prefix, source, argument): what `look(argument)` of a cell returns in the sandbox of that environment."""
    folder = tmp_path / "stand-ins"
    for name, text in STAND_INS.items():
        write(folder / name, text)
    for name in ("linux.py", "launcher.py", "worker.py", "notebook_python.py"):
        shutil.copyfile(sandbox.HERE / name, folder / name)
    started = []

    def run(prefix, argument, hidden=(), source=LOOK):
        monkeypatch.setattr(sys, "prefix", str(prefix))
        monkeypatch.setattr(sys, "exec_prefix", str(prefix))
        monkeypatch.setattr(sys, "executable", f"{prefix}/bin/python")
        if not started:
            started.append(sandbox.Worker(folder, [str(path) for path in hidden]))
        task = {"cells": [("x.1", source)], "exercises": [("x.1", "look", True)], "probe": {"x.1": [[argument]]}}
        outcome = started[0].run(task | {"setup": "", "references": []}, sandbox.Limits())
        assert "x.1" in outcome.verdicts, outcome
        return json.loads(outcome.verdicts["x.1"][1])

    yield run
    for one in started:
        one.stop()


WRITE = '''
import os, sys

def look(folders):
    """The folders in which a file can be made."""
    import somebody
    assert somebody.greeting == "hello"
    for folder in list(folders):
        try: open(os.path.join(folder, "left.txt"), "x").close()
        except OSError: folders.remove(folder)
    return [sys.prefix, folders]
'''


@needs_protection
def test_a_clone_in_tmp_is_seen_as_far_as_it_must_be(place, run):
    """Its environment is there, read-only, and nothing beside it; /tmp is each submission's own all the same."""
    course = clone(place / "course")
    secrets = [str(course / path) for path in ("solutions", "solutions/2b.ipynb", "course_utils/checks/lesson_2b.py")]
    packages = str(course / ".venv" / PACKAGES)
    found = run(course / ".venv", [str(course), "/tmp", packages, *secrets])
    assert found.pop(str(course)) == [".venv"] and {*found.pop("/tmp")} == {place.name} | PYTHON_IN_TMP
    assert "somebody.py" in found.pop(packages) and set(found.values()) == {None}
    folders = ["/tmp", str(place), str(course), str(course / ".venv"), packages]
    for _ in range(2):  # the second finds nothing of the first, or it could not make the file
        assert run(course / ".venv", folders, source=WRITE) == [str(course / ".venv"), ["/tmp"]]
    assert not list(place.rglob("left.txt"))


@needs_protection
@pytest.mark.parametrize("linked", ["clone", "clone, by two links", "environment", "libraries"])
def test_what_is_seen_by_a_link_is_seen_by_its_own_name_too(linked, place, link, run):
    """A linked home, clone or environment: Python is found by all its names, and secrets by none."""
    course = clone(place / "home" / "course")
    named = course
    if linked.startswith("clone"):
        (place / "somewhere").symlink_to("home")
        link.symlink_to(course.parent if linked == "clone" else place / "somewhere" / ".." / "home")
        named = link / "course"
    elif linked == "environment":
        (course / ".venv").rename(place / "large disk")
        (course / ".venv").symlink_to(place / "large disk")
    else:
        (course / ".venv" / "lib").rename(place / "large disk")
        (course / ".venv" / "lib").symlink_to("../../../large disk")
    prefix = named / ".venv"
    asked = [str(folder / name) for folder in (named, course) for name in ("solutions/2b.ipynb", "course_utils", "x")]
    assert set(run(prefix, asked).values()) == {None}
    assert run(prefix, [str(named), str(course), str(prefix)], source=WRITE) == [str(prefix), []]
    kept = {place.name, link.name} if linked.startswith("clone") else {place.name}
    assert set(run(prefix, ["/tmp"])["/tmp"]) == kept | PYTHON_IN_TMP


@needs_protection
@pytest.mark.parametrize("below", ["an environment below a linked folder", "a linked environment", "linked libraries"])
def test_what_is_hidden_is_hidden_by_whichever_name(below, place, link, run):
    """An installed course holds its solutions, and the folder of its environment has a second name."""
    course = clone(place / "course")
    package = course / ".venv" / PACKAGES / "course_utils"
    write(package / "bundled" / "solutions" / "2b.ipynb", "secret")
    link.symlink_to(course if below == "an environment below a linked folder" else course / ".venv")
    prefix = link / ".venv" if below == "an environment below a linked folder" else link
    if below == "linked libraries":
        (course / ".venv" / "lib").rename(place / "lib")
        (course / ".venv" / "lib").symlink_to(place / "lib")
    names = [str(folder / PACKAGES / "course_utils") for folder in (prefix, course / ".venv")]
    names += [os.path.realpath(names[0])]
    secrets = [f"{name}/bundled/solutions/2b.ipynb" for name in names]
    assert all(map(os.path.exists, secrets))
    found = run(prefix, [*names, *secrets], hidden=[names[0]])
    assert [found[name] for name in names] == [[], [], []] and {found[secret] for secret in secrets} == {None}


@needs_protection
def test_a_file_is_hidden_by_whichever_name(place, link, run):
    course = clone(place / "course")
    secret = course / ".venv" / PACKAGES / "secret.py"
    write(secret, "secret")
    link.symlink_to(course)
    named = link / secret.relative_to(course)
    found = run(link / ".venv", [str(secret), str(named)], hidden=[named])
    assert not any(found.values())


@needs_protection
def test_a_clone_with_the_sandboxs_own_name_for_its_folder(place, run, monkeypatch):
    """Somebody's clone may lie in /course, which is what the worker's folder is called inside."""
    course = clone(place / "course")
    monkeypatch.setattr(sandbox, "INSIDE", str(course))
    assert run(course / ".venv", [str(course)]) == {str(course): [".venv"]}
    assert sorted(run(course / ".venv", [f"{course}-"])[f"{course}-"])[-1] == "worker.py"


def test_links_are_followed_one_by_one(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "one").symlink_to("a")
    (tmp_path / "two").symlink_to(tmp_path / "one" / "b" / "..")
    real, links = sandbox.without_links(f"{tmp_path}/two/b/../b/nothing")
    assert real == os.path.realpath(f"{tmp_path}/two/b/../b/nothing") == f"{os.path.realpath(tmp_path)}/a/b/nothing"
    assert {os.path.basename(link): target for link, target in links.items() if "one" in link or "two" in link} == {
        "one": "a",
        "two": f"{tmp_path}/one/b/..",
    }
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(CourseError, match="more than 40 links"):
        sandbox.without_links(f"{tmp_path}/loop")


def test_tmp_itself_is_no_environment():
    with pytest.raises(CourseError, match="/tmp itself, in whose place"):
        sandbox.view(["/usr", "/tmp"])


def test_a_mount_point_is_read_as_it_is_named(monkeypatch, tmp_path):
    """The system writes a space as \\040, and other letters as they are."""
    table = tmp_path / "mountinfo"
    table.write_text("36 35 0:1 / /x/a\\040b\\134é rw - tmpfs\n37 35 0:1 / /xy rw - tmpfs\n", encoding="utf-8")
    monkeypatch.setattr("builtins.open", lambda path, mode, opened=open: opened(table, mode))
    assert linux.mounts_below("/x") == ["/x/a b\\é"]


@needs_protection
def test_a_clone_in_tmp_grades_as_any_other(place, link):
    """The whole command, in a copy of this checkout that is reached by a link."""
    course = clone(place / "course")
    for name in ("course_utils", "solutions"):
        shutil.rmtree(course / name)
        shutil.copytree(REPOSITORY / name, course / name, ignore=shutil.ignore_patterns("__pycache__", "experiments"))
    shutil.copyfile(REPOSITORY / "pyproject.toml", course / "pyproject.toml")
    shutil.rmtree(course / ".venv" / PACKAGES)
    (course / ".venv" / PACKAGES).symlink_to(os.path.realpath(sysconfig.get_paths()["purelib"]))
    link.symlink_to(place)
    forbidden = [str(folder / name) for folder in (course, link / "course", REPOSITORY)
                 for name in ("solutions", "course_utils", "handed in", "report")]  # fmt: skip
    spy = f"""import os
seen = [path for path in {forbidden!r} if os.path.exists(path) and os.listdir(path)]
def teacher_forcing(targets, start):
    raise RuntimeError(f"it sees {{seen}}")"""
    write(link / "course" / "handed in" / "ada.ipynb", submissions.answered({"2a.7": spy}).decode())
    command = [link / "course" / ".venv" / "bin" / "python", "-m", "course_utils.tools.cli", "grade", "handed in"]
    done = subprocess.run(
        [*map(str, command), "--out", "report", "--jobs", "1"],
        cwd=link / "course",
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    with open(course / "report" / "grades.csv", encoding="utf-8") as file:
        [row] = csv.DictReader(file)
    assert (row["points"], row["2a.7"], row["status"]) == ("6", "0", "graded")
    assert "it sees []" in (course / "report" / "feedback" / "ada.html").read_text(encoding="utf-8")
    assert str(PACKAGE) not in done.stdout + done.stderr
