"""Grading on this computer: from what was handed in to the marks."""

import concurrent.futures
import multiprocessing
import multiprocessing.util
import os
import signal
import sys
import tempfile
from pathlib import Path

from course_utils.tools.grading import exports, linux, sandbox
from course_utils.tools.grading.command import CONTAINER
from course_utils.tools.grading.course import Course
from course_utils.tools.grading.journal import Journal
from course_utils.tools.grading.judge import Grader
from course_utils.tools.grading.pages import SYMBOL, Grades
from course_utils.tools.grading.submissions import collect
from course_utils.tools.notebooks import CourseError, write_text

own = {}  # of a process of the pool: its grader


def main(arguments, source, out):
    """Grade, and write the reports. Returns 1 where a submission could not be graded, else 0."""
    refused, in_force = sandbox.protection()
    if arguments.unprotected:
        print("UNPROTECTED: submissions can read and change whatever you can")
    elif refused:
        raise CourseError(f"{refused}; {CONTAINER}, or without any protection (--unprotected).")
    else:
        print(f"protection: {in_force}")
    course = Course(arguments.private, arguments.points)
    limits = sandbox.Limits(
        cell_seconds=arguments.cell_seconds,
        total_seconds=arguments.total_seconds,
        memory_bytes=int(arguments.memory * (1 << 30)),
    )
    submissions = collect(source)
    journal = Journal(out, course, limits, arguments.seed)
    todo = [one for one in submissions if one.key not in journal.rows]
    print(f"{len(submissions)} submissions, {len(submissions) - len(todo)} of them graded before")
    failed = []
    try:
        for done, (submission, rows) in enumerate(
            graded(todo, course, limits, journal.secret, source, out, arguments), 1
        ):
            if any(row["status"] == "not graded" for row in rows):
                failed.append((submission.key, rows))  # not noted: the next run tries again
            else:
                journal.add(submission.key, rows)
            for row in rows:
                print(line(row, done, len(todo)), flush=True)
    finally:
        journal.close()
    found = journal.rows | dict(failed)
    grades = Grades([row for key in dict.fromkeys(one.key for one in submissions) for row in found[key]], course)
    grades.write(out)
    print(f"written: {out / 'grades.csv'}, grades.html and {len(grades.files)} pages in feedback/")
    if arguments.export:
        export(grades, arguments.export, out / f"{arguments.export}.csv")
    if failed:
        print(f"{len(failed)} submissions could not be graded; run the command again for them", file=sys.stderr)
    return 1 if failed else 0


def export(grades, platform, path):
    """Write the file that a platform imports, and say whom it leaves out."""
    write_text(path, exports.FORMATS[platform](grades))
    print(f"written: {path}, to be imported by {platform.capitalize()}")
    if unnamed := exports.without_number(grades):
        others = f" and {len(unnamed) - 3} others" if len(unnamed) > 3 else ""
        print(f"not in it, as no number of the platform is known: {', '.join(unnamed[:3])}{others}", file=sys.stderr)


def graded(todo, course, limits, secret, source, out, arguments):
    """(submission, rows) of each submission, as they are finished; several are worked on at once."""
    if not todo:
        return
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    jobs = max(1, min(arguments.jobs or cores, len(todo)))
    with tempfile.TemporaryDirectory(prefix="course-grading-") as folder:
        Path(folder).chmod(0o755)
        folder = Path(folder) / "course"
        sandbox.prepare(folder, course)
        hidden = [str(source), str(out), *([arguments.private] if arguments.private else [])]
        begin = (folder, hidden, not arguments.unprotected, course, limits, secret)
        pool = concurrent.futures.ProcessPoolExecutor(
            jobs, multiprocessing.get_context("fork"), initializer=begin_process, initargs=begin
        )
        try:
            futures = {pool.submit(rows_of, submission): submission for submission in todo}
            for future in concurrent.futures.as_completed(futures):
                try:
                    yield futures[future], future.result()
                except concurrent.futures.BrokenExecutor as error:
                    reason = "a process of the grader was killed, perhaps for want of memory"
                    raise CourseError(f"{reason}; the same command goes on where it stopped.") from error
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def begin_process(folder, hidden, protected, course, limits, secret):
    """Give a process of the pool a worker; it ends with the process."""
    if sys.platform == "linux":
        linux.die_with_parent()  # a grader that was killed leaves nothing behind
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # end at once and without a word when somebody presses Ctrl-C
    worker = sandbox.Worker(folder, hidden, protected)
    multiprocessing.util.Finalize(None, worker.stop, exitpriority=0)
    own["grader"] = Grader(course, worker, limits, secret)


def rows_of(submission):
    """The rows of a submission; runs in a process of the pool."""
    return own["grader"].rows(submission)


def line(row, done, count):
    """One line on a row, for whoever watches."""
    symbols = "".join(SYMBOL[status] for status, _ in row["exercises"].values())
    note = f"  {row['status']}: {row['note']}" if row["note"] or row["status"] != "graded" else ""
    return f"{done}/{count}  {row['student']}  {row['file']}  {row['lesson']} {symbols}{note}"
