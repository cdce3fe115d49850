"""How a workload is measured: each function takes running or startable proxies and returns plain data."""

from __future__ import annotations

import json
import os
import random
import socket
import statistics
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from . import h2load, processes, prove
from .machine import BENCH, certificate, free_port, nginx_path
from .peers import Missing, Peer, Running, fill, start
from .processes import Process
from .workloads import Workload

OTHER_WARM_UP = 1.0  # seconds; what has no compiler needs only its connections
STARTS = 5
FIRST_START = 120.0
WARM_UP_SECONDS = (1, 5, 15, 60)
# Seconds of the load before anything counts; the longer one if nothing came in the shorter: on a busy machine that is
# possible, and after 10 s the client says what it waits for.
PROOF = (0.5, 12.0)


@dataclass(frozen=True)
class Rig:
    """What all measurements of one run share."""

    programs: dict[str, Path]
    directory: Path
    load_on: set[int]
    proxy_on: set[int]
    both: set[int]
    rounds: int
    seconds: float
    warm_up: float
    idle_waits: tuple[int, ...]
    warm_up_seconds: tuple[int, ...]
    tell: Callable[[str], None]

    def cpus_for(self, workload: Workload) -> tuple[set[int], set[int]]:
        """(proxy, load and origin). With two workers they share, unless the machine has cores to spare."""
        if workload.workers == 1:
            return self.proxy_on, self.load_on
        spare = set(os.sched_getaffinity(0)) - self.both
        return self.both, spare or self.both

    def load_client(self, workload: Workload) -> Path:
        return self.programs["load-tls" if workload.tls else "load"]

    def trusted(self, workload: Workload) -> str | None:
        return certificate(self.directory)["cert"] if workload.tls else None

    def warm_up_of(self, peer: Peer) -> float:
        return self.warm_up if peer.jvm else min(OTHER_WARM_UP, self.warm_up)


def start_origin(rig: Rig, on: set[int], h2: bool = False) -> tuple[Process, int]:
    port = free_port()
    command = h2_origin(rig, port) if h2 else [rig.programs["origin"], "--port", port]
    origin = Process(command, on, rig.directory / "origin.log")
    limit = time.monotonic() + 5
    while time.monotonic() < limit:
        if listens(port):
            return origin, port
        time.sleep(0.01)
    raise Missing(f"the origin does not listen on {port}: {origin.said()}")


def h2_origin(rig: Rig, port: int) -> list[str]:
    home = rig.directory / f"h2-origin-{port}"
    home.mkdir()
    values = {"port": str(port), "dir": str(home), "body": "x" * 100}
    configuration = home / "nginx.conf"
    configuration.write_text(fill((BENCH / "load/h2-origin.conf").read_text(), values, [], frozenset()))
    return [nginx_path() or "nginx", "-p", str(home), "-e", str(home / "error.log"), "-c", str(configuration)]


def listens(port: int) -> bool:
    with socket.socket() as s:
        return s.connect_ex(("127.0.0.1", port)) == 0


def first_start(rig: Rig, peer: Peer, binary: str) -> None:
    """Starts it once and waits until the helpers it may have started in the background have ended."""
    origin, endpoint = start_origin(rig, rig.load_on)
    try:
        proxy = start(peer, binary, [endpoint], rig.directory, rig.both)
        limit = time.monotonic() + FIRST_START
        quiet = 0
        while quiet < 4 and time.monotonic() < limit:
            time.sleep(0.5)
            quiet = quiet + 1 if len(proxy.process.pids()) == 1 else 0
    except Missing:
        pass  # the workloads will say so in their tables
    finally:
        stop_everything(origin)


# ---- one timed run ----


def run_load(rig: Rig, proxy: Running, workload: Workload, seconds: float, ramp: float = 0.5,
             per_second: bool = False) -> dict:
    """One run of the load client against one proxy; CPU is read by the client, memory and the rest here."""
    proxy_on, load_on = rig.cpus_for(workload)
    before_pids = proxy.process.pids()
    log = rig.directory / "h2load.log"
    if workload.streams:
        log.unlink(missing_ok=True)
        ramp = 0.0
        command = h2load.command(proxy.port, workload, log, seconds, int(proxy.rate * seconds))
    else:
        command = [rig.load_client(workload), "--port", proxy.port, "--seconds", seconds, "--ramp", ramp,
                   "--watch", ",".join(map(str, before_pids)), *workload.arguments()]
    if per_second:
        command.append("--per-second")
    used = processes.cpu_parts_us(before_pids)
    threads = processes.thread_cpu_us(before_pids)
    busy, ours = processes.busy_us(proxy_on), processes.cpu_us(before_pids)
    begun = time.monotonic()
    client = Process(command, load_on, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        time.sleep(ramp + seconds / 2)
        rss = processes.rss_kb(proxy.process.pids())
        out, err = client.popen.communicate(timeout=2 * seconds + 20)
    except subprocess.TimeoutExpired:
        raise Missing("the load client did not end") from None
    finally:
        client.stop()
    wall = (time.monotonic() - begun) * 1e6 * len(proxy_on)
    after_pids = proxy.process.pids()
    if client.popen.returncode:
        raise Missing(f"the load client failed: {err.decode(errors='replace')}")
    if workload.streams:
        result = h2load.read(out.decode(), log, workload)
        after = processes.cpu_parts_us(after_pids)
        result |= {"cpu_user_us": after[0] - used[0], "cpu_system_us": after[1] - used[1], "per_second": []}
        proxy.rate = result["rps"]
    else:
        result = json.loads(out)
    busy, ours = processes.busy_us(proxy_on) - busy, processes.cpu_us(after_pids) - ours
    result["rss_kb"] = rss
    result["pss_kb"] = processes.pss_kb(after_pids)
    # Meaningless where load and proxy share cores: there the load itself would count as foreign.
    result["foreign"] = max(0.0, (busy - ours) / wall) if not proxy_on & load_on else None
    result["new_processes"] = sorted(set(after_pids) - set(before_pids))
    result["threads"] = busiest(threads, processes.thread_cpu_us(after_pids))
    finish(result)
    return result


def finish(result: dict) -> None:
    requests = result["requests"]
    used = result["cpu_user_us"] + result["cpu_system_us"]
    result["us"] = used / requests if requests else None
    result["user_us"] = result["cpu_user_us"] / requests if requests else None
    result["system_us"] = result["cpu_system_us"] / requests if requests else None
    result["core"] = used / (result["seconds"] * 1e6) if result["seconds"] else None


def busiest(before: dict, after: dict) -> list[dict]:
    """The threads that worked most, to see how evenly the workers share."""
    used = [{"name": name, "cpu_us": cpu - before.get(key, (name, 0.0))[1]} for key, (name, cpu) in after.items()]
    return sorted(used, key=lambda t: -t["cpu_us"])[:4]


# ---- workload kinds ----


def load(rig: Rig, workload: Workload, entrants: list[tuple[Peer, str]]) -> dict:
    """Interleaved rounds: all proxies are up, the ones not being measured are stopped by signal."""
    proxy_on, load_on = rig.cpus_for(workload)
    origin, endpoint = start_origin(rig, load_on, workload.h2_origin)
    running: list[Running] = []
    rows: dict[str, dict] = {}
    try:
        for peer, binary in entrants:
            try:
                proxy = start(peer, binary, [endpoint], rig.directory, proxy_on, workload.workers, workload.ways)
                proven(rig, proxy, workload)
                warm = rig.warm_up_of(peer)
                rig.tell(f"{workload.name}: {peer.name} warms up for {warm:g} s")
                if warm > 0:
                    run_load(rig, proxy, workload.basic(), warm / 2)
                    proxy.rate = 0.0  # by time again: as many as a cold JVM answers are few for a warmer one
                    run_load(rig, proxy, workload, warm / 2)
                proxy.process.pause()
                running.append(proxy)
                rows[peer.name] = {"runs": []}
            except Missing as reason:
                rows[peer.name] = {"failed": str(reason)}
                stop_others(origin, *[other.process for other in running])
        order = random.Random(workload.name)
        for number in range(1, rig.rounds + 1):
            order.shuffle(running)  # so that nobody always runs after the same neighbour
            for proxy in running:
                rig.tell(f"{workload.name}: round {number} of {rig.rounds}, {proxy.peer.name}")
                proxy.process.resume()
                try:
                    rows[proxy.peer.name]["runs"].append(run_load(rig, proxy, workload, rig.seconds))
                except Missing as reason:
                    rows[proxy.peer.name]["failed"] = str(reason)
                proxy.process.pause()
    finally:
        for proxy in running:
            proxy.process.stop()
        stop_everything(origin)
    for row in rows.values():
        if row.get("runs"):
            row.update(summary(row["runs"]))
    return rows


def proven(rig: Rig, proxy: Running, workload: Workload) -> None:
    """Raises Missing unless every answer is right, in the protocol and with the resumption that the row is about."""
    prove.answers(proxy, workload, rig.trusted(workload))
    for seconds in PROOF:
        result = run_load(rig, proxy, workload, seconds, ramp=0)
        if result["requests"] or any(result["errors"].values()):
            break
    prove.run(result, workload)


def stop_others(*kept: Process) -> None:
    """Whatever else of this workload still runs, a proxy that never answered included."""
    for process in list(Process.running):
        if process not in kept:
            process.stop()


def stop_everything(origin: Process) -> None:
    """The origin last."""
    stop_others(origin)
    origin.stop()


def summary(runs: list[dict]) -> dict:
    """Medians over the rounds, and the spread of the figure that matters."""

    def median(key: str) -> float | None:
        values = [r[key] for r in runs if r[key] is not None]
        return statistics.median(values) if values else None

    keys = ("us", "user_us", "system_us", "rps", "p50_us", "p99_us", "p999_us", "rss_kb", "pss_kb", "core", "foreign")
    costs = [r["us"] for r in runs if r["us"] is not None]
    errors: dict[str, int] = {}
    for r in runs:
        for kind, count in r["errors"].items():
            if count:
                errors[kind] = errors.get(kind, 0) + count
        if r["new_processes"]:  # its CPU was not in the figure
            errors["new process"] = errors.get("new process", 0) + len(r["new_processes"])
    return {
        **{key: median(key) for key in keys},
        "us_min": min(costs, default=None),
        "us_max": max(costs, default=None),
        "requests": sum(r["requests"] for r in runs),
        "unsent": sum(r["unsent"] for r in runs),
        "errors": errors,
        "threads": runs[-1]["threads"],
        "tls": tls_facts(runs),
    }


def tls_facts(runs: list[dict]) -> dict | None:
    """What was negotiated, and the tickets given out for each connection."""
    facts = runs[-1].get("tls")
    if not facts:
        return None
    handshakes, tickets = (sum(r["tls"].get(key, 0) for r in runs) for key in ("handshakes", "tickets"))
    resumed = sum(r["tls"].get("resumed", 0) for r in runs)
    return {**facts, "handshakes": handshakes, "tickets": tickets, "resumed": resumed}


def idle(rig: Rig, workload: Workload, entrants: list[tuple[Peer, str]]) -> dict:
    """Memory of many idle connections, each after one request, and what is given back when they close."""
    proxy_on, load_on = rig.cpus_for(workload)
    busy = Workload("small", "", tls=workload.tls)
    rows: dict[str, dict] = {}
    for peer, binary in entrants:
        origin, endpoint = start_origin(rig, load_on)
        try:
            proxy = start(peer, binary, [endpoint], rig.directory, proxy_on, ways=workload.ways)
            prove.answers(proxy, workload, rig.trusted(workload))
            warm = rig.warm_up_of(peer)
            rig.tell(f"{workload.name}: {peer.name} warms up for {warm:g} s")
            run_load(rig, proxy, busy, max(warm, 0.5))
            rows[peer.name] = hold(rig, proxy, workload, load_on)
        except Missing as reason:
            rows[peer.name] = {"failed": str(reason)}
        finally:
            stop_everything(origin)
    return rows


def hold(rig: Rig, proxy: Running, workload: Workload, load_on: set[int]) -> dict:
    def memory() -> dict:
        pids = proxy.process.pids()
        return {"rss_kb": processes.rss_kb(pids), "pss_kb": processes.pss_kb(pids)}

    time.sleep(2)  # the connections of the warm-up are gone, and what they held
    base = memory()
    rig.tell(f"{workload.name}: {proxy.peer.name} takes {workload.connections} connections")
    command = [rig.load_client(workload), "--port", proxy.port, "--hold", *workload.arguments()]
    client = Process(command, load_on, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        held = int(client.popen.stdout.readline().split()[1])
        time.sleep(3)
        full = memory()
        client.popen.stdin.write("\n")
        client.popen.stdin.flush()
        alive = int(client.popen.stdout.readline().split()[1])
        errors = {k: v for k, v in json.loads(client.popen.stdout.readline())["errors"].items() if v}
        closed = time.monotonic()
        after = {}
        for wait in rig.idle_waits:
            rig.tell(f"{workload.name}: {proxy.peer.name} {wait} s after they closed")
            time.sleep(max(0.0, closed + wait - time.monotonic()))
            after[str(wait)] = memory()
    finally:
        client.stop()
    count = max(held, 1)
    return {
        "held": held, "alive": alive, "errors": errors, "base": base, "full": full, "after": after,
        "rss_each_kb": (full["rss_kb"] - base["rss_kb"]) / count,
        "pss_each_kb": (full["pss_kb"] - base["pss_kb"]) / count,
    }


def with_and_without_cache(entrants: list[tuple[Peer, str]]) -> list[tuple[str, Peer, str, dict]]:
    """A JVM takes part twice: with its AOT cache, and with the launcher told to leave it."""
    rows = []
    for peer, binary in entrants:
        rows.append((peer.name, peer, binary, {}))
        if peer.jvm:
            rows.append((f"{peer.name}, no AOT", peer, binary, {"SIGNALBOX_AOT": "off"}))
    return rows


def warm_up_curve(rig: Rig, workload: Workload, entrants: list[tuple[Peer, str]]) -> dict:
    """CPU per request in chosen seconds after start. Us, and one peer to compare with."""
    proxy_on, load_on = rig.cpus_for(workload)
    one_peer = [e for e in entrants if e[0].sets_the_mark][:1]
    rows: dict[str, dict] = {}
    for label, peer, binary, env in with_and_without_cache([e for e in entrants if e[0].jvm] + one_peer):
        origin, endpoint = start_origin(rig, load_on)
        try:
            rig.tell(f"{workload.name}: {label}")
            proxy = start(peer, binary, [endpoint], rig.directory, proxy_on, env=env)
            run = run_load(rig, proxy, workload, max(rig.warm_up_seconds), ramp=0, per_second=True)
            rows[label] = {
                "seconds": {str(s): second(run["per_second"], s) for s in rig.warm_up_seconds},
                "per_second": run["per_second"],
                "errors": {k: v for k, v in run["errors"].items() if v},
                "unsent": run["unsent"],
                "p99_us": run["p99_us"],
            }
        except Missing as reason:
            rows[label] = {"failed": str(reason)}
        finally:
            stop_everything(origin)
    return rows


def second(curve: list[dict], number: int) -> float | None:
    if number > len(curve) or not curve[number - 1]["requests"]:
        return None
    return curve[number - 1]["cpu_us"] / curve[number - 1]["requests"]


def startup(rig: Rig, workload: Workload, entrants: list[tuple[Peer, str]]) -> dict:
    """Several cold starts each, on all CPUs, interleaved; and the memory right after the first answer."""
    everywhere = rig.proxy_on | rig.load_on
    origin, endpoint = start_origin(rig, rig.load_on)
    rows: dict[str, dict] = {}
    try:
        for number in range(1, STARTS + 1):
            for label, peer, binary, env in with_and_without_cache(entrants):
                row = rows.setdefault(label, {"seconds": [], "rss_kb": [], "pss_kb": []})
                if "failed" in row:
                    continue
                rig.tell(f"{workload.name}: start {number} of {STARTS}, {label}")
                try:
                    proxy = start(peer, binary, [endpoint], rig.directory, everywhere, env=env)
                    row["seconds"].append(proxy.first_answer)
                    time.sleep(1)
                    pids = proxy.process.pids()
                    row["rss_kb"].append(processes.rss_kb(pids))
                    row["pss_kb"].append(processes.pss_kb(pids))
                    proxy.process.stop()
                except Missing as reason:
                    row["failed"] = str(reason)
    finally:
        stop_everything(origin)
    for row in rows.values():
        for key in ("seconds", "rss_kb", "pss_kb"):
            if row[key]:
                row[f"{key}_median"] = statistics.median(row[key])
    return rows


KINDS = {"load": load, "idle": idle, "warmup": warm_up_curve, "startup": startup}
