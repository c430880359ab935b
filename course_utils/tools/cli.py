"""The command `course`: its subcommands, each of which loads its tool only when it is called."""

import argparse
import importlib
import sys


def parser():
    """The command line's grammar."""
    top = argparse.ArgumentParser(prog="course", description="Run, generate and validate the notebooks of the course.")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="execute solutions and collect their results into build/")
    run.add_argument("lesson", nargs="*", metavar="LESSON", help='a lesson, as "2b" (default: all)')
    run.add_argument("--profile", choices=["quick", "full"], help="set PROFILE in the executed copies")
    run.add_argument(
        "--update",
        action="store_true",
        help="write the executed notebooks back to solutions/, or with "
        "--profile full their results to NAME.full.json there",
    )
    run.add_argument("--afresh", action="store_true", help="with --update: keep no earlier output")
    run.add_argument("--again", action="store_true", help="with --profile full: also what was run with this very code")
    run.add_argument("--cut", action="append", default=[], metavar="SENTENCE", help="what this full run leaves out")
    run.add_argument("--lessons", action="store_true", help="execute the untouched student notebooks instead")
    run.set_defaults(module="runner")

    spread = commands.add_parser("spread", help="run a lesson under other settings; show how far its results spread")
    spread.add_argument("lesson", nargs="+", metavar="LESSON", help='a lesson, as "2b"')
    spread.set_defaults(module="spread")

    lessons = commands.add_parser("lessons", help="derive lessons/ from solutions/")
    lessons.add_argument("--check", action="store_true", help="write nothing; exit 1 when lessons/ is out of step")
    lessons.set_defaults(module="lessons")

    tables = commands.add_parser("tables", help="renew the README's table and picture and docs/results.md")
    tables.add_argument("--check", action="store_true", help="write nothing; exit 1 when one of them is out of step")
    tables.set_defaults(module="front_page")

    site = commands.add_parser("site", help="build the web site of the course into build/site")
    site.set_defaults(module="site.command")

    check = commands.add_parser("check", help="validate the outputs of the solutions with nbval")
    check.add_argument("lesson", nargs="*", metavar="LESSON", help='a lesson, as "2b" (default: all)')
    check.add_argument("--timeout", type=float, default=300, metavar="SECONDS", help="for one cell (default: 300)")
    check.add_argument("--jobs", type=int, metavar="N", help="lessons at a time (default: one per core)")
    check.set_defaults(module="validate")

    grade = commands.add_parser("grade", help="grade what students handed in: a folder, a zip archive or a notebook")
    grade.add_argument("submissions", metavar="SUBMISSIONS")
    grade.add_argument("--out", required=True, metavar="REPORT", help="folder for grades.csv, grades.html, feedback/")
    grade.add_argument("--points", metavar="FILE", help='lines as "2b.1 2"; what is not named gives one point')
    grade.add_argument("--export", choices=["moodle", "canvas"], help="also write the file that this platform imports")
    grade.add_argument("--private", metavar="FOLDER", help="further checks, lesson_2b.py, laid over the public ones")
    grade.add_argument("--seed", type=int, help="draw the checks' inputs from this number (default: a secret one)")
    grade.add_argument("--jobs", type=int, metavar="N", help="submissions at a time (default: one per core)")
    grade.add_argument("--cell-seconds", type=float, default=20, help="CPU time of a cell or a probe (default: 20)")
    grade.add_argument("--total-seconds", type=float, default=120, help="CPU time of a submission (default: 120)")
    grade.add_argument("--memory", type=float, default=3, metavar="GB", help="of a submission (default: 3)")
    grade.add_argument("--container", metavar="IMAGE", help="grade in a container of this image, by podman or docker")
    grade.add_argument("--unprotected", action="store_true", help="run submissions where they cannot be shut in")
    grade.set_defaults(module="grading.command")
    return top


def main(argv=None):
    """Run the command line; returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")  # results print ✓ wherever they run
    arguments = parser().parse_args(argv)
    from course_utils.bars import BarsError
    from course_utils.tools.notebooks import CourseError

    try:
        return importlib.import_module(f"course_utils.tools.{arguments.module}").main(arguments)
    except (BarsError, CourseError, FileNotFoundError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ninterrupted.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
