"""Make .venv: the pinned packages, and the course itself. `make` runs this before its other commands.

    python -I course_utils/tools/bootstrap.py [--site] [--check]

It runs before anything is installed, so it imports nothing but the standard library. Once a step is done, a copy of
what it was made from is left in .venv: an interrupted installation starts afresh, and other pins, another
pyproject.toml or another folder are noticed. The Makefile drops the variables that would reach into pip and Python.
"""

import argparse
import contextlib
import fcntl
import importlib.util
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK, SITE_LOCK, PROJECT = ROOT / "requirements.lock", ROOT / "docs" / "requirements.lock", ROOT / "pyproject.toml"

Step = namedtuple("Step", "stamp made_from install")  # name of the copy in .venv; what it is a copy of; what to do


def pip_install(*arguments):
    """Install into .venv with pip: uv is four times as fast, but ignores pip's settings of where packages come from."""
    subprocess.run([PYTHON, "-m", "pip", "install", *arguments], cwd=ROOT, check=True)


def install_pins():
    """Make .venv anew, with the packages of requirements.lock."""
    python = sys._base_executable  # not .venv's own, where that one is active: it is about to go
    version = ".".join(map(str, sys.version_info[:3]))
    print(
        f"Installing {count(LOCK)} packages into .venv with Python {version}: "
        "3 GB on disk, one to two minutes, only this once ...",
        flush=True,
    )
    make_venv = [python, "-I", "-m", "venv", "--clear", VENV]
    if importlib.util.find_spec("ensurepip"):
        subprocess.run(make_venv, check=True)
    else:  # Debian keeps ensurepip in a package of its own
        subprocess.run([*make_venv, "--without-pip"], check=True)
        subprocess.run([python, "-m", "pip", "--python", PYTHON, "install", "--quiet", "pip"], check=True)
    progress = [] if sys.stdout.isatty() else ["--quiet"]
    pip_install(*progress, "--requirement", LOCK)


def install_course():
    """Install the course itself, editable."""
    print("Installing the course itself into .venv (editable) ...", flush=True)
    pip_install("--quiet", "--no-deps", "--editable", ".")


def install_site():
    """Install what the site needs besides; requirements.lock is given again, so that none of its pins moves."""
    print(f"Installing what the site needs into .venv: {count(SITE_LOCK)} packages, half a minute ...", flush=True)
    pip_install("--quiet", "--requirement", LOCK, "--requirement", SITE_LOCK)


PINS = Step("made-from", lambda: f"{ROOT}\n{LOCK.read_text(encoding='utf-8')}", install_pins)
COURSE = Step("pyproject.toml", lambda: PROJECT.read_text(encoding="utf-8"), install_course)
SITE = Step("site-made-from", lambda: SITE_LOCK.read_text(encoding="utf-8"), install_site)


def count(lock):
    """How many packages a file of pins names."""
    return sum("==" in line for line in lock.read_text(encoding="utf-8").splitlines())


def is_done(step):
    """True where a step was done to its end, from what there is now, and with a Python that still runs."""
    stamp = VENV / step.stamp
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != step.made_from():
        return False
    try:
        return subprocess.run([PYTHON, "-I", "-c", ""], capture_output=True).returncode == 0
    except OSError:  # a link to a Python that is gone
        return False


def do(step):
    """Do a step, and leave the copy that says so."""
    made_from = step.made_from()
    (VENV / step.stamp).unlink(missing_ok=True)
    step.install()
    new = VENV / f"{step.stamp}.new"
    new.write_text(made_from, encoding="utf-8")
    new.replace(VENV / step.stamp)


@contextlib.contextmanager
def alone():
    """Keep other make commands out of .venv; where one is already installing there, say so and wait for it."""
    with open(ROOT / ".venv.lock", "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another make command is installing into .venv; waiting for it to finish ...", flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError:  # a file system without locks, where nobody can be waited for
            pass
        yield


def main():
    arguments = argparse.ArgumentParser(description="Make .venv: the pinned packages, and the course itself.")
    arguments.add_argument("--site", action="store_true", help="with what the web site needs")
    arguments.add_argument("--check", action="store_true", help="do nothing; exit code 0 where nothing is to be done")
    given = arguments.parse_args()
    steps = [PINS, COURSE, SITE] if given.site else [PINS, COURSE]
    if given.check:
        return 0 if all(map(is_done, steps)) else 1
    try:
        with alone():
            for step in steps:
                if not is_done(step):
                    do(step)
    except subprocess.CalledProcessError as error:
        print(f"The installation into {VENV} failed, as said above; fix that and run make again.", file=sys.stderr)
        return error.returncode
    except OSError as error:
        print(f"The installation into {VENV} failed: {error}; fix that and run make again.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nThe installation was interrupted; the next make command starts it afresh.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
