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
    tls: bool = False
    resume: bool = False  # each connection after the first resumes the session of the one before
    streams: int = 0  # at a time on each connection: HTTP/2, by h2load
    h2_origin: bool = False
    websocket: bool = False
    goal: float | None = None
    family_goals: tuple[tuple[str, float], ...] = ()  # the same to the best rows of one family

    @property
    def ways(self) -> frozenset[str]:
        """Which marked lines of the templates in peers/ count."""
        return frozenset({"tls" if self.tls else "plain", "h2-origin" if self.h2_origin else "h1-origin",
                          "websocket" if self.websocket else "requests"})

    @property
    def needs(self) -> frozenset[str]:
        """What a proxy must speak to take part."""
        wanted = {"tls": self.tls, "h2": self.streams > 0, "h2-origin": self.h2_origin, "websocket": self.websocket}
        return frozenset(name for name, is_wanted in wanted.items() if is_wanted)

    def arguments(self) -> list[str]:
        """The load client's options for it."""
        options = ["--path", self.path, "--expect", self.expect, "--connections", self.connections, "--head", self.head]
        if self.rate:
            options += ["--rate", self.rate]
        if self.post:
            options += ["--post", self.post]
        for option, is_on in (("--new-connections", self.new_connections), ("--tls", self.tls),
                              ("--resume", self.resume), ("--websocket", self.websocket)):
            options += [option] if is_on else []
        return [str(o) for o in options]

    def basic(self) -> Workload:
        """Plain requests as fast as they go, for the first half of a warm-up: what every request runs is compiled
        then, whatever the load itself is. A hundred large bodies a second would leave that to the measured time."""
        if self.streams or self.websocket:
            return self  # as basic as it gets
        return replace(self, path="/100", expect=100, connections=64, rate=0, post=0, head="plain",
                       new_connections=False, resume=False)


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
    Workload("tls-small", "TLS 1.3: 64 keep-alive connections, 100 B answers", tls=True, goal=0.9),
    Workload("tls-100k", "TLS 1.3: 16 connections, 100 KB answers", path="/100k", expect=102400, connections=16,
             tls=True, goal=0.9),
    Workload("tls-full", "a new connection with a full TLS 1.3 handshake for each request, 64 at a time", tls=True,
             new_connections=True, goal=1.1),
    Workload("tls-resumed", "a new connection with a resumed TLS 1.3 handshake for each request, 64 at a time",
             tls=True, new_connections=True, resume=True, goal=1.0),
    Workload("h2-1x100", "HTTP/2 over TLS: 1 connection with 100 streams, 100 B answers", tls=True, connections=1,
             streams=100, family_goals=(("haproxy", 1.0), ("nginx", 0.75))),
    Workload("h2-64x10", "HTTP/2 over TLS: 64 connections with 10 streams each, 100 B answers", tls=True, streams=10,
             family_goals=(("haproxy", 1.0), ("nginx", 0.75))),
    Workload("h2-h2", "HTTP/2 over TLS to an HTTP/2 origin: 64 connections with 10 streams each, 100 B", tls=True,
             streams=10, h2_origin=True),
    Workload("ws-echo", "WebSocket: 64 connections, text frames of 100 B there and back", websocket=True),
    Workload("wss-echo", "WebSocket over TLS 1.3: the same", websocket=True, tls=True),
    Workload("idle-9000", "9,000 idle keep-alive connections: memory", kind="idle", connections=9000),
    Workload("idle-tls", "9,000 idle keep-alive TLS 1.3 connections: memory", kind="idle", connections=9000, tls=True),
    Workload("warmup", "CPU per request after start, 5,000 requests/s", kind="warmup", rate=5000),
    Workload("startup", "from exec to the first proxied response", kind="startup"),
]

BY_NAME = {w.name: w for w in WORKLOADS}
