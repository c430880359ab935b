"""The worker: imports TensorFlow and the probes once, then forks for each submission.

Runs inside the sandbox, as `/course/worker.py`, beside course_utils without judges, solutions and data. It holds no
submission, seed, solution or oracle in its memory; a job is read by the forked child from a pipe of its own, after
the child has been shut in.

Started as `worker.py unprotected CONTROL`, or as `worker.py protected CONTROL TMP KEPT...`: TMP is the folder in whose
place each submission has an empty one, but for the entries KEPT, through which Python is reached. Messages on the
socket CONTROL have linux.SIZE bytes: "ready" from the worker; from the grader "job", with the descriptors of the job
and of the results; back "pid N", with a handle to kill the child by, and "done N".
"""

import ast
import contextlib
import importlib
import json
import os
import pickle
import resource
import shutil
import socket
import struct
import sys
import tempfile

import linux
import notebook_python

HERE = os.path.dirname(os.path.abspath(__file__))
MOST_BYTES = 16 << 20  # of what one exercise returns
STATUS_TEXT = 4000
ASSIGNMENT = ast.Assign | ast.AnnAssign | ast.AugAssign


# --- the process that forks -----------------------------------------------------------------------------------


def preload(path):
    """Import what the lessons import, so that children find it in memory."""
    with open(path, encoding="utf-8") as file:
        lines = sorted({line for text in json.load(file).values() for line in text.split("\n")})
    notebook_python.preload()
    for line in ["import tensorflow", "import keras", *lines]:
        with contextlib.suppress(Exception):  # a lesson whose packages are missing here says so when it is graded
            exec(line, {})


def say(control, text, descriptors=()):
    """Send one message."""
    socket.send_fds(control, [text.encode().ljust(linux.SIZE)], list(descriptors))


def serve(control, protected, *place):
    """Fork a child for each job until the grader closes the socket. place: TMP and the list KEPT, when protected."""
    say(control, "ready")
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, linux.SIZE, 2)
        if not message:
            return
        keeper = os.fork()
        if not keeper:
            status = 1
            try:
                status = keep(control, *descriptors, protected, *place)
            finally:
                os._exit(status)
        for descriptor in descriptors:
            os.close(descriptor)
        status = os.waitstatus_to_exitcode(os.waitpid(keeper, 0)[1])
        say(control, f"done {status}")


def keep(control, job, results, protected, folder="", kept=()):
    """Make the namespaces and fork the child into them; returns its exit status as a shell would, when it has ended.

    This process stays outside of the child's process namespace, where the child can neither see nor reach it.
    """
    if protected:
        linux.die_with_parent()
        linux.new_namespaces(with_user=True)
    else:
        folder = tempfile.mkdtemp(prefix="course-grading-")
    child = os.fork()
    if not child:
        try:
            control.close()
            shut_in(folder, kept, protected, {job, results})
            run(job, results)
        finally:
            os._exit(70)
    handle = [os.pidfd_open(child)] if hasattr(os, "pidfd_open") else []
    say(control, f"pid {child}", handle)
    os.close(job)
    os.close(results)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if not protected:
        shutil.rmtree(folder, ignore_errors=True)
    return code if code >= 0 else 128 - code


def shut_in(folder, kept, protected, descriptors):
    """Leave the child with an empty folder but for what is `kept` in it, its descriptors, and no rights. The first
    thing it does."""
    os.setsid()  # no terminal, and a process group of its own
    if protected:
        linux.die_with_parent()
        linux.own_files(folder, kept)
        linux.prefer_for_killing(1000)
    os.chdir(folder)
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    table = "/proc/self/fd" if os.path.isdir("/proc/self/fd") else "/dev/fd"
    for descriptor in map(int, os.listdir(table)):
        if descriptor > 2 and descriptor not in descriptors:
            with contextlib.suppress(OSError):  # that of the listing itself
                os.close(descriptor)
    linux.limit(resource.RLIMIT_CORE, 1)  # with 0 a program that takes dumps through a pipe would still get one
    if protected:
        linux.no_rights()


def set_limits(limits):
    """Limits of the system on each process of the child; the grader watches their sum."""
    linux.limit(resource.RLIMIT_CPU, limits["total_seconds"] + 5)
    linux.limit(resource.RLIMIT_FSIZE, 32 << 20)
    linux.limit(resource.RLIMIT_NOFILE, 256)
    linux.limit(resource.RLIMIT_NPROC, limits["processes"])
    if (now := linux.data_in_use()) is not None:
        linux.limit(resource.RLIMIT_DATA, now + limits["memory_bytes"])


# --- the child ------------------------------------------------------------------------------------------------


class Reporter:
    """Frames to the grader: the lengths of a JSON header and of bytes behind it, then both."""

    def __init__(self, descriptor):
        self.descriptor = descriptor

    def send(self, header, blob=b""):
        text = json.dumps(header).encode()
        frame = memoryview(struct.pack(">II", len(text), len(blob)) + text + blob)
        while frame:
            frame = frame[os.write(self.descriptor, frame) :]

    def verdict(self, exercise, status, hint=""):
        self.send({"verdict": exercise, "status": status, "hint": str(hint)[:STATUS_TEXT]})

    def seen(self, exercise, seed, outputs):
        """What a probe returned, as plain little-endian bytes."""
        import numpy as np

        described, blobs = [], []
        for name, array in outputs.items():
            if array.dtype.kind == "f" and array.dtype.itemsize > 8:
                array = array.astype("float64")
            array = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<")).reshape(array.shape)
            described.append([name, array.dtype.str, list(array.shape)])
            blobs.append(array.tobytes())
        if sum(map(len, blobs)) > MOST_BYTES:
            megabytes = sum(map(len, blobs)) >> 20
            return self.verdict(exercise, "wrong", f"your answer returned {megabytes} MB of numbers, far too many")
        self.send({"seen": exercise, "seed": seed, "arrays": described}, b"".join(blobs))


def run(job, results):
    """Run a job: the student's cells, then the probes."""
    with os.fdopen(job, "rb") as file:
        task = pickle.load(file)
    set_limits(task["limits"])
    reporter = Reporter(results)
    import keras

    keras.utils.set_random_seed(0)
    Submission(task, reporter).go()
    reporter.send({"end": True})
    os._exit(0)


class Submission:
    """One notebook on its way through the child.

    task["cells"]: (exercise or None, source) in order. task["exercises"]: (exercise, name, whether an answer may
    stand in another cell). task["probe"]: {exercise: list of inputs}. task["setup"]: import statements.
    task["references"]: (name, source of the solution, whether it takes the place of the student's answer).
    """

    def __init__(self, task, reporter):
        self.task, self.reporter = task, reporter
        self.namespace = {"__name__": "__main__", "__builtins__": __builtins__}
        self.python = notebook_python.Python(self.namespace)
        self.names = {exercise: name for exercise, name, _ in task["exercises"]}
        self.elsewhere = {name for _, name, elsewhere in task["exercises"] if elsewhere}
        self.own = {exercise: [] for exercise in self.names}  # answers that the exercise's cells define, in order
        self.others = {exercise: [] for exercise in self.names}  # those that other cells define
        self.errors, self.wanted = {}, set()

    def go(self):
        exec(self.task["setup"], self.namespace)
        trees = [self.tree(number, source) for number, (_, source) in enumerate(self.task["cells"])]
        self.wanted = self.read_by_exercises(trees)
        references = dict(self.namespace)
        bound = {}
        for name, source, instead in self.task["references"]:
            exec(compile(source, f"<solution of {name}>", "exec"), references)
            if instead:
                bound[name] = references[name]
        for number, ((exercise, _), tree) in enumerate(zip(self.task["cells"], trees, strict=True)):
            self.namespace.update(bound)
            self.reporter.send({"cell": number})
            if exercise in self.names:
                self.run_exercise(exercise, tree, self.file(number))
            else:
                self.run_helpers(tree, self.file(number))
        self.namespace.update(bound)
        for exercise, given in self.task["probe"].items():
            self.reporter.send({"probe": exercise})
            self.probe(exercise, given)

    def file(self, number):
        """What a cell is called in a traceback."""
        exercise = self.task["cells"][number][0]
        return f"<cell of exercise {exercise}>" if exercise in self.names else f"<cell {number + 1}>"

    def tree(self, number, source):
        """The syntax tree of a cell, or the error that it is not valid Python by."""
        self.reporter.send({"cell": number})
        try:
            return self.python.parsed(source, self.file(number))
        except BaseException as error:
            return error

    def read_by_exercises(self, trees):
        """The names that exercises read of other cells, and what makes these reads in turn; not their own names."""
        wanted, helpers = set(), []
        for number, ((exercise, _), tree) in enumerate(zip(self.task["cells"], trees, strict=True)):
            self.reporter.send({"cell": number})
            if exercise in self.names:
                wanted |= notebook_python.reads(getattr(tree, "body", []))
            else:
                helpers += [(made_by(node), notebook_python.reads([node])) for node in getattr(tree, "body", [])]
        before = None
        while before != wanted:
            before = set(wanted)
            wanted.update(*(read for made, read in helpers if made & wanted))
        return wanted - set(self.names.values())

    def run_exercise(self, exercise, tree, file):
        """Run the whole cell of an exercise; what it defined until it failed counts."""
        name = self.names[exercise]
        before = self.namespace.get(name)
        try:
            if isinstance(tree, BaseException):
                raise tree
            self.python.run(tree, file)
        except BaseException as error:
            self.errors[exercise] = describe(error)
        if self.namespace.get(name) is not before:
            self.own[exercise].append(self.namespace[name])

    def run_helpers(self, tree, file):
        """Of any other cell: what only defines something or gives a value to a name that exercises read; each may fail.

        The value of an exercise that no cell of its own defines may be made by a call: `model = keras.Sequential(...)`.
        """
        for node in getattr(tree, "body", []):
            node = checked_answer(node, self.names) or node
            awaited = {self.names[one] for one, own in self.own.items() if not own} & self.elsewhere
            if not harmless(node) and not (self.wanted | awaited) & made_by(node):
                continue
            before = dict(self.namespace)
            with contextlib.suppress(BaseException):
                self.python.run(ast.Module([node], []), file)
            for exercise, name in self.names.items():
                if name in self.elsewhere and self.namespace.get(name) is not before.get(name):
                    self.others[exercise].append(self.namespace[name])

    def probe(self, exercise, given):
        """Send what the probe saw of an answer: the last one that is not blank."""
        from course_utils import checks

        name = self.names[exercise]
        answers = [*self.own[exercise][::-1], *self.others[exercise][::-1]]
        if not answers:
            if exercise in self.errors:
                return self.reporter.verdict(exercise, "wrong", self.errors[exercise])
            if any(exercise == one for one, _ in self.task["cells"]):
                return self.reporter.verdict(exercise, "wrong", f"the cell does not define {name}")
            return self.reporter.verdict(exercise, "open")
        for answer in answers:
            self.namespace[name] = answer
            seen = self.observe(checks, exercise, answer, given[0])
            if getattr(seen, "status", "") != "open":
                break
        else:
            self.namespace[name] = answers[0]
        for seed, inputs in enumerate(given):
            if seed:
                seen = self.observe(checks, exercise, answer, inputs)
            if not isinstance(seen, dict):
                return self.reporter.verdict(exercise, seen.status, seen.hint)
            self.reporter.seen(exercise, seed, seen)

    @staticmethod
    def observe(checks, exercise, answer, inputs):
        """What the check's probe sees; nothing that the student's code raises comes through."""
        try:
            return checks.observe(exercise, answer, inputs)
        except BaseException as error:
            return checks.Verdict(exercise, "", "wrong", describe(error))


def harmless(node):
    """True for a statement that only defines something: an import, a function, a class, a value without a call."""
    if isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return True
    if isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
        if isinstance(node.value, ast.Lambda):
            return True
        work = ast.Call | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp | ast.NamedExpr | ast.Await
        return not any(isinstance(part, work) for part in ast.walk(node.value))
    return False


def made_by(node):
    """The names that a definition or an assignment makes or changes: `a`, `b` and `c` in `a, b[0], c.d = ...`."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    given = getattr(node, "targets", [getattr(node, "target", None)]) if isinstance(node, ASSIGNMENT) else []
    return {part.id for target in given for part in ast.walk(target) if isinstance(part, ast.Name)}


def checked_answer(node, names):
    """The statement `name = answer` for a call of `check("2b.1", answer)` that hands in another name, or None."""
    value = getattr(node, "value", None)
    if not (isinstance(node, ast.Assign | ast.Expr) and isinstance(value, ast.Call)):
        return None
    if not (isinstance(value.func, ast.Name) and value.func.id == "check" and len(value.args) == 2):
        return None
    asked, answer = value.args
    name = names.get(asked.value) if isinstance(asked, ast.Constant) and isinstance(asked.value, str) else None
    if name is None or (isinstance(answer, ast.Name) and answer.id == name):
        return None
    made = ast.Assign([ast.Name(name, ast.Store())], answer)
    return ast.fix_missing_locations(ast.copy_location(made, node))


def describe(error):
    """One sentence on what a cell raised."""
    from course_utils import checks

    if isinstance(error, SyntaxError):
        version = ".".join(map(str, sys.version_info[:2]))
        return f"the cell is not valid Python {version}: {error.msg} (line {error.lineno})"
    try:
        return checks.describe_error(error)
    except BaseException:
        return "your code raised an error that cannot be described"


def main():
    protected = sys.argv[1] == "protected"
    control = socket.socket(fileno=int(sys.argv[2]))
    preload(os.path.join(HERE, "setup.json"))
    for module in sorted(os.listdir(os.path.join(HERE, "course_utils", "checks"))):
        if module.startswith("lesson_") and module.endswith(".py"):
            importlib.import_module(f"course_utils.checks.{module[:-3]}")
    serve(control, protected, *([sys.argv[3], sys.argv[4:]] if protected else []))
    os._exit(0)  # nothing is left to be done, least of all by TensorFlow


if __name__ == "__main__":
    main()
