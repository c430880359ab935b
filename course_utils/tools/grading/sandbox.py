"""The outside of the sandbox: starts workers, hands them jobs, takes back bytes, and watches the limits.

Nothing that comes out of the sandbox is trusted: frames are short JSON headers and raw numbers, checked one by one.
"""

import ctypes
import json
import os
import pickle
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import sysconfig
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from course_utils import keras_settings
from course_utils.paths import PACKAGE, REPOSITORY, in_checkout
from course_utils.probing import one_line
from course_utils.tools.grading import linux
from course_utils.tools.notebooks import CourseError

HERE = Path(__file__).parent
INSIDE = "/course"  # where the worker lies in the sandbox, unless Python does
MOST_HEADER, MOST_BLOB, MOST_IN_ALL, MOST_FRAMES = 1 << 16, 17 << 20, 128 << 20, 20_000
NUMBERS = {"|b1", "|i1", "|u1", "<i2", "<i4", "<i8", "<u2", "<u4", "<u8", "<f2", "<f4", "<f8"}
MOST_LINKS = 40  # on the way to one folder, as the system has it
PATIENCE = 0.05  # seconds between two looks at the limits
START_SECONDS = 300  # importing TensorFlow on a busy machine
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc/ld.so.cache", "/etc/alternatives")
UBUNTU = "; Ubuntu's AppArmor forbids it until `sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0`"
FLOOR_ONE_OMITTED = {"checks", "tools", "experiments", "bundled", "notebook", "notebook.py", "__pycache__"}


@dataclass(frozen=True)
class Limits:
    """What a submission may use. Seconds are of CPU time; the clock may show `patience` times as many."""

    cell_seconds: float = 20.0
    total_seconds: float = 120.0
    memory_bytes: int = 3 << 30
    processes: int = 128  # threads count
    patience: float = 3.0


@dataclass
class Outcome:
    """What a job sent back, and how it ended.

    seen: {exercise: {seed number: {name: array}}}. verdicts: {exercise: (status, hint)}.
    ended: "" (as it should), "time", "memory", "died", "babbled", or "sandbox" (the shutting in failed).
    step: what it was at: ("cell", number) or ("probe", exercise), or None. seconds: what it took of its time.
    """

    seen: dict = field(default_factory=dict)
    verdicts: dict = field(default_factory=dict)
    ended: str = ""
    detail: str = ""
    step: tuple | None = None
    seconds: float = 0.0


# --- what protection there is ---------------------------------------------------------------------------------


def protection():
    """("", what is in force) where this system can shut submissions in, else (why not, "")."""
    if sys.platform != "linux":
        return "namespaces need Linux", ""
    if not hasattr(os, "pidfd_open") or not hasattr(ctypes.CDLL(None), "unshare"):
        return "this Python or C library is too old", ""
    if refused := tried(linux.rehearse):
        return f"submissions cannot be shut in here ({refused}){UBUNTU if linux.restricted() else ''}", ""
    filtered = ", filtered system calls" if os.uname().machine in linux.ARCHITECTURES else ""
    return "", f"a process, file, network and user namespace for each submission, no capabilities{filtered}"


def tried(steps):
    """Run `steps` in a child that ends at once; "" or, in words, the OSError that it ended with."""
    ours, theirs = os.pipe()
    child = os.fork()
    if not child:
        try:
            steps()
            os.write(theirs, b"done")
        except OSError as error:
            os.write(theirs, f"{error.filename or 'system call'}: {error.strerror}".encode())
        finally:
            os._exit(0)
    os.close(theirs)
    with os.fdopen(ours, encoding="utf-8", errors="replace") as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return "" if said == "done" else said or "a process was killed"


# --- what goes in ---------------------------------------------------------------------------------------------


def prepare(folder, course):
    """Fill the folder that becomes /course: the worker, course_utils without judges and data, the lessons' imports."""
    package = folder / "course_utils"
    checks = package / "checks"
    checks.mkdir(parents=True)
    for path in sorted(PACKAGE.iterdir()):
        if path.name in FLOOR_ONE_OMITTED or path.name.startswith("."):
            continue
        if path.is_dir():
            shutil.copytree(path, package / path.name, ignore=lambda _, names: [n for n in names if not is_source(n)])
        elif path.suffix == ".py":
            shutil.copyfile(path, package / path.name)
    shutil.copyfile(HERE / "front.py", package / "notebook.py")
    shutil.copyfile(PACKAGE / "checks" / "__init__.py", checks / "__init__.py")
    for name, source in course.stripped_checks().items():
        (checks / name).write_text(source, encoding="utf-8")
    for module in ("linux.py", "worker.py", "notebook_python.py", "launcher.py"):
        shutil.copyfile(HERE / module, folder / module)
    setups = {number: lesson.setup for number, lesson in course.lessons.items()}
    (folder / "setup.json").write_text(json.dumps(setups), encoding="utf-8")
    fonts = folder / "fonts"
    fonts.mkdir()
    try:
        import matplotlib

        for path in Path(matplotlib.get_cachedir()).glob("fontlist-*.json"):  # finding fonts anew takes seconds
            shutil.copyfile(path, fonts / path.name)
    except Exception:  # then they are found anew
        pass
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)


def is_source(name):
    """True for a folder or a Python file of the package."""
    return name != "__pycache__" and ("." not in name or name.endswith(".py"))


def environment(course):
    """The environment of the worker, and nothing of the grader's own."""
    return {
        "PATH": f"{sys.prefix}/bin:/usr/bin:/bin",
        "HOME": "/tmp",
        "TMPDIR": "/tmp",
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": f"{course}/fonts",
        **keras_settings.ENVIRONMENT,
        "CUDA_VISIBLE_DEVICES": "",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_ENABLE_ONEDNN_OPTS": "0",
        **dict.fromkeys(
            (
                "OMP_NUM_THREADS",
                "OPENBLAS_NUM_THREADS",
                "MKL_NUM_THREADS",
                "TF_NUM_INTRAOP_THREADS",
                "TF_NUM_INTEROP_THREADS",
            ),
            "1",  # there is a worker on every core already
        ),
    }


def interpreter_paths():
    """What this Python does not run without, by the names that it has here: programs and libraries, its own and the
    system's."""
    base = {"installed_base": sys.base_prefix, "installed_platbase": sys.base_exec_prefix}
    schemes = sysconfig.get_paths(vars={"base": sys.prefix, "platbase": sys.exec_prefix, **base})
    libraries = [schemes[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    program = os.path.realpath(sys.executable)
    own = [sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix, *libraries, os.path.dirname(program)]
    return [path for path in dict.fromkeys([*own, sys.executable, *SYSTEM]) if os.path.lexists(path) and path != "/"]


def without_links(path):
    """(the path that it leads to, {link: what it links to} of the links on the way, each at its own such path)."""
    real, links, hops, todo = "/", {}, 0, path.split("/")[::-1]
    while todo:
        here = os.path.normpath(os.path.join(real, todo.pop()))  # where no link is on the way, ".." is the folder above
        if not os.path.islink(here):
            real = here
            continue
        hops += 1
        if hops > MOST_LINKS:
            raise CourseError(f"{path} goes through more than {MOST_LINKS} links; name a shorter way to it.")
        links[here] = os.readlink(here)
        todo += os.path.join(real, links[here]).split("/")[::-1]
        real = "/"
    return real, links


def view(paths):
    """What a sandbox shows so that Python is found by all its names: a part of a launcher's plan.

    shown: real paths. links: {path: what it links to}. tmp: where /tmp leads to, which a submission sees empty, but
    for the entries kept: those through which shown paths are reached. inside: a name for the folder of the worker.
    """
    tmp, links = without_links("/tmp")
    shown = {}
    for path in paths:
        real, met = without_links(path)
        links |= met
        if os.path.lexists(real):
            shown[real] = path
    if tmp in shown:
        raise CourseError(f"{shown[tmp]} is /tmp itself, in whose place submissions get an empty folder; "
                          "make the environment in a folder of its own.")  # fmt: skip
    below = [os.path.relpath(path, tmp) for path in (*shown, *links) if linux.inside(path, tmp) and path != tmp]
    inside = INSIDE
    while any(linux.inside(path, inside) for path in (*shown, *links)):
        inside += "-"
    return {
        "shown": list(shown),
        "links": links,
        "tmp": tmp,
        "kept": sorted({path.split("/")[0] for path in below}),
        "inside": inside,
    }


# --- a worker -------------------------------------------------------------------------------------------------


class Worker:
    """One worker process and the jobs it is given, one at a time.

    folder: what `prepare` filled; beside it lies the mount point of the sandbox's root. hidden: folders that must not
    be seen even where an interpreter's folder holds them. protected: False runs it without a sandbox, with the limits
    of the system only.
    """

    def __init__(self, folder, hidden=(), protected=True):
        self.folder, self.protected = Path(folder), protected
        own = [PACKAGE, REPOSITORY] if in_checkout() else [PACKAGE]  # an installed package lies beside all the others
        self.hidden = [os.path.realpath(path) for path in (*own, *hidden)]
        self.process = None

    def start(self):
        """Start it and wait until TensorFlow is imported. Raises CourseError, with what it said, where it fails."""
        seen = view(interpreter_paths()) if self.protected else {}
        self.control, theirs = socket.socketpair()
        self.log = tempfile.TemporaryFile()  # noqa: SIM115
        self.root = tempfile.mkdtemp(prefix="root-", dir=self.folder.parent)
        if self.protected:
            plan = seen | {
                "root": os.path.realpath(self.root),
                "hidden": self.hidden,
                "course": os.path.realpath(self.folder),
                "python": sys.executable,
                "control": theirs.fileno(),
                "environment": environment(seen["inside"]),
            }
            command = [sys.executable, "-B", "-S", "-s", str(self.folder / "launcher.py"), json.dumps(plan)]
        else:
            command = [sys.executable, "-B", "-s", str(self.folder / "worker.py"), "unprotected", str(theirs.fileno())]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=self.log,
            env=environment(str(self.folder)),
            cwd="/",
            start_new_session=True,
            pass_fds=[theirs.fileno()],
        )
        theirs.close()
        self.control.settimeout(START_SECONDS)
        try:
            said = self.control.recv(linux.SIZE)
        except TimeoutError:
            said = b""
        if said.strip() != b"ready":
            self.log.seek(0)
            text = self.log.read().decode("utf-8", "replace").strip().split("\n")[-1]
            self.stop()
            raise CourseError(f"the sandbox does not start: {text or 'no reason given'}.")

    def stop(self):
        """End the worker and all that it started."""
        if self.process:
            self.control.close()  # it ends when it sees that
            try:
                self.process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.log.close()
            self.process = None
            shutil.rmtree(self.root, ignore_errors=True)

    def run(self, task, limits):
        """Run one job in a fork of the worker; returns its Outcome."""
        if self.process is None or self.process.poll() is not None:
            self.stop()
            self.start()
        task = task | {
            "limits": {
                "total_seconds": limits.total_seconds,
                "memory_bytes": limits.memory_bytes,
                "processes": limits.processes,
            }
        }
        with tempfile.TemporaryFile() as job:
            pickle.dump(task, job)
            job.seek(0)
            ours, theirs = os.pipe()
            socket.send_fds(self.control, [b"job".ljust(linux.SIZE)], [job.fileno(), theirs])
            os.close(theirs)
        watch = Watch(self.control, ours, limits, self.protected)
        try:
            outcome = watch.until_end()
        finally:
            os.close(ours)
            watch.close()
        if watch.lost:
            self.stop()
        return outcome


class Watch:
    """One job under way: what it sends, what it uses, and its end."""

    def __init__(self, control, results, limits, protected):
        self.control, self.results, self.limits, self.protected = control, results, limits, protected
        self.outcome, self.buffer, self.received, self.frames = Outcome(), bytearray(), 0, 0
        self.child, self.pid, self.done, self.finished, self.lost = None, None, None, False, False

    def until_end(self):
        """Read frames until the job has ended or is ended."""
        begun = step_begun = time.monotonic()
        used = step_used = 0.0
        os.set_blocking(self.results, False)
        looked, open_pipe = 0.0, True
        while self.done is None:
            ready = select.select([self.control] + [self.results] * open_pipe, [], [], PATIENCE)[0]
            if self.control in ready and not self.listen():
                break
            if self.results in ready:
                step = self.outcome.step
                open_pipe = self.read()
                if self.outcome.step != step:
                    step_begun, step_used = time.monotonic(), used
            if self.outcome.ended or self.finished:
                open_pipe = False
                self.kill()  # again and again: at first there may be no handle yet
                continue
            now = time.monotonic()
            if now - looked < PATIENCE:
                continue
            looked = now
            memory, used_now = tree_usage(self.pid)
            used = max(used, used_now)
            cell, total, patience = self.limits.cell_seconds, self.limits.total_seconds, self.limits.patience
            if memory > self.limits.memory_bytes:
                self.end("memory")
            elif (
                max(used - step_used, (now - step_begun) / patience) > cell
                or max(used, (now - begun) / patience) > total
            ):
                self.end("time")
        while open_pipe and not self.finished and self.read():  # what it sent last
            pass
        self.outcome.seconds = max(used, (time.monotonic() - begun) / self.limits.patience)  # sleep counts, too
        if not self.finished and not self.outcome.ended:
            self.outcome.ended = "sandbox" if self.outcome.step is None or self.lost else "died"
            self.outcome.detail = "the worker was killed" if self.lost else ending(self.done)
        return self.outcome

    def listen(self):
        """A message on the control socket; False when the worker is gone."""
        try:
            message, descriptors, _, _ = socket.recv_fds(self.control, linux.SIZE, 1)
        except OSError:
            message, descriptors = b"", []
        if not message:
            self.lost, self.done = True, 0
            return False
        kind, number = message.decode().split()
        if kind == "pid":
            self.child = descriptors[0] if descriptors else None
            self.pid = outer_pid(self.child) if descriptors else int(number)
        else:
            self.done = int(number)
        return True

    def read(self):
        """Take what has arrived apart; False at the end of the pipe."""
        try:
            piece = os.read(self.results, 1 << 20)
        except BlockingIOError:
            return False
        self.received += len(piece)
        self.buffer += piece
        try:
            while not self.finished and self.frame():
                pass
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
            self.outcome.ended = "babbled"
        return bool(piece)

    def frame(self):
        """Take one frame from the buffer; False when it is not whole. ValueError and the like for nonsense."""
        if len(self.buffer) < 8:
            return False
        text, blob = struct.unpack(">II", self.buffer[:8])
        self.frames += 1
        if text > MOST_HEADER or blob > MOST_BLOB or self.received > MOST_IN_ALL or self.frames > MOST_FRAMES:
            raise ValueError("too much")
        if len(self.buffer) < 8 + text + blob:
            return False
        header = json.loads(bytes(self.buffer[8 : 8 + text]))
        content = bytes(self.buffer[8 + text : 8 + text + blob])
        del self.buffer[: 8 + text + blob]
        self.take(header, content)
        return True

    def take(self, header, content):
        """Note what a frame says."""
        if "cell" in header:
            self.outcome.step = ("cell", int(header["cell"]))
        elif "probe" in header:
            self.outcome.step = ("probe", str(header["probe"]))
        elif "verdict" in header:
            status = "open" if header["status"] == "open" else "wrong"  # "right" is nobody's to say in there
            self.outcome.verdicts[str(header["verdict"])] = (status, one_line(header["hint"]))
        elif "seen" in header:
            arrays = arrays_from(header["arrays"], content)
            self.outcome.seen.setdefault(str(header["seen"]), {})[int(header["seed"])] = arrays
        elif "end" in header:
            self.finished = True
        else:
            raise ValueError("unknown frame")

    def end(self, reason):
        """End the job for a reason."""
        self.outcome.ended = reason
        self.kill()

    def kill(self):
        """Kill the first process of the namespace, and with it all of them."""
        try:
            if self.child is not None:
                signal.pidfd_send_signal(self.child, signal.SIGKILL)
            if not self.protected and self.pid:
                os.killpg(self.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass

    def close(self):
        if self.child is not None:
            os.close(self.child)


def arrays_from(described, content):
    """{name: array} from names, types and shapes, and the bytes of all. ValueError unless it fits exactly."""
    arrays, place = {}, 0
    for name, kind, shape in described:
        if kind not in NUMBERS or len(shape) > 16 or not all(isinstance(n, int) and 0 <= n < 1 << 40 for n in shape):
            raise ValueError("no array of numbers")
        count = 1
        for n in shape:
            count *= n
        size = count * np.dtype(kind).itemsize
        if place + size > len(content):
            raise ValueError("more announced than sent")
        arrays[str(name)] = (
            np.frombuffer(content, kind, count, place).reshape(shape).astype(np.dtype(kind).newbyteorder("="))
        )
        place += size
    if place != len(content):
        raise ValueError("more sent than announced")
    return arrays


def ending(code):
    """How a process ended, from a shell's exit status."""
    if code is None or code < 128:
        return f"exit code {code}"
    try:
        return f"signal {signal.Signals(code - 128).name}"
    except ValueError:
        return f"signal {code - 128}"


# --- what it uses ---------------------------------------------------------------------------------------------


def outer_pid(handle):
    """The process number, as this process sees it, that a handle stands for."""
    for line in Path(f"/proc/self/fdinfo/{handle}").read_text().splitlines():
        if line.startswith("Pid:"):
            return int(line.split()[1])
    return None


MEMORY = ("RssAnon", "RssShmem", "VmSwap", "VmPTE")  # not files; what was swapped out, and the tables of pages


def tree_usage(pid):
    """(bytes of memory, seconds of CPU) of a process and all below it; zeros where it cannot be seen."""
    memory, seconds, todo, met = 0, 0.0, [pid] if pid and pid > 0 else [], set()
    ticks = os.sysconf("SC_CLK_TCK")
    while todo:
        one = todo.pop()
        met.add(one)
        try:
            status = dict(
                line.split(":", 1) for line in Path(f"/proc/{one}/status").read_text().splitlines() if ":" in line
            )
            fields = Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
            seconds += sum(map(int, fields[11:15])) / ticks  # its own, and that of the children it has waited for
            memory += sum(int(status.get(name, "0").split()[0]) << 10 for name in MEMORY)
            for task in os.listdir(f"/proc/{one}/task"):
                children = Path(f"/proc/{one}/task/{task}/children").read_text().split()
                todo += [int(child) for child in children if int(child) not in met]
        except (OSError, ValueError, IndexError):
            continue
    return memory, seconds
