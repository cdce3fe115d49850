"""What this machine is, and what a run needs of it: ports, the C programs, facts for the report."""

from __future__ import annotations

import os
import platform
import random
import resource
import shutil
import socket
import subprocess
from pathlib import Path

BENCH = Path(__file__).resolve().parent.parent
REPOSITORY = BENCH.parent
WORK = BENCH / ".bench"  # everything the bench makes; git ignores it
PROGRAMS = ("origin", "load", "check")


class Unusable(Exception):
    """The bench cannot run here; the message says what is missing."""


def free_port() -> int:
    """A port below the kernel's range for outgoing connections, so that none of ours takes it meanwhile."""
    for _ in range(200):
        port = random.randint(12000, 31000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise Unusable("no free port between 12000 and 31000 on 127.0.0.1")


def build_programs() -> dict[str, Path]:
    """Compiles what is older than its sources."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if not compiler:
        raise Unusable("no C compiler (apt-get install gcc libc6-dev)")
    WORK.mkdir(exist_ok=True)
    sources = BENCH / "load"
    newest = max(f.stat().st_mtime for f in sources.iterdir())
    built = {}
    for name in PROGRAMS:
        target = WORK / name
        if not target.exists() or target.stat().st_mtime < newest:
            command = [compiler, "-O2", "-Wall", "-Wextra", "-o", str(target), str(sources / f"{name}.c")]
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode:
                raise Unusable(f"{name}.c does not compile:\n{done.stderr}")
        built[name] = target
    return built


def descriptor_limit() -> int:
    return resource.getrlimit(resource.RLIMIT_NOFILE)[1]


def cpus() -> list[int]:
    return sorted(os.sched_getaffinity(0))


def facts() -> dict:
    model = "unknown"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cpu": model,
        "cpus": os.cpu_count(),
        "memory_gb": round(memory / 2**30, 1),
        "kernel": platform.release(),
        "congestion_control": read("/proc/sys/net/ipv4/tcp_congestion_control"),
        "descriptors": descriptor_limit(),
        "python": platform.python_version(),
    }


def commit(directory: Path = REPOSITORY) -> str:
    def git(*arguments: str) -> str:
        done = subprocess.run(["git", "-C", str(directory), *arguments], capture_output=True, text=True)
        return done.stdout.strip()

    head = git("rev-parse", "--short", "HEAD") or "unknown"
    return head + (" with changes" if git("status", "--porcelain", "--untracked-files=no") else "")


def read(path: str) -> str:
    try:
        return Path(path).read_text().strip()
    except OSError:
        return "unknown"
