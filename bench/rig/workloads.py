"""The workloads, in the order they run. `goal` is the ratio to the better of nginx and HAProxy we must keep."""

from __future__ import annotations

from dataclasses import dataclass, replace

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Workload:
    name: str
    what: str
    kind: str = "load"  # load | idle | warmup | startup: which function of measure.py runs it
    path: str = "/100"
    expect: int = 100
    connections: int = 64
    rate: int = 0
    post: int = 0
    head: str = "plain"
    new_connections: bool = False
    workers: int = 1
    goal: float | None = None

    def arguments(self) -> list[str]:
        """The load client's options for it."""
        options = ["--path", self.path, "--expect", self.expect, "--connections", self.connections, "--head", self.head]
        if self.rate:
            options += ["--rate", self.rate]
        if self.post:
            options += ["--post", self.post]
        if self.new_connections:
            options += ["--new-connections"]
        return [str(o) for o in options]

    def basic(self) -> Workload:
        """Plain requests as fast as they go, for the first half of a warm-up: what every request runs is compiled
        then, whatever the load itself is. A hundred large bodies a second would leave that to the measured time."""
        return replace(self, path="/100", expect=100, connections=64, rate=0, post=0, head="plain",
                       new_connections=False)


WORKLOADS = [
    Workload("small", "64 keep-alive connections, 100 B answers", goal=0.85),
    Workload("1k", "64 keep-alive connections, 1 KB answers", path="/1k", expect=1024, goal=0.85),
    Workload("100k", "16 connections, 100 KB answers", path="/100k", expect=102400, connections=16, goal=1.0),
    Workload("10m", "4 connections, 10 MB answers", path="/10m", expect=10 * MEGABYTE, connections=4, goal=1.1),
    Workload("upload", "16 connections, POST of 1 MB, 100 B answers", connections=16, post=MEGABYTE),
    Workload("new-connection", "a new connection for each request, 64 at a time", new_connections=True, goal=1.1),
    Workload("browser", "64 connections, heads of a browser with cookies (~800 B)", head="browser"),
    Workload("fixed-5000", "5,000 requests/s over 64 connections, open loop", rate=5000, goal=0.9),
    Workload("two-cores", "64 connections, 100 B, 2 workers; the load shares the cores", workers=2),
    Workload("idle-9000", "9,000 idle keep-alive connections: memory", kind="idle", connections=9000),
    Workload("warmup", "CPU per request after start, 5,000 requests/s", kind="warmup", rate=5000),
    Workload("startup", "from exec to the first proxied response", kind="startup"),
]

BY_NAME = {w.name: w for w in WORKLOADS}
