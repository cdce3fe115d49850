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


def has_openssl(compiler: str) -> bool:
    """Whether the load client can speak TLS: OpenSSL 3 is there to be compiled with."""
    probe = "#include <openssl/ssl.h>\n#if OPENSSL_VERSION_MAJOR < 3\n#error\n#endif\nint main(void) { return 0; }\n"
    done = subprocess.run([compiler, "-x", "c", "-", "-o", "/dev/null", "-lssl", "-lcrypto"], input=probe,
                          capture_output=True, text=True)
    return done.returncode == 0


def build_programs() -> dict[str, Path]:
    """Compiles what is older than its sources. `load` speaks TLS if it is there a second time, as `load-tls`."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if not compiler:
        raise Unusable("no C compiler (apt-get install gcc libc6-dev)")
    WORK.mkdir(exist_ok=True)
    sources = BENCH / "load"
    newest = max(f.stat().st_mtime for f in sources.iterdir())
    built = {}
    variants = [(name, name, ["-DWITHOUT_TLS"] if name == "load" else [], []) for name in PROGRAMS]
    if has_openssl(compiler):
        variants.append(("load-tls", "load", [], ["-lssl", "-lcrypto"]))
    for name, source, options, libraries in variants:
        target = WORK / name
        if not target.exists() or target.stat().st_mtime < newest:
            command = [compiler, "-O2", "-Wall", "-Wextra", *options, "-o", str(target), str(sources / f"{source}.c"),
                       *libraries]
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode:
                raise Unusable(f"{source}.c does not compile:\n{done.stderr}")
        built[name] = target
    return built


NAME = "shop.example.com"


def certificate(directory: Path) -> dict[str, str]:
    """An ECDSA P-256 certificate for NAME, its own issuer; made once for each run. `pem` is both files in one."""
    home = directory / "tls"
    cert, key, pem = home / "shop.crt", home / "shop.key", home / "shop.pem"
    if not pem.exists():
        home.mkdir(exist_ok=True)
        done = subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-sha256",
             "-days", "30", "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}",
             "-keyout", str(key), "-out", str(cert)], capture_output=True, text=True)
        if done.returncode:
            raise Unusable(f"openssl made no certificate: {done.stderr.strip()}")
        pem.write_text(cert.read_text() + key.read_text())
        for file in (key, pem):
            file.chmod(0o600)
    return {"cert": str(cert), "key": str(key), "pem": str(pem)}


def lacking(needs: frozenset[str], programs: dict[str, Path]) -> str | None:
    """What a workload would need that is not here, and how to get it."""
    if "tls" in needs and "load-tls" not in programs:
        return "no OpenSSL 3 to compile the load client with (apt-get install libssl-dev)"
    if "tls" in needs and not shutil.which("openssl"):
        return "no openssl to make a certificate with (apt-get install openssl)"
    if "h2" in needs and not (shutil.which("h2load") and shutil.which("nghttp")):
        return "no h2load and nghttp (apt-get install nghttp2-client)"
    if "h2-origin" in needs and not nginx_path():
        return "no nginx, which is the HTTP/2 origin (apt-get install nginx)"
    return None


def nginx_path() -> str | None:
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


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
