"""What the kernel of a reference run is started with: the settings that give the same numbers wherever they can."""

import os
import platform
from pathlib import Path

from course_utils import keras_settings
from course_utils.paths import REPOSITORY, in_checkout

SETTINGS = Path(__file__).with_name("reference.env")
ONEDNN = "TF_ENABLE_ONEDNN_OPTS"
ONE_THREAD = {
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}
# What users set for other work and what would change numbers, pictures or outputs here, by the beginnings of names.
# Which GPU and how many threads are the machine's own, and stay.
REACHES_IN = ("COLUMNS", "KERAS_", "LINES", "MATPLOTLIBRC", "NO_COLOR", "PYTEST_", "PYTHON", "TF_", "XLA_")
STAYS = {
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONPYCACHEPREFIX",
    "TF_FORCE_GPU_ALLOW_GROWTH",
    "TF_GPU_ALLOCATOR",
    "TF_NUM_INTEROP_THREADS",
    "TF_NUM_INTRAOP_THREADS",
}


def pinned():
    """{variable: value} of reference.env; on other processors than x86 only what bears on all."""
    lines = SETTINGS.read_text(encoding="utf-8").splitlines()
    settings = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    return settings if platform.machine() in ("x86_64", "AMD64") else {ONEDNN: settings[ONEDNN]}


def variants():
    """{name: variables that differ from the pinned ones} of the ways in which `course spread` runs a lesson.

    None stands for what the user's own shell says.
    """
    return {
        "pinned": {},
        "unpinned": dict.fromkeys(set(pinned()) - {ONEDNN}),
        "oneDNN on": {ONEDNN: "1"},
        "one thread": ONE_THREAD,
    }


def kernel_environment(scratch, variant="pinned"):
    """The environment of a reference run.

    scratch: a folder that takes the place of the user's IPython settings. variant: one of `variants`.
    TF_ENABLE_ONEDNN_OPTS alone may be set by who calls: a solution is validated with 0 and with 1.
    """
    own = os.environ
    environment = {name: value for name, value in own.items() if name in STAYS or not name.startswith(REACHES_IN)}
    settings = pinned() | ({ONEDNN: own[ONEDNN]} if own.get(ONEDNN) else {}) | variants()[variant]
    for name, value in settings.items():
        value = own.get(name) if value is None else value
        environment.pop(name, None)
        environment |= {} if value is None else {name: value}
    environment |= keras_settings.ENVIRONMENT
    environment["TF_CPP_MIN_LOG_LEVEL"] = "3"  # outputs hold no chatter, whatever the shell says
    environment["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    environment["MATPLOTLIBRC"] = os.devnull
    environment["PYTHONHASHSEED"] = "0"
    environment["IPYTHONDIR"] = str(scratch)
    if environment.get("TFDS_DATA_DIR"):
        environment["TFDS_DATA_DIR"] = str(Path(environment["TFDS_DATA_DIR"]).expanduser().absolute())
    if in_checkout():  # kernels start in another folder; they use this very package all the same
        environment["PYTHONPATH"] = str(REPOSITORY)
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
