"""Processes of a run: started on given CPUs, measured from /proc, and ended by their ids whatever happens."""

from __future__ import annotations

import atexit
import os
import resource
import signal
import subprocess
from pathlib import Path

TICK_US = 1_000_000 / os.sysconf("SC_CLK_TCK")
PAGE_KB = os.sysconf("SC_PAGE_SIZE") // 1024


class Process:
    """One started program and all that descends from it."""

    running: list["Process"] = []

    def __init__(self, command: list[str], on: set[int], log: Path | None = None, env: dict | None = None, **pipes):
        def prepare() -> None:
            os.setsid()  # Ctrl-C is for us alone; we end the others in order
            os.sched_setaffinity(0, on)
            hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

        self.command = command
        self.log = log
        output = open(log, "ab") if log else subprocess.DEVNULL
        streams = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": output, **pipes}
        self.popen = subprocess.Popen(
            [str(c) for c in command], preexec_fn=prepare, env={**os.environ, **(env or {})}, **streams
        )
        if log:
            output.close()
        Process.running.append(self)
        Guardian.tell(f"+{self.pid}")

    @property
    def pid(self) -> int:
        return self.popen.pid

    def alive(self) -> bool:
        return self.popen.poll() is None

    def pids(self) -> list[int]:
        return tree(self.pid)

    def said(self, lines: int = 6) -> str:
        """The end of its log in one line, for the message when it does not start."""
        if not self.log or not self.log.exists():
            return ""
        return " | ".join(self.log.read_text(errors="replace").split("\n")[-lines:]).strip(" |")

    def pause(self) -> None:
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: int, pids: list[int] | None = None) -> None:
        for pid in pids or self.pids():
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass

    def stop(self, grace: float = 5) -> None:
        if self not in Process.running:
            return
        Process.running.remove(self)
        pids = self.pids()
        if self.alive():
            self._signal(signal.SIGCONT, pids)
            self._signal(signal.SIGTERM, [self.pid])
            try:
                self.popen.wait(grace)
            except subprocess.TimeoutExpired:
                self._signal(signal.SIGKILL, [self.pid])
                self.popen.wait()
        # The kernel gives no new process a number that is still a session's, so these can only be its own.
        survivors = [p for p in pids if p != self.pid and session(p) == self.pid]
        if survivors:
            self._signal(signal.SIGKILL, survivors)
        Guardian.tell(f"-{self.pid}")

    def kill(self) -> None:
        """SIGKILL, the way a machine loses power: no goodbye to anyone."""
        Process.running.remove(self)
        self._signal(signal.SIGKILL, [self.pid])
        self.popen.wait()
        Guardian.tell(f"-{self.pid}")


class Guardian:
    """A child that outlives us if we are killed without a chance to clean up, and then ends what is left: it is
    told of every process, and knows that we are gone when its pipe ends. (PR_SET_PDEATHSIG would not do: it
    cannot reach the workers of a killed master, nor end a stopped process gently.)"""

    pipe: int | None = None

    @staticmethod
    def tell(line: str) -> None:
        if Guardian.pipe is None:
            read, Guardian.pipe = os.pipe()
            if os.fork() == 0:
                Guardian.keep(read)
            os.close(read)
        os.write(Guardian.pipe, f"{line}\n".encode())

    @staticmethod
    def keep(read: int) -> None:
        os.setsid()
        os.close(Guardian.pipe)
        sessions: set[int] = set()
        with os.fdopen(read) as lines:
            for line in lines:
                (sessions.add if line[0] == "+" else sessions.discard)(int(line[1:]))
        for root in sessions:
            for pid in tree(root):
                if session(pid) == root:
                    os.kill(pid, signal.SIGKILL)
        os._exit(0)


@atexit.register
def stop_all() -> None:
    for process in list(Process.running):
        process.stop(grace=2)


def end_with_us() -> None:
    """SIGTERM and SIGHUP unwind like Ctrl-C, so every exit path stops what was started. SIGINT is named too,
    because a shell starts its background jobs with it ignored."""

    def leave(number, _frame):
        raise KeyboardInterrupt(f"signal {number}")

    signal.signal(signal.SIGINT, leave)
    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGHUP, leave)


def stat(pid: int) -> list[str] | None:
    """The fields of /proc/PID/stat after the name: state is 0, ppid 1, session 3, utime 11, stime 12, …"""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def session(pid: int) -> int:
    fields = stat(pid)
    return int(fields[3]) if fields else -1


def tree(root: int) -> list[int]:
    """The process and its descendants, and whatever else is left in its session."""
    parents = {}
    sessions = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            fields = stat(int(entry))
            if fields and fields[0] != "Z":
                parents[int(entry)] = int(fields[1])
                sessions[int(entry)] = int(fields[3])
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid and child not in found]
    return found + [p for p, s in sessions.items() if s == root and p not in found]


def cpu_us(pids: list[int]) -> float:
    return sum(cpu_parts_us(pids))


def cpu_parts_us(pids: list[int]) -> tuple[float, float]:
    """(user, system), of children that died included."""
    user = system = 0.0
    for pid in pids:
        fields = stat(pid)
        if fields:
            user += (int(fields[11]) + int(fields[13])) * TICK_US
            system += (int(fields[12]) + int(fields[14])) * TICK_US
    return user, system


def thread_cpu_us(pids: list[int]) -> dict[tuple[int, int], tuple[str, float]]:
    """(process, thread) → (name, CPU)."""
    found = {}
    for pid in pids:
        try:
            threads = os.listdir(f"/proc/{pid}/task")
        except OSError:
            continue
        for thread in threads:
            try:
                text = Path(f"/proc/{pid}/task/{thread}/stat").read_text()
            except OSError:
                continue
            head, _, rest = text.rpartition(")")
            fields = rest.split()
            found[pid, int(thread)] = (head.partition("(")[2], (int(fields[11]) + int(fields[12])) * TICK_US)
    return found


def rss_kb(pids: list[int]) -> int:
    """Resident pages, as cheap to read as it gets; shared pages count once for each process."""
    total = 0
    for pid in pids:
        try:
            total += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_KB
        except OSError:
            pass
    return total


def pss_kb(pids: list[int]) -> int:
    """Resident pages, shared ones divided among those who share them."""
    total = 0
    for pid in pids:
        try:
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
        except OSError:
            pass
    return total


def busy_us(on: set[int]) -> float:
    """What the CPUs have worked, for anyone; steal is not ours to see as work."""
    total = 0.0
    for line in Path("/proc/stat").read_text().splitlines():
        name = line.split(" ", 1)[0]
        if name.startswith("cpu") and name[3:].isdigit() and int(name[3:]) in on:
            user, nice, system, _idle, _iowait, irq, softirq = (int(f) for f in line.split()[1:8])
            total += (user + nice + system + irq + softirq) * TICK_US
    return total
