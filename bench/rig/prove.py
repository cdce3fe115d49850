"""What a proxy must show before it is measured: the right answer, byte for byte, in the protocol that the row is about."""

from __future__ import annotations

import shutil
import socket
import subprocess

from .machine import NAME
from .peers import Missing, Running, dial
from .workloads import Workload

LARGEST = 1024 * 1024  # of a body that is compared; a larger one's length is checked by the load client, as of all


def answers(proxy: Running, workload: Workload, trusted: str | None) -> None:
    """Raises Missing, with what is wrong, unless it answers as it should."""
    try:
        if workload.streams:
            over_http2(proxy.port, workload)
        elif not workload.websocket:  # there the client compares every echo
            over_http1(proxy.port, workload, trusted)
    except (OSError, subprocess.SubprocessError) as reason:
        raise Missing(f"check failed: {reason}") from None


def over_http1(port: int, workload: Workload, trusted: str | None) -> None:
    path, expect = ("/100", 100) if workload.expect > LARGEST else (workload.path, workload.expect)
    with dial(port, trusted) as client:
        if trusted and client.version() != "TLSv1.3":
            raise Missing(f"check failed: spoke {client.version()}, not TLSv1.3")
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: {NAME}\r\nConnection: close\r\n\r\n".encode())
        answer = whole(client)
    head, _, body = answer.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200 "):
        raise Missing(f"check failed: answered {head[:40]!r}, not 200")
    if body != b"x" * expect:
        raise Missing(f"check failed: another body than the origin's ({len(body)} bytes of {expect})")


def whole(client: socket.socket) -> bytes:
    parts = []
    while part := client.recv(65536):
        parts.append(part)
    return b"".join(parts)


def over_http2(port: int, workload: Workload) -> None:
    """nghttp speaks nothing but HTTP/2, and prints the body."""
    command = [shutil.which("nghttp") or "nghttp", "-H", f":authority: {NAME}", f"https://127.0.0.1:{port}{workload.path}"]
    done = subprocess.run(command, capture_output=True, timeout=10)
    if done.returncode or done.stdout != b"x" * workload.expect:
        said = (done.stderr.decode(errors="replace").strip().splitlines() or [f"{len(done.stdout)} bytes"])[0]
        raise Missing(f"check failed: no right answer over HTTP/2: {said}")


def run(result: dict, workload: Workload) -> None:
    """The same of a short run of the load itself, whose client checks every answer."""
    errors = {kind: count for kind, count in result["errors"].items() if count}
    if errors or not result["requests"]:
        said = ", ".join(f"{count} {kind}" for kind, count in errors.items())
        raise Missing(f"check failed: {result['requests']} requests, errors: {said or 'none'}")
    facts = result.get("tls")
    if not facts:
        return
    if facts["version"] != "TLSv1.3":
        raise Missing(f"check failed: spoke {facts['version']}, not TLSv1.3")
    if workload.streams and facts["protocol"] != "h2":
        raise Missing(f"check failed: spoke {facts['protocol'] or 'no protocol'}, not h2")
    if workload.resume and not facts["resumed"]:
        raise Missing("check failed: no session was resumed")
