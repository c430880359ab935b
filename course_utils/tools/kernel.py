"""What the kernel of a reference run is started with: the settings that give the same numbers wherever they can."""

import os
from pathlib import Path

from course_utils.paths import REPOSITORY, in_checkout

SETTINGS = Path(__file__).with_name("reference.env")
ONE_THREAD = {
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}


def pinned():
    """{variable: value} of reference.env."""
    lines = SETTINGS.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def variants():
    """{name: (variables set, variables dropped)} of the ways in which `course spread` runs a lesson."""
    instruction_sets = set(pinned()) - {"TF_ENABLE_ONEDNN_OPTS"}
    return {
        "pinned": ({}, set()),
        "unpinned": ({}, instruction_sets),
        "oneDNN on": ({"TF_ENABLE_ONEDNN_OPTS": "1"}, set()),
        "one thread": (ONE_THREAD, set()),
    }


def kernel_environment(scratch, variant="pinned"):
    """The environment of a reference run.

    scratch: a folder that takes the place of the user's IPython settings. variant: one of `variants`.
    TF_ENABLE_ONEDNN_OPTS alone may be set by who calls: a solution is validated with 0 and with 1.
    """
    added, dropped = variants()[variant]
    environment = dict(os.environ)
    onednn = environment.get("TF_ENABLE_ONEDNN_OPTS")
    environment |= pinned() | ({"TF_ENABLE_ONEDNN_OPTS": onednn} if onednn else {}) | added
    for name in dropped:
        environment.pop(name, None)
    environment["TF_CPP_MIN_LOG_LEVEL"] = "3"  # outputs hold no chatter, whatever the shell says
    environment["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    environment["PYTHONHASHSEED"] = "0"
    environment["IPYTHONDIR"] = str(scratch)
    if environment.get("TFDS_DATA_DIR"):
        environment["TFDS_DATA_DIR"] = str(Path(environment["TFDS_DATA_DIR"]).expanduser().absolute())
    if in_checkout():  # kernels start in another folder; they use this very package all the same
        others = [environment["PYTHONPATH"]] if environment.get("PYTHONPATH") else []
        environment["PYTHONPATH"] = os.pathsep.join([str(REPOSITORY), *others])
    return environment


def kernel_manager_class():
    """A kernel manager that starts this very Python, whatever kernelspecs are installed."""
    from ipykernel.kernelspec import get_kernel_dict
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager

    class ThisPython(AsyncKernelManager):
        @property
        def kernel_spec(self):
            return KernelSpec(**get_kernel_dict())

    return ThisPython
