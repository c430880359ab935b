"""The ways in: the lock, conda's environment, the wheel, Colab's runtime, and the Makefile that makes .venv."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

REPOSITORY = Path(__file__).resolve().parents[1]
LOCK = REPOSITORY / "requirements.lock"
SITE_LOCK = REPOSITORY / "docs" / "requirements.lock"
FREEZE = REPOSITORY / "tests" / "colab" / "freeze.txt"
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
UNREACHABLE = re.compile("error sending request|failed to fetch|NewConnectionError|name resolution", re.IGNORECASE)


def pins(path):
    """{canonical name: version} of a file of name==version lines; the last one counts where a marker chooses."""
    lines = [line.split(" ;")[0].strip() for line in path.read_text(encoding="utf-8").splitlines()]
    found = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(name): Version(version) for name, version in found}


def succeed(command, **options):
    """Run a command that needs the package index; returns its output. Skips without a network."""
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, **options)
    if done.returncode and UNREACHABLE.search(done.stderr):
        pytest.skip("the package index cannot be reached")
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture
def checkout(tmp_path):
    """A copy of what git would have in a clone of this working tree, without history."""
    copy = tmp_path / "checkout"
    ignored = shutil.ignore_patterns(".git", ".venv*", "build", "dist", "__pycache__", ".*_cache", "*.egg-info")
    shutil.copytree(REPOSITORY, copy, ignore=ignored)
    return copy


# --- requirements.lock


def test_the_lock_holds_pins_and_nothing_else():
    """No index address, no hash, no path: those would bind the course to one machine."""
    pin = re.compile(r"[a-z0-9.-]+==[\w.]+( ; [^:/@]+)?")
    lines = [*LOCK.read_text(encoding="utf-8").splitlines(), *SITE_LOCK.read_text(encoding="utf-8").splitlines()]
    assert [line for line in lines if not line.startswith("#") and not pin.fullmatch(line)] == []


def test_the_lock_has_colabs_versions():
    """What Colab has is pinned as Colab has it, but for the package that is broken there."""
    lock, freeze = pins(LOCK), pins(FREEZE)
    differing = {name for name in lock.keys() & freeze.keys() if lock[name] != freeze[name]}
    assert differing <= {"tensorflow-metadata"}
    assert {"tensorflow", "keras", "numpy", "tensorflow-datasets", "protobuf"} <= lock.keys()


def test_the_lock_is_in_step_with_pyproject():
    """Every dependency is pinned, within its range; `make lock` was not forgotten."""
    lock = pins(LOCK)
    wanted = map(Requirement, PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"])
    amiss = [str(one) for one in wanted if lock.get(canonicalize_name(one.name), "absent") not in one.specifier]
    assert amiss == []


def test_the_site_adds_pins_and_moves_none():
    """What `make site` installs is pinned beside requirements.lock, and leaves what is there as it is."""
    lock, site = pins(LOCK), pins(SITE_LOCK)
    assert lock.keys().isdisjoint(site)
    wanted = map(Requirement, PROJECT["optional-dependencies"]["site"])
    assert [str(one) for one in wanted if site.get(canonicalize_name(one.name), "absent") not in one.specifier] == []


# --- Colab


def resolve(requirements, preferred, outcome):
    """Resolve requirements for Colab's Python, keeping the pins of the file `preferred` where they fit.

    uv leaves such a version only when a requirement forces it to, as pip does with what is installed.
    Writes the file `outcome`, returns {name: version}.
    """
    wanted = outcome.with_suffix(".in")
    wanted.write_text("\n".join(requirements) + "\n", encoding="utf-8")
    shutil.copy(preferred, outcome)
    platform = ["--python-version", "3.13", "--python-platform", "x86_64-manylinux_2_28"]
    options = ["--no-config", "--no-header", "--no-annotate", "--quiet", "--output-file", outcome]
    succeed([sys.executable, "-m", "uv", "pip", "compile", *platform, *options, wanted])
    return pins(outcome)


@pytest.fixture(scope="module")
def colab(tmp_path_factory):
    """A file of Colab's versions with all that these need: what is installed before the set-up cell runs."""
    path = tmp_path_factory.mktemp("colab") / "colab.txt"
    resolve([f"{name}=={version}" for name, version in pins(FREEZE).items()], FREEZE, path)
    return path


def changed_on_colab(requirements, colab, folder):
    """({package of Colab's: its new version} once `requirements` are installed there, all versions after that)."""
    before, needed = pins(FREEZE), resolve(requirements, colab, folder / "outcome.txt")
    return {
        name: needed[name] for name in before.keys() & needed.keys() if before[name] != needed[name]
    }, before | needed


@pytest.mark.slow
def test_colab_keeps_its_packages(colab, tmp_path):
    """The set-up cell changes tensorflow-metadata at most, and leaves it and protobuf such that they import."""
    changed, after = changed_on_colab(PROJECT["dependencies"], colab, tmp_path)
    assert changed.keys() <= {"tensorflow-metadata"}
    assert after["tensorflow-metadata"] < Version("1.21") or after["protobuf"] >= Version("6.31")


@pytest.mark.slow
def test_a_dependency_that_would_change_colab_is_noticed(colab, tmp_path):
    """The test above can fail."""
    changed, _ = changed_on_colab([*PROJECT["dependencies"], "protobuf>=6.31"], colab, tmp_path)
    assert "protobuf" in changed


@pytest.mark.parametrize(
    ("after", "refused"),
    [
        ({"numpy": "2.2.0", "wrapt": "2.3.0"}, "numpy"),
        ({"numpy": "2.1.3"}, "wrapt"),
        ({"numpy": "2.1.3", "wrapt": "2.3.0"}, "did not install the course"),
    ],
)
def test_run_colab_refuses_an_install_cell_that_changes_colab(after, refused, capsys):
    """A changed package, a package gone, the course not there: each fails `make test-colab`."""
    path = REPOSITORY / "tests" / "colab" / "run_colab.py"
    spec = importlib.util.spec_from_file_location("run_colab", path)
    run_colab = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(run_colab)
    with pytest.raises(run_colab.Failed, match=refused):
        run_colab.compare({"numpy": "2.1.3", "wrapt": "2.3.0"}, after, seconds=1)


# --- the wheel

FROM_THE_WHEEL_ALONE = """
import importlib.metadata, sys
from pathlib import Path

wheel, checkout = Path(sys.argv[1]), Path(sys.argv[2])
sys.path[:] = [str(wheel), *(entry for entry in sys.path if entry and Path(entry).resolve() != checkout)]
from course_utils.exercises import solution_path
from course_utils.paths import resource

for name in ("data", "solutions"):
    assert resource(name).is_relative_to(wheel), resource(name)
print(sorted(path.relative_to(wheel).as_posix() for path in resource("data").iterdir()), solution_path("2b").name)
(dist_info,) = wheel.glob("*.dist-info")
(entry,) = importlib.metadata.Distribution.at(dist_info).entry_points.select(name="course")
sys.argv = ["course", "--help"]
sys.exit(entry.load()())
"""


@pytest.mark.slow
def test_the_wheel_is_enough(tmp_path):
    """Unpacked alone, with no checkout in reach, it has the data, the reference answers and the command."""
    succeed([sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", tmp_path, REPOSITORY])
    (wheel,) = tmp_path.glob("*.whl")
    unpacked, elsewhere = tmp_path / "unpacked", tmp_path / "elsewhere"
    elsewhere.mkdir()
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        archive.extractall(unpacked)
    assert [name for name in names if "__pycache__" in name or ".ipynb_checkpoints" in name] == []
    tracked = {path.relative_to(REPOSITORY).as_posix() for path in (REPOSITORY / "solutions").glob("*.ipynb")}
    assert {f"course_utils/bundled/{path}" for path in tracked} <= set(names)
    script = [sys.executable, "-I", "-c", FROM_THE_WHEEL_ALONE, unpacked, REPOSITORY]
    told = succeed(script, cwd=elsewhere)
    assert "course_utils/bundled/data/reviews" in told
    assert "usage: course" in told


# --- conda


@pytest.mark.weekly
def test_the_conda_environment_installs(checkout, tmp_path):
    """environment.yml's pip section, installed as conda does it: from a file beside environment.yml."""
    environment = yaml.safe_load((checkout / "environment.yml").read_text(encoding="utf-8"))
    (section,) = [entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict)]
    (checkout / "condaenv.requirements.txt").write_text("\n".join(section), encoding="utf-8")
    python = tmp_path / "conda" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", python.parents[1]], check=True)
    succeed(
        [python, "-m", "pip", "install", "--quiet", "--no-compile", "-U", "-r", "condaenv.requirements.txt"],
        cwd=checkout,
    )
    code = "import course_utils, tensorflow_datasets as tfds; tfds.load; print(course_utils.__file__)"
    assert succeed([python, "-I", "-c", code], cwd=tmp_path).strip() == str(checkout / "course_utils" / "__init__.py")
    succeed([python, "-m", "pip", "check"])
    shutil.rmtree(python.parents[1])


# --- the Makefile and what it calls


def make(folder, *arguments, **variables):
    """Run make in a folder, with these environment variables and without what an outer make handed down."""
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder)} | variables
    return subprocess.run(["make", *arguments], cwd=folder, capture_output=True, text=True, env=environment)


def test_make_says_in_one_sentence_that_no_python_fits(checkout):
    """Before anything is installed."""
    done = make(checkout, "lessons", "PYTHON=false")
    assert done.returncode
    said = [line for line in done.stderr.splitlines() if not line.startswith("make")]
    assert len(said) == 1 and said[0].startswith("The course needs Python 3.11, 3.12 or 3.13")
    assert not (checkout / ".venv").exists()


def test_an_interrupted_installation_is_begun_anew(checkout):
    """A .venv in which pip did not end is not taken for a finished one, neither an old one nor the new one."""
    left_over = checkout / ".venv" / "bin" / "python"
    left_over.parent.mkdir(parents=True)
    left_over.symlink_to(sys.executable)
    (checkout / ".venv" / "left-over").touch()
    lock = "no-such-package-of-the-course @ file:///no/such/file\n"
    (checkout / "requirements.lock").write_text(lock, encoding="utf-8")
    done = make(checkout, "lessons", f"PYTHON={sys.executable}")
    assert done.returncode
    assert "Installing" in done.stdout
    assert not (checkout / ".venv" / "left-over").exists()
    assert not (checkout / ".venv" / "made-from").exists()


def test_make_help_lists_every_command():
    """A target without a description would be missing there."""
    text = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    (phony,) = re.findall(r"^\.PHONY: (.*)$", text.replace("\\\n", " "), re.MULTILINE)
    listed = re.findall(r"^make ([a-z-]+)", make(REPOSITORY, "help").stdout, re.MULTILINE)
    assert set(listed) == set(phony.split()) - {"venv", "site-packages"}


# What a user may have set for other work, and what says where packages come from.
REACHES_IN = {
    "PIP_CONSTRAINT": "/not/there.txt",
    "PIP_REQUIREMENT": "/not/there.txt",
    "PIP_PREFIX": "/not/there",
    "PIP_REQUIRE_VIRTUALENV": "1",
    "PIP_TARGET": "/not/there",
    "PIP_USER": "1",
    "PYTEST_ADDOPTS": "--no-such-option",
    "PYTEST_PLUGINS": "no_such_plugin",
    "PYTHONHOME": "/not/there",
    "PYTHONOPTIMIZE": "2",
    "PYTHONSTARTUP": "/not/there.py",
    "PYTHONWARNINGS": "error",
}
SOURCES = {"PIP_INDEX_URL": "https://mirror/simple", "PIP_FIND_LINKS": "/wheels", "PIP_CERT": "/cert.pem"}


def test_make_keeps_where_packages_come_from_and_drops_what_reaches_in(tmp_path):
    (tmp_path / "show.mk").write_text("show:\n\t@env\n", encoding="utf-8")
    shown = make(REPOSITORY, "-f", "Makefile", "-f", tmp_path / "show.mk", "show", **REACHES_IN, **SOURCES).stdout
    seen = dict(line.split("=", 1) for line in shown.splitlines() if line.startswith(("PIP_", "PYTHON", "PYTEST_")))
    assert seen == SOURCES | {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_USER": "0"}


@pytest.mark.slow
def test_two_make_commands_at_once_in_spite_of_the_users_settings(checkout, tmp_path):
    """The second waits for the first and says so. Modules on PYTHONPATH, and the name of the folder, are the worst."""
    clone = checkout.rename(tmp_path / "my clone (d'été)")
    (clone / "requirements.lock").write_text("six==1.17.0\n", encoding="utf-8")
    (tmp_path / "modules").mkdir()
    for module in ("pip", "venv", "sitecustomize"):
        (tmp_path / "modules" / f"{module}.py").write_text("raise SystemExit('not this one')", encoding="utf-8")
    outer = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    environment = outer | REACHES_IN | {"PYTHONPATH": str(tmp_path / "modules")}
    command = ["make", "venv", f"PYTHON={sys.executable}"]
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "env": environment, "cwd": clone}
    started = [subprocess.Popen(command, **options) for _ in range(2)]
    told = [process.communicate() for process in started]
    if any(UNREACHABLE.search(errors) for _, errors in told):
        pytest.skip("the package index cannot be reached")
    assert [process.returncode for process in started] == [0, 0], told
    first, second = sorted((output for output, _ in told), key=lambda output: "waiting" in output)
    assert "Installing the course itself" in first
    assert second.splitlines() == ["Another make command is installing into .venv; waiting for it to finish ..."]
    where = [clone / ".venv" / "bin" / "python", "-I", "-c", "import six, sys; print(six.__file__, *sys.path)"]
    installed, *path = succeed(where).split(" /")
    assert installed.startswith(str(clone / ".venv"))
    assert str(clone).removeprefix("/") in [entry.strip() for entry in path]


def test_an_environment_whose_python_is_gone_is_made_anew(checkout):
    """As after an update of the system's Python."""
    check = [sys.executable, "-I", checkout / "course_utils" / "tools" / "bootstrap.py", "--check"]
    venv = checkout / ".venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "made-from").write_text(f"{checkout.resolve()}\n{LOCK.read_text(encoding='utf-8')}", encoding="utf-8")
    shutil.copy(checkout / "pyproject.toml", venv)
    (venv / "bin" / "python").symlink_to(sys.executable)
    assert subprocess.run(check).returncode == 0
    (venv / "bin" / "python").unlink()
    (venv / "bin" / "python").symlink_to("/not/there/python3")
    assert subprocess.run(check).returncode == 1


@pytest.mark.parametrize("name", ["L'apprentissage-2a.ipynb", "hw$1 #3.ipynb", "a $(HOME.zip", 'b, `c` "d" \\ü.zip'])
def test_make_grade_takes_any_name(name, checkout):
    course = checkout / ".venv" / "bin" / "course"
    course.parent.mkdir(parents=True)
    course.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n', encoding="utf-8")
    course.chmod(0o755)
    given = ["-o", "venv", "grade", f"SUBMISSIONS={name}", f"OUT=of {name}", "OPTIONS=--jobs 2"]
    assert make(checkout, *given).stdout.splitlines() == ["grade", name, "--out", f"of {name}", "--jobs", "2"]


def test_no_script_needs_its_docstring():
    """`python -OO` removes it, so that __doc__ is None."""
    scripts = [path for folder in ("course_utils", "data", "tests") for path in (REPOSITORY / folder).rglob("*.py")]
    assert [path for path in scripts if re.search(r"__doc__\.|__doc__\[", path.read_text(encoding="utf-8"))] == []
