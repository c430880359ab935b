"""What the Linux kernel offers to shut a process in, called through ctypes: namespaces, mounts, capabilities, filters.

Runs inside the sandbox too, before any student code, so it imports the standard library only.
"""

import ctypes
import os
import platform
import re
import resource
import struct

SIZE = 16  # bytes of a message between the grader and a worker
NOBODY = 65534
libc = ctypes.CDLL(None, use_errno=True)

# unshare(2)
NEWNS, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET = (
    0x00020000,
    0x04000000,
    0x08000000,
    0x10000000,
    0x20000000,
    0x40000000,
)
EVERYTHING = NEWNS | NEWUTS | NEWIPC | NEWPID | NEWNET
# mount(2)
RDONLY, NOSUID, NODEV, NOEXEC, REMOUNT, BIND, REC, PRIVATE = 1, 2, 4, 8, 32, 4096, 16384, 1 << 18
DETACH = 2
# prctl(2)
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 4, 22, 24, 38
SIGKILL = 9

# System calls that no exercise needs: those that change the namespaces, look into other processes, leave something
# behind that another submission could find (keys, shared memory), or fill memory that is nobody's (the buffers of
# sockets and pipes). Numbers: (x86_64, aarch64).
DENIED = {
    "socket": (41, 198),
    "socketpair": (53, 199),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_getfd": (438, 438),
    "kcmp": (312, 272),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "mount_setattr": (442, 442),
    "unshare": (272, 97),
    "setns": (308, 268),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "vmsplice": (278, 75),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "semget": (64, 190),
    "msgget": (68, 186),
    "mq_open": (240, 180),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "fanotify_init": (300, 262),
    "kexec_load": (246, 104),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "swapon": (167, 224),
    "quotactl": (179, 60),
    "personality": (135, 92),
}
# System calls that are denied where all conditions of a rule hold. A condition: half an argument (2 n is the lower half
# of argument n, 2 n + 1 the upper one), and the number that it equals or some of whose bits are set in it.
EQUALS, HAS_BITS = 0x15, 0x45
SHARED, ANONYMOUS, WRITABLE = (6, HAS_BITS, 1), (6, HAS_BITS, 0x20), (4, HAS_BITS, 2)
CORE = 4  # RLIMIT_CORE
DENIED_WHERE = [
    ("mmap", (9, 222), [SHARED, ANONYMOUS]),  # memory that can leave every process and still be there
    ("mmap", (9, 222), [SHARED, WRITABLE]),
    ("prctl", (157, 167), [(0, EQUALS, PR_SET_DUMPABLE)]),
    ("setrlimit", (160, 164), [(0, EQUALS, CORE)]),
    ("prlimit64", (302, 261), [(2, EQUALS, CORE), (4, HAS_BITS, 0xFFFFFFFF)]),
    ("prlimit64", (302, 261), [(2, EQUALS, CORE), (5, HAS_BITS, 0xFFFFFFFF)]),
]
ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}  # column in DENIED, AUDIT_ARCH_*


def call(name, *arguments):
    """Call a C function; OSError, naming it, where it returns -1."""
    result = getattr(libc, name)(*arguments)
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), name)
    return result


def prctl(option, argument):
    """prctl(2) with one argument."""
    call("prctl", option, ctypes.c_ulong(argument), ctypes.c_ulong(0), ctypes.c_ulong(0), ctypes.c_ulong(0))


def unshare(flags):
    """Leave the namespaces named by `flags` for new ones."""
    call("unshare", ctypes.c_int(flags))


def mount(source, target, kind=None, flags=0, data=None):
    """mount(2); paths are strings."""
    encoded = [None if text is None else os.fsencode(text) for text in (source, target, kind, data)]
    call("mount", *encoded[:3], ctypes.c_ulong(flags), encoded[3])


def bind(source, target):
    """Show `source` at `target` too, with all that is mounted below it."""
    mount(source, target, flags=BIND | REC)


def tmpfs(target, megabytes, mode="755"):
    """An empty file system in memory."""
    mount("tmpfs", target, "tmpfs", NOSUID | NODEV, f"size={megabytes}m,mode={mode},nr_inodes=20000")


def read_only(target):
    """Make a mount read-only, keeping what else it forbids (a mount of an outer user may not be loosened)."""
    kept = os.statvfs(target).f_flag & (NODEV | NOEXEC)
    mount(None, target, flags=BIND | REMOUNT | RDONLY | NOSUID | kept)


def inside(path, folder):
    """True where `path` is `folder` or lies in it; both are absolute, and neither goes through a link."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def mounts_below(root):
    """The mount points at and below a folder, in the order in which they were mounted."""
    with open("/proc/self/mountinfo", "rb") as file:
        named = [line.split()[4] for line in file]  # a space in a name reads \040
    points = [os.fsdecode(re.sub(rb"\\([0-7]{3})", lambda code: bytes([int(code[1], 8)]), name)) for name in named]
    return [point for point in points if inside(point, root)]


def fresh_folder(path, megabytes, mode, kept):
    """Lay an empty file system in memory over a folder; its entries `kept` stay what they are, with all that is
    mounted below them."""
    links = {name: os.readlink(f"{path}/{name}") for name in kept if os.path.islink(f"{path}/{name}")}
    handles = {name: os.open(f"{path}/{name}", os.O_PATH) for name in kept if name not in links}
    tmpfs(path, megabytes, mode)
    for name, target in links.items():
        os.symlink(target, f"{path}/{name}")
    for name, handle in handles.items():
        show(f"/proc/self/fd/{handle}", f"{path}/{name}")
        os.close(handle)


def show(source, target):
    """Show a folder or a file at `target`, where there may be nothing yet."""
    if os.path.isdir(source):
        os.makedirs(target, exist_ok=True)
    elif not os.path.exists(target):
        os.makedirs(os.path.dirname(target), exist_ok=True)
        open(target, "w").close()
    bind(source, target)


def enter_root(root):
    """Make `root`, a mount point, the root of this process, and let go of the old one."""
    os.chdir(root)
    number = {"x86_64": 155, "aarch64": 41}.get(platform.machine())
    if number is None:
        raise OSError(f"pivot_root is not known on {platform.machine()}")
    call("syscall", ctypes.c_long(number), b".", b".")
    call("umount2", b".", DETACH)
    os.chdir("/")


def map_user(inside, outside):
    """Give the one user and group of a fresh user namespace their number inside."""
    for file, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{inside} {outside[0]} 1"),
        ("gid_map", f"{inside} {outside[1]} 1"),
    ):
        with open(f"/proc/self/{file}", "w") as map_file:
            map_file.write(text)


def new_namespaces(with_user):
    """Leave every namespace for a new one; that of processes begins with the next child."""
    user = os.getuid(), os.getgid()
    unshare(EVERYTHING | (NEWUSER if with_user else 0))
    if with_user:
        map_user(NOBODY, user)


def own_proc(root=""):
    """Mount what the processes of this namespace look like."""
    mount("proc", root + "/proc", "proc", NOSUID | NODEV | NOEXEC)


def become_nobody():
    """Let root's rights go."""
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)


def own_files(folder, kept):
    """Give this process an empty folder but for what is `kept` in it, its own /proc, and no further namespaces."""
    mount(None, "/", flags=REC | PRIVATE)
    fresh_folder(folder, 64, "700", kept)
    own_proc()
    with open("/proc/sys/user/max_user_namespaces", "w") as file:
        file.write("0")


def no_rights():
    """Give up all rights for good; no file is ever written of this process's memory."""
    drop_privileges()
    prctl(PR_SET_DUMPABLE, 0)
    filter_system_calls()


def go_on_in_child():
    """Return in a child only; this process waits for it and ends as it does."""
    if child := os.fork():
        os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) & 0xFF)


def rehearse():
    """Shut this process in as launcher and worker do a submission; OSError, naming what is refused, if that fails."""
    as_root = os.getuid() == 0
    new_namespaces(with_user=not as_root)
    go_on_in_child()
    mount(None, "/", flags=REC | PRIVATE)
    tmpfs("/tmp", 1)
    for name in ("proc", "tmp"):
        os.mkdir(f"/tmp/{name}")
    own_proc("/tmp")
    enter_root("/tmp")
    if as_root:
        become_nobody()
        prctl(PR_SET_DUMPABLE, 1)  # as the worker is, a program of its own
    new_namespaces(with_user=True)
    go_on_in_child()
    own_files("/tmp", [])
    no_rights()


def restricted():
    """True where AppArmor keeps ordinary users from namespaces of their own, as Ubuntu has it since 24.04."""
    try:
        with open("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") as file:
            return file.read().strip() == "1"
    except OSError:
        return False


def die_with_parent():
    """Be killed when the parent ends, however it ends."""
    prctl(PR_SET_PDEATHSIG, SIGKILL)


def prefer_for_killing(score):
    """Let the system, when memory runs out, end this process (0 to 1000, the more the sooner), not the grader."""
    with open("/proc/self/oom_score_adj", "w") as file:
        file.write(str(score))


def drop_privileges():
    """Give up all capabilities, for good, here and in all programs that will be started."""
    for capability in range(64):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError:  # beyond the last one that this kernel knows
            break
    header = struct.pack("=II", 0x20080522, 0)
    call("capset", header, bytes(24))
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def filter_system_calls():
    """Let the system calls of DENIED and DENIED_WHERE fail with "operation not permitted", for good.

    False on a kind of computer whose numbers of system calls are not known here.
    """
    if platform.machine() not in ARCHITECTURES:
        return False
    column, architecture = ARCHITECTURES[platform.machine()]
    load, greater, answer = 0x20, 0x35, 0x06
    allow, kill = (answer, 0, 0, 0x7FFF0000), (answer, 0, 0, 0x80000000)
    refuse, load_number = (answer, 0, 0, 0x00050000 | 1), (load, 0, 0, 0)  # errno 1: EPERM
    program = [(load, 0, 0, 4), (EQUALS, 1, 0, architecture), kill, load_number]
    program += [(greater, 0, 1, 0x40000000), refuse]  # the x32 numbers of x86_64
    for numbers in DENIED.values():
        program += [(EQUALS, 0, 1, numbers[column]), refuse]
    for _, numbers, conditions in DENIED_WHERE:
        rest = 2 * len(conditions) + 1  # lines from the first condition to the next rule
        program.append((EQUALS, 0, rest, numbers[column]))
        for half, operator, value in conditions:
            rest -= 2
            program += [(load, 0, 0, 16 + 4 * half), (operator, 0, rest, value)]
        program += [refuse, load_number]
    program.append(allow)
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *line) for line in program))
    pointer = ctypes.create_string_buffer(struct.pack("@HP", len(program), ctypes.addressof(code)))
    call("prctl", PR_SET_SECCOMP, ctypes.c_ulong(2), pointer, ctypes.c_ulong(0), ctypes.c_ulong(0))
    return True


def data_in_use():
    """Bytes of private memory that this process may write to, as RLIMIT_DATA counts them; None where unknown."""
    try:
        with open("/proc/self/status") as file:
            return next(int(line.split()[1]) << 10 for line in file if line.startswith("VmData:"))
    except (OSError, StopIteration):
        return None


def limit(kind, value):
    """A resource limit that cannot be raised again; never above the one in force."""
    hard = resource.getrlimit(kind)[1]
    value = int(value) if hard == resource.RLIM_INFINITY else min(int(value), hard)
    resource.setrlimit(kind, (value, value))
