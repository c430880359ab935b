"""Run a student's lesson where Colab would: in a fresh environment of exactly Colab's versions. `make test-colab`.

    python tests/colab/run_colab.py [lessons/2b_sentiment_simple_rnn.ipynb]

1. .venv-colab is made anew with Python 3.13 and the versions of freeze.txt, and a stand-in for `google.colab`.
2. The untouched lesson is executed from an empty folder, as Runtime -> Run all does it. Its install cell is not
   changed: git takes the repository's address for this checkout, so it is the committed HEAD that is installed.
3. After the install cell, only tensorflow-metadata may have another version than before, no package may be
   gone, and `import tensorflow_datasets` must work. At the end every check must say that its exercise is open.

Exit code 0 when all of this holds.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from course_utils.exercises import marker, source_of
from course_utils.notebook.results import RECORD_MIME

REPOSITORY = Path(__file__).resolve().parents[2]
FREEZE = Path(__file__).with_name("freeze.txt")
ENVIRONMENT = REPOSITORY / ".venv-colab"
PYTHON = ENVIRONMENT / "bin" / "python"
OURS = "sequence-models-course"
MAY_CHANGE = {"tensorflow-metadata"}
# Colab's kernel; freeze.txt does not know its versions.
KERNEL = ["ipykernel", "ipython"]
# `import tensorflow_datasets` only logs what went wrong in it, and leaves a module without contents.
IMPORT = "import tensorflow_datasets as tfds; tfds.load"
STAND_IN = '"""A stand-in for Google\'s package: the lesson may ask whether it is there, and no more."""\n'


class Failed(Exception):
    """The lesson would not work on Colab; the message says why, in one sentence."""


def main():
    arguments = argparse.ArgumentParser(description="Run a lesson in an environment of Colab's versions.")
    default = REPOSITORY / "lessons" / "2b_sentiment_simple_rnn.ipynb"
    arguments.add_argument("lesson", nargs="?", type=Path, default=default, help=f"default: lessons/{default.name}")
    arguments.add_argument("--timeout", type=float, default=600, metavar="SECONDS", help="longest time for one cell")
    given = arguments.parse_args()
    try:
        say_what_is_tested(given.lesson)
        make_environment()
        run_lesson(given.lesson, given.timeout)
    except Failed as failure:
        print(f"✗ {failure}", file=sys.stderr)
        return 1
    print("✓ the untouched lesson runs on Colab's versions from its first cell to its last")
    return 0


def say_what_is_tested(lesson):
    """Print which commit is installed. Raises Failed without a lesson or a commit."""
    if not lesson.is_file():
        raise Failed(f"there is no notebook {lesson}; `make lessons` derives the lessons from the solutions")
    head = git("log", "-1", "--format=%h %s")
    if head.returncode:
        raise Failed("nothing is committed yet; the install cell installs the committed HEAD")
    print(f"The install cell will install the committed HEAD of this checkout: {head.stdout.strip()}")
    changed = git("status", "--porcelain").stdout.splitlines()
    if changed:
        print(f"WARNING: {len(changed)} uncommitted changes are not in it ({changed[0][3:]}, ...)")


def git(*arguments):
    """Run git in this checkout."""
    return subprocess.run(["git", "-C", REPOSITORY, *arguments], capture_output=True, text=True)


def find_python():
    """A Python 3.13: python3.13 where that runs, or this one, or pyenv's. Raises Failed when there is none."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    candidates = ["python3.13", sys.executable, *sorted(pyenv.glob("versions/3.13*/bin/python3.13"), reverse=True)]
    for candidate in candidates:
        command = [candidate, "-c", "import sys, venv; print(sys.version_info[:2] == (3, 13))"]
        try:
            if subprocess.run(command, capture_output=True, text=True).stdout.strip() == "True":
                return candidate
        except OSError:
            continue
    raise Failed("Colab runs Python 3.13, and there is no python3.13 here: not on the PATH, not in pyenv")


def make_environment():
    """Make .venv-colab anew: Colab's versions, what these need, its kernel, and the stand-in for google.colab."""
    python = find_python()
    began = time.monotonic()
    dated = FREEZE.read_text(encoding="utf-8").splitlines()[0].lstrip("# ")
    print(f"Making .venv-colab ({dated}): one to two minutes ...", flush=True)
    subprocess.run([python, "-m", "venv", "--clear", ENVIRONMENT], check=True)
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if subprocess.run([*pip, "--requirement", FREEZE, *KERNEL]).returncode:
        raise Failed(f"pip could not install the versions of {FREEZE.relative_to(REPOSITORY)}")
    (packages,) = ENVIRONMENT.glob("lib/python*/site-packages")
    stand_in = packages / "google" / "colab"
    stand_in.mkdir(parents=True)
    (stand_in / "__init__.py").write_text(STAND_IN, encoding="utf-8")
    (kernel := ENVIRONMENT / "share" / "jupyter" / "kernels" / "colab").mkdir(parents=True)
    start = [str(PYTHON), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    kernel_spec = {"argv": start, "display_name": "Colab's versions", "language": "python"}
    (kernel / "kernel.json").write_text(json.dumps(kernel_spec), encoding="utf-8")
    print(f"  {len(installed())} packages in {time.monotonic() - began:.0f} s")
    works, reason = tensorflow_datasets_imports()
    print(f"  before the install cell, `import tensorflow_datasets` {'works' if works else f'fails: {reason}'}")


def installed():
    """{name: version} of the packages in .venv-colab."""
    command = [PYTHON, "-m", "pip", "list", "--format=json", "--disable-pip-version-check"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return {row["name"].lower().replace("_", "-"): row["version"] for row in json.loads(listed)}


def installed_commit():
    """The commit of the course that pip says it installed in .venv-colab."""
    code = f"from importlib.metadata import distribution as d; print(d({OURS!r}).read_text('direct_url.json'))"
    told = subprocess.run([PYTHON, "-c", code], capture_output=True, text=True, check=True).stdout
    return json.loads(told)["vcs_info"]["commit_id"]


def tensorflow_datasets_imports():
    """(whether `import tensorflow_datasets` gives a module with its contents, otherwise the reason)."""
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    environment.pop("PYTHONPATH", None)
    tried = subprocess.run([PYTHON, "-c", IMPORT], capture_output=True, text=True, env=environment)
    lines = tried.stderr.splitlines() or [""]
    reasons = [line for line in lines if re.match(r"[\w.]+Error: ", line)]  # the first is the cause
    return tried.returncode == 0, (reasons or lines[-1:])[0].split(". ")[0]


def student_environment(home):
    """The environment variables of a fresh Colab runtime, whose git takes our address for this checkout."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("TF", "KERAS", "VIRTUAL_ENV", "PYTHON", "JUPYTER", "GIT_"))
    }
    pip_cache = subprocess.run([PYTHON, "-m", "pip", "cache", "dir"], capture_output=True, text=True).stdout.strip()
    return {
        **kept,
        "HOME": str(home),  # TFDS and Keras find nothing that an earlier run prepared
        "PIP_CACHE_DIR": pip_cache,
        "PATH": os.pathsep.join([str(PYTHON.parent), kept.get("PATH", os.defpath)]),
        "COLAB_RELEASE_TAG": "stand-in",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{REPOSITORY.as_uri()}.insteadOf",
        "GIT_CONFIG_VALUE_0": project["urls"]["Repository"],
    }


def run_lesson(lesson, timeout):
    """Execute the untouched lesson as a student does. Raises Failed when anything is not as it must be."""
    notebook = nbformat.read(lesson, as_version=4)
    markers = [marker(source_of(cell)) if cell.cell_type == "code" else (None, None) for cell in notebook.cells]
    if ("setup", "install") not in markers:
        raise Failed(f"{lesson.name} has no cell `# setup: install`")
    before = installed()
    began = time.monotonic()

    def after_cell(cell, cell_index, execute_reply):
        """Print what a check says; look at the packages after the install cell."""
        kind, name = markers[cell_index]
        for line in lines_of(cell):
            print(f"  {line}", flush=True)
        if execute_reply["content"]["status"] != "ok":
            return
        if (kind, name) == ("setup", "install"):
            compare(before, installed(), time.monotonic() - began)
        if kind == "check" and not any(line.startswith("○") for line in lines_of(cell)):
            raise Failed(f"in the untouched lesson, the check of exercise {name} does not say that it is open")

    os.environ["JUPYTER_PATH"] = str(ENVIRONMENT / "share" / "jupyter")
    home = Path(tempfile.mkdtemp(prefix="colab-home-"))
    (home / "content").mkdir()
    client = NotebookClient(
        notebook,
        kernel_name="colab",
        timeout=timeout,
        resources={"metadata": {"path": str(home / "content")}},
        on_cell_executed=after_cell,
    )
    try:
        client.execute(env=student_environment(home))
    except CellExecutionError as error:
        raise Failed(f"a cell of {lesson.name} fails:\n{error}") from None
    finally:
        shutil.rmtree(home, ignore_errors=True)
    print(f"  {lesson.name}: {len(markers)} cells in {time.monotonic() - began:.0f} s")


def lines_of(cell):
    """What checks and `record` said in a cell."""
    lines = [line for output in cell.outputs if output.output_type == "stream" for line in output.text.splitlines()]
    lines = [line for line in lines if line.startswith(("✓", "✗", "○"))]
    return lines + [
        output.data["text/plain"]
        for output in cell.outputs
        if output.output_type == "display_data" and RECORD_MIME in output.data
    ]


def compare(before, after, seconds):
    """Print what the install cell changed. Raises Failed when that is more than a student can be asked to bear."""
    changed = {name for name in before.keys() & after.keys() if before[name] != after[name]}
    gone = sorted(before.keys() - after.keys())
    added = sorted(after.keys() - before.keys())
    print(f"  install cell: {seconds:.0f} s")
    for name in sorted(changed):
        print(f"    changed  {name} {before[name]} -> {after[name]}")
    for name in added:
        print(f"    added    {name} {after[name]}")
    if changed - MAY_CHANGE or gone:
        raise Failed(f"the install cell changes packages of Colab's: {', '.join(sorted(changed - MAY_CHANGE) + gone)}")
    if OURS not in added:
        raise Failed("the install cell did not install the course")
    commit, head = installed_commit(), git("rev-parse", "HEAD").stdout.strip()
    if commit != head:
        raise Failed(f"the install cell installed commit {commit} of the course, not {head} of this checkout")
    works, reason = tensorflow_datasets_imports()
    if not works:
        raise Failed(f"after the install cell, `import tensorflow_datasets` fails: {reason}")
    print("    `import tensorflow_datasets` works now")


if __name__ == "__main__":
    sys.exit(main())
