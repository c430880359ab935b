"""Builds the root that student code sees, goes into it, and becomes the worker.

Started by sandbox.py as a program of its own: `python launcher.py PLAN`, where PLAN is JSON. What it needs of the
computer (the interpreter, its packages, the system's libraries) is shown read-only under its own path; everything
else is not there: no home, no repository, no submissions, no devices but four, no network.
"""

import json
import os
import sys

import kernel

DEVICES = ("null", "zero", "full", "random", "urandom")


def inside(path, folder):
    """True where `path` is `folder` or lies in it."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def build(root, shown, hidden, course):
    """Mount the new root at `root`.

    shown: paths to be seen as they are. hidden: folders and files to be empty where they lie in a shown one.
    course: the folder that becomes /course.
    """
    kernel.mount(None, "/", flags=kernel.REC | kernel.PRIVATE)
    kernel.tmpfs(root, 8)
    for path in sorted(set(shown), key=lambda path: (path.count("/"), path)):  # outer folders first
        target = root + path
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if os.path.islink(path):  # as /lib -> usr/lib
            if not os.path.lexists(target):
                os.symlink(os.readlink(path), target)
            continue
        if os.path.isdir(path):
            os.makedirs(target, exist_ok=True)
        elif not os.path.exists(target):
            open(target, "w").close()
        kernel.bind(path, target)
        for secret in hidden:
            if inside(secret, path) and os.path.isdir(root + secret):
                kernel.tmpfs(root + secret, 1)
            elif inside(secret, path) and os.path.exists(root + secret):
                kernel.bind("/dev/null", root + secret)
    os.makedirs(root + "/course", exist_ok=True)
    kernel.bind(course, root + "/course")
    os.makedirs(root + "/dev", exist_ok=True)
    for name in DEVICES:
        open(f"{root}/dev/{name}", "w").close()
        kernel.bind(f"/dev/{name}", f"{root}/dev/{name}")
    os.makedirs(root + "/tmp", exist_ok=True)
    os.makedirs(root + "/proc")
    kernel.mount("proc", root + "/proc", "proc", kernel.NOSUID | kernel.NODEV | kernel.NOEXEC)
    for point in kernel.mounts_below(root):
        if point != root + "/proc":
            kernel.read_only(point)


def main(plan):
    """Shut this process in and become the worker; a parent stays outside to be waited for."""
    kernel.die_with_parent()
    kernel.prefer_for_killing(500)
    user = os.getuid(), os.getgid()
    as_root = user[0] == 0
    kernel.unshare(kernel.EVERYTHING | (0 if as_root else kernel.NEWUSER))
    if not as_root:
        kernel.map_user(kernel.NOBODY, user)
    child = os.fork()
    if child:
        os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) & 0xFF)
    kernel.die_with_parent()
    root = plan["root"]
    build(root, plan["shown"], plan["hidden"], plan["course"])
    kernel.read_only(root)
    kernel.enter_root(root)
    kernel.tmpfs("/tmp", 64, "1777")
    if as_root:
        os.setgroups([])
        os.setresgid(kernel.NOBODY, kernel.NOBODY, kernel.NOBODY)
        os.setresuid(kernel.NOBODY, kernel.NOBODY, kernel.NOBODY)
    kernel.die_with_parent()  # a change of user clears it
    os.chdir("/tmp")
    command = [plan["python"], "-B", "-s", "/course/worker.py", "protected", str(plan["control"])]
    os.execve(plan["python"], command, plan["environment"])


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
