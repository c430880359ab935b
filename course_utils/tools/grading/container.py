"""`course grade --container IMAGE`: the same command in a container, where this system cannot shut submissions in.

The container has no network and no capabilities, and sees what it grades read-only. The sandbox is in force in it as
anywhere else; so that it can make namespaces, the engine's own filter of system calls is left out.
"""

import csv
import io
import os
import shutil
import subprocess
from pathlib import Path

from course_utils.tools.notebooks import CourseError

RESTRICTED, RUNC = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns"), Path("/etc/apparmor.d/runc")
ALIKE = ("export", "seed", "jobs", "cell_seconds", "total_seconds", "memory")  # options that are passed on as they are


def run(arguments):
    """Grade in a container; returns the exit code of the command in it."""
    engine = next(filter(shutil.which, ("podman", "docker")), None)
    if engine is None:
        raise CourseError("--container needs podman or docker; neither is installed.")
    line = command_line(engine, arguments)
    print("container:", " ".join(line), flush=True)
    return subprocess.call(line)


def options_of(engine):
    """What an engine must be told so that an ordinary user can make namespaces inside."""
    if engine == "podman":
        return ["--userns=keep-id", "--security-opt=unmask=ALL", "--security-opt=apparmor=unconfined"]
    user = f"{os.getuid()}:{os.getgid()}" if hasattr(os, "getuid") else "1000:1000"  # Windows has no such numbers
    # where AppArmor keeps unconfined programs from namespaces, as Ubuntu has it, its profile of runc allows them
    restricted = RESTRICTED.exists() and RESTRICTED.read_text().strip() == "1"
    profile = "runc" if restricted and RUNC.exists() else "unconfined"
    return [f"--user={user}", "--security-opt=systempaths=unconfined", f"--security-opt=apparmor={profile}"]


def command_line(engine, arguments):
    """The engine's command line. Submissions lie in /in, under their own name, and the report in /report."""
    mounts, options = [mount(arguments.out, "/report")], []
    for name in ("private", "points"):
        if (path := getattr(arguments, name)) is not None:
            mounts.append(mount(path, f"/{name}") + ",readonly")
            options.append(f"--{name}=/{name}")
    for name in ALIKE:
        if (value := getattr(arguments, name)) is not None:
            options.append(f"--{name.replace('_', '-')}={value}")
    handed_in = f"/in/{Path(arguments.submissions).resolve().name}"
    return [
        *(engine, "run", "--rm", "--init", "--network=none", "--cap-drop=ALL", "--read-only", "--tmpfs=/tmp"),
        *(*options_of(engine), "--security-opt=seccomp=unconfined"),
        *("--security-opt=no-new-privileges", "--env=HOME=/tmp", "--env=TF_ENABLE_ONEDNN_OPTS=0"),
        *(mount(arguments.submissions, handed_in) + ",readonly", *mounts, arguments.container),
        *("course", "grade", handed_in, "--out=/report", *options),
    ]


def mount(path, inside):
    """The option that shows a path inside; it is a line of CSV, as a name may hold a comma or a quote."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(["type=bind", f"source={Path(path).resolve()}", f"target={inside}"])
    return f"--mount={line.getvalue()}"
