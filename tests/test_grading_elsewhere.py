"""Where submissions cannot be shut in, each command says so in a sentence, and names the container."""

import os
import signal
import subprocess
import sys
import time

import pytest
from submissions import needs_protection

from course_utils.tools import cli
from course_utils.tools.grading import apart, container, linux, sandbox

ELSEWHERE = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name in ("resource", "fcntl", "_ctypes", "ctypes", "pwd", "course_utils.tools.grading.linux"):
            raise ModuleNotFoundError(f"there is no {name} on this system")
sys.meta_path.insert(0, Missing())
import os
del os.getuid, os.getgid, os.fork
from course_utils.tools import cli
sys.platform = %r
sys.exit(cli.main(sys.argv[1:]))
"""


def elsewhere(platform, folder, *arguments):
    """Run `course grade` where Linux's modules and functions are missing, with a stand-in for docker."""
    for engine in (folder / "docker", folder / "docker.exe"):
        engine.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\nexit 3\n')
        engine.chmod(0o755)
    (folder / "all.zip").write_bytes(b"")
    command = [sys.executable, "-c", ELSEWHERE % platform, "grade", folder / "all.zip", "--out", folder / "out"]
    done = subprocess.run(
        [*map(str, command), *arguments],
        capture_output=True,
        text=True,
        env=os.environ | {"PATH": str(folder), "PATHEXT": ".exe"},
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_other_systems_reach_the_container_without_linux(platform, tmp_path):
    code, said = elsewhere(platform, tmp_path, "--container", "course-grader")
    assert code == 3 and "--user=1000:1000" in said and "course-grader" in said, said
    code, said = elsewhere(platform, tmp_path)
    assert code == 1 and "--container" in said and "Traceback" not in said and said.count("\n") == 1, said


def refuses(*arguments, **named):
    raise PermissionError(13, "Permission denied", "what is tried")


@needs_protection
@pytest.mark.parametrize(
    "step", ["unshare", "map_user", "mount", "own_proc", "enter_root", "fresh_folder", "drop_privileges", "prctl"]
)
def test_all_that_shutting_in_takes_is_tried(step, monkeypatch, tmp_path, capsys):
    """Ubuntu's AppArmor lets namespaces be made and denies what comes after."""
    monkeypatch.setattr(linux, step, refuses)
    refused, in_force = sandbox.protection()
    assert "what is tried: Permission denied" in refused and not in_force
    monkeypatch.setattr(linux, "restricted", lambda: True)
    assert cli.main(["grade", str(tmp_path), "--out", str(tmp_path.parent / "report")]) == 1
    said = capsys.readouterr().err
    assert "--container" in said and "apparmor_restrict_unprivileged_userns=0" in said and said.count("\n") == 1


def test_a_rehearsal_that_is_killed_is_a_refusal():
    assert sandbox.tried(lambda: os.kill(os.getpid(), signal.SIGKILL)) == "a process was killed"
    assert sandbox.tried(lambda: None) == ""


def test_docker_takes_a_profile_that_allows_namespaces_where_ubuntu_forbids_them(monkeypatch, tmp_path):
    monkeypatch.setattr(container, "RESTRICTED", tmp_path / "restricted")
    monkeypatch.setattr(container, "RUNC", tmp_path / "runc")
    for written, profile in ((), "unconfined"), (("restricted",), "unconfined"), (("restricted", "runc"), "runc"):
        for name in written:
            (tmp_path / name).write_text("1\n")
        assert f"--security-opt=apparmor={profile}" in container.options_of("docker")


def test_a_name_with_a_comma_is_mounted():
    assert container.mount('/in/a,b "c".zip', "/in/x") == '--mount=type=bind,"source=/in/a,b ""c"".zip",target=/in/x'


# --- our own code over what students made


@pytest.mark.parametrize("ending", ["sleeps", "computes", "takes memory", "ends itself", "says no", "raises"])
def test_whatever_a_judge_meets_it_has_an_end(ending, monkeypatch):
    def judge():
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())  # as a call into C that does not return
        if ending == "sleeps":
            time.sleep(1e6)
        if ending == "takes memory":
            return len(bytearray(apart.MOST_MEMORY + (1 << 20)))
        if ending == "ends itself":
            os._exit(0)
        if ending == "says no":
            raise ValueError("the file is empty")
        while ending == "computes":
            pass
        raise KeyError

    monkeypatch.setattr(apart, "MOST_SECONDS", 1)
    began = time.monotonic()
    kind, word = {
        "takes memory": (apart.Failed, "MemoryError|TooSlow"),  # a child of a process with TensorFlow may hang on it
        "says no": (ValueError, "the file is empty"),
        "raises": (apart.Failed, "KeyError"),
    }.get(ending, (apart.Failed, "TooSlow"))
    with pytest.raises(kind, match=word):
        apart.apart(judge)
    assert time.monotonic() - began < 10
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_what_a_function_returns_comes_back():
    assert apart.apart(lambda *given: given, "ü\ud800", [1.5, None], "x" * 5_000_000)[:2] == ["ü\ud800", [1.5, None]]
