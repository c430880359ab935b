"""What a run takes: seconds, memory, and how much other work the machine did meanwhile."""

import os
import re
import time
from pathlib import Path


def peak_memory_gb(pid):
    """The peak resident memory of a process so far in GB (10⁹ bytes), or None when it cannot be read."""
    if pid is None:  # no process any more; psutil would take it for this one
        return None
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        return int(re.search(r"VmHWM:\s*(\d+) kB", status)[1]) * 1024 / 1e9
    except (OSError, TypeError):  # not Linux, or the process has ended
        pass
    try:
        import psutil

        memory = psutil.Process(pid).memory_info()
        return getattr(memory, "peak_wset", memory.rss) / 1e9
    except Exception:  # psutil is missing, or the process has ended
        return None


def processor_seconds(pid=None):
    """Processor seconds that a process and its ended children, or the whole machine, have used; None if unknown."""
    try:
        if pid is None:
            user, nice, system = Path("/proc/stat").read_text().split()[1:4]
            ticks = int(user) + int(nice) + int(system)
        else:
            ticks = sum(map(int, Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:15]))
        return ticks / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError):  # not Linux, or the process has ended
        return None


class Meter:
    """Watches one process: call `look` every now and then while it lives."""

    def __init__(self):
        self.begun, self.machine_before, self.own_before = time.monotonic(), processor_seconds(), time.process_time()
        self.peak_gb, self.used = None, 0.0

    def look(self, pid):
        """Note what the process has used so far."""
        self.peak_gb = max(self.peak_gb or 0.0, peak_memory_gb(pid) or 0.0) or None
        self.used = (processor_seconds(pid) if pid else None) or self.used

    def seconds(self):
        """Seconds since the beginning."""
        return time.monotonic() - self.begun

    def others(self):
        """The share of the machine's processors that other work took meanwhile, 0 to 1; 0 where it cannot be told."""
        if self.machine_before is None:
            return 0.0
        all_work = processor_seconds() - self.machine_before
        own = self.used + time.process_time() - self.own_before
        return max(0.0, all_work - own) / (self.seconds() * os.cpu_count())
