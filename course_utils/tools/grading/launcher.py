"""Builds the root that student code sees, goes into it, and becomes the worker.

Started by sandbox.py as a program of its own: `python launcher.py PLAN`, where PLAN is JSON. What it needs of the
computer (the interpreter, its packages, the system's libraries) is shown read-only under its own path; everything
else is not there: no home, no repository, no submissions, no devices but four, no network.
"""

import json
import os
import sys

import linux

DEVICES = ("null", "full", "random", "urandom")  # not zero: mapped, it is memory that is nobody's


def build(plan):
    """Mount the new root at plan["root"], from these parts of the plan:

    shown: paths to be seen as they are. links: {path: what it links to}. hidden: folders and files to be empty where
    they lie in a shown one. No path goes through a link, so that whatever has several names is hidden under all of
    them. course: the folder that is shown at plan["inside"].
    """
    root = plan["root"]
    linux.mount(None, "/", flags=linux.REC | linux.PRIVATE)
    linux.tmpfs(root, 8)
    for path in sorted(set(plan["shown"]), key=lambda path: (path.count("/"), path)):  # outer folders first
        linux.show(path, root + path)
        for secret in plan["hidden"]:
            if linux.inside(secret, path) and os.path.isdir(root + secret):
                linux.tmpfs(root + secret, 1)
            elif linux.inside(secret, path) and os.path.exists(root + secret):
                linux.bind("/dev/null", root + secret)
    linux.show(plan["course"], root + plan["inside"])
    for name in DEVICES:
        linux.show(f"/dev/{name}", f"{root}/dev/{name}")
    os.makedirs(root + plan["tmp"], exist_ok=True)
    os.makedirs(root + "/proc")
    linux.own_proc(root)
    for link, target in plan["links"].items():  # last: every path up to here was one without links
        if not os.path.lexists(root + link):
            os.makedirs(os.path.dirname(root + link), exist_ok=True)
            os.symlink(target, root + link)
    for point in linux.mounts_below(root):
        if point != root + "/proc":
            linux.read_only(point)


def main(plan):
    """Shut this process in and become the worker; a parent stays outside to be waited for."""
    linux.die_with_parent()
    linux.prefer_for_killing(500)
    os.umask(0o022)  # nobody must be able to go through the folders that are made here
    as_root = os.getuid() == 0
    linux.new_namespaces(with_user=not as_root)
    linux.go_on_in_child()
    linux.die_with_parent()
    build(plan)
    linux.enter_root(plan["root"])
    linux.fresh_folder(plan["tmp"], 64, "1777", plan["kept"])
    if as_root:
        linux.become_nobody()
    linux.die_with_parent()  # a change of user clears it
    os.chdir("/tmp")
    worker = [plan["inside"] + "/worker.py", "protected", str(plan["control"]), plan["tmp"], *plan["kept"]]
    os.execve(plan["python"], [plan["python"], "-B", "-s", *worker], plan["environment"])


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
