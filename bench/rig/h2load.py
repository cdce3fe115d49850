"""The load client of HTTP/2: h2load. It is told how many requests to send, and the proxy's CPU is read before and after
it, so that both count the same requests; the handshakes of its few connections are in it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from .machine import NAME
from .workloads import Workload

# What load.c sends with each request.
HEADERS = {
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    "accept-language": "en-GB,en;q=0.7,de;q=0.3",
    "accept-encoding": "gzip, deflate, br, zstd",
    "referer": f"https://{NAME}/catalogue/spring?page=2",
    "sec-gpc": "1",
    "cache-control": "no-cache",
}


def command(port: int, workload: Workload, log: Path, seconds: float, requests: int) -> list[str]:
    """So many requests, or as many as it gets in that time if their number is 0."""
    amount = [f"-n{max(requests, workload.connections)}"] if requests else [f"-D{round(1000 * seconds)}ms"]
    return [
        shutil.which("h2load") or "h2load", *amount, "-t1", f"-c{workload.connections}", f"-m{workload.streams}",
        "--npn-list=h2", "--tls13-ciphers=TLS_AES_128_GCM_SHA256", "--groups=X25519", f"--log-file={log}",
        f"--connect-to=127.0.0.1:{port}", *[f"-H{name}: {value}" for name, value in HEADERS.items()],
        f"https://{NAME}{workload.path}"]


def read(out: str, log: Path, workload: Workload) -> dict:
    """What it says, in the form in which load.c says it, without CPU."""
    counts = {name: int(number) for number, name in re.findall(r"(\d+) (\w+)[,\n]", line(out, "requests: "))}
    statuses = {name: int(number) for number, name in re.findall(r"(\d+) ([2345]xx)", line(out, "status codes: "))}
    body = re.search(r"\((\d+)\) data", line(out, "traffic: "))
    ended = re.search(r"finished in ([\d.]+)(us|ms|s|m)", out)
    seconds = float(ended[1]) * {"us": 1e-6, "ms": 1e-3, "s": 1, "m": 60}[ended[2]] if ended else 0.0
    done = min(statuses.get("2xx", 0), counts.get("succeeded", 0))  # a status may have come without its end
    protocol = line(out, "Application protocol: ").strip()
    expected = done * workload.expect
    # A run of a given time ends with answers half read, one of a given number with none.
    wrong_body = body is not None and (int(body[1]) < expected or done == counts.get("total") and int(body[1]) > expected)
    return {
        "seconds": seconds, "requests": done, "rps": done / seconds if seconds else 0.0, "unsent": 0,
        "errors": {
            "failed": counts.get("failed", 0), "timeout": counts.get("timeout", 0),
            "status": sum(n for name, n in statuses.items() if name != "2xx"),
            "length": int(wrong_body),
            "protocol": int(done > 0 and protocol != "h2"),
        },
        "tls": {"version": line(out, "TLS Protocol: ").strip(), "cipher": line(out, "Cipher: ").strip(),
                "group": line(out, "Server Temp Key: ").split(" ")[0].strip(), "protocol": protocol},
        **latencies(log),
    }


def line(out: str, label: str) -> str:
    found = re.search(rf"^{re.escape(label)}(.*\n)", out, re.MULTILINE)
    return found[1] if found else ""


def latencies(log: Path) -> dict:
    """From its log: a line for each request with its microseconds in the third column."""
    try:
        times = sorted(int(entry.split("\t")[2]) for entry in log.read_text().splitlines())
    except OSError:
        times = []
    parts = {"p50_us": 0.5, "p99_us": 0.99, "p999_us": 0.999}
    return {name: times[int(part * len(times))] if times else None for name, part in parts.items()}
