"""`course grade SUBMISSIONS --out REPORT`: here, or in a container. What needs Linux is imported only to grade here."""

import importlib
import sys
from pathlib import Path

from course_utils.tools.grading import container
from course_utils.tools.notebooks import CourseError

CONTAINER = "grade in a container (--container IMAGE; docs/grading.md says how to make one)"


def main(arguments):
    """Grade, and write the reports. Returns 1 where a submission could not be graded, else 0."""
    source, out = Path(arguments.submissions).resolve(), Path(arguments.out).resolve()
    if source.is_dir() and (out == source or source in out.parents):
        raise CourseError(f"the report must not lie among the submissions ({out}); name another folder with --out.")
    try:
        out.mkdir(parents=True, exist_ok=True)
        if arguments.container:
            return container.run(arguments)
        if sys.platform == "win32" or (sys.platform != "linux" and not arguments.unprotected):
            raise CourseError(f"submissions are shut in by Linux, and this is another system; {CONTAINER}.")
        return importlib.import_module("course_utils.tools.grading.here").main(arguments, source, out)
    except FileExistsError as error:
        raise CourseError(f"{error.filename} is a file; name a folder with --out.") from error
    except OSError as error:  # a full disk, a folder that is not ours
        raise CourseError(f"{error.filename or out}: {error.strerror}; the same command goes on from here.") from error
