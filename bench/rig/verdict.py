"""What a soak's record says: every request's fate, and whether anyone may be blamed for it."""

from __future__ import annotations

import bisect
import struct
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

ENTRY = struct.Struct("<IIHBBBBBB")  # load/record.h
OUTCOMES = ["in flight", "answered", "status", "cut before", "cut within", "timed out", "mixed up", "reordered",
            "corrupt", "malformed", "abandoned"]
KINDS = {ord("G"): "GET 100 B", ord("K"): "GET 1 KB", ord("L"): "GET 100 KB", ord("P"): "POST 4 KB"}
# A proxy needs a moment to see that an endpoint died; a request it sends meanwhile is in flight on a dead endpoint.
NOTICE_MS = 100
CLOCK_MS = 20
SHOWN = 12


@dataclass
class Verdict:
    sent: int = 0
    by_kind: Counter = field(default_factory=Counter)
    fates: Counter = field(default_factory=Counter)  # (kind, outcome, status) of whatever was not answered
    excused: Counter = field(default_factory=Counter)
    faults: Counter = field(default_factory=Counter)
    repeated: int = 0  # GETs that an endpoint had received before it was killed, and another answered
    examples: list[str] = field(default_factory=list)

    def fault(self, what: str, entry: str) -> None:
        self.faults[what] += 1
        if len(self.examples) < SHOWN:
            self.examples.append(f"{what}: {entry}")


def judge(record: Path, sent: int, kills_ms: list[int]) -> Verdict:
    verdict = Verdict(sent=sent)
    kills = sorted(kills_ms)
    with record.open("rb") as file:
        file.seek(ENTRY.size)  # tag 0 is unused
        entries = file.read(sent * ENTRY.size)
    for tag, (start, end, status, kind, outcome, received, answered, pipelined, _) in enumerate(
            ENTRY.iter_unpack(entries), 1):
        name = KINDS.get(kind, "?")
        verdict.by_kind[name] += 1
        if outcome == 1 and received == 1:
            continue
        fate = OUTCOMES[outcome] + (f" {status}" if outcome == 2 else "")
        told = (f"tag {tag}, {name}{', pipelined' if pipelined else ''}, {fate} after {max(end - start, 0)} ms, "
                f"received {received} ×, answered {answered} ×")
        killed = kill_between(kills, start - NOTICE_MS, (end or start) + CLOCK_MS)
        if outcome != 1:
            verdict.fates[name, fate] += 1
            blame(verdict, name, outcome, killed, fate, told)
        elif received == 0:
            verdict.fault("answered, though no origin received it", told)
        if received > 1:
            if name.startswith("POST"):
                verdict.fault("duplicated POST", told)
            elif not killed:
                verdict.fault("duplicated GET without a kill", told)
            else:
                verdict.repeated += 1
    return verdict


def blame(verdict: Verdict, name: str, outcome: int, killed: bool, fate: str, told: str) -> None:
    if outcome in (6, 7, 8, 9):
        verdict.fault(fate, told)
    elif killed and name.startswith("POST") and outcome in (2, 3, 4):
        verdict.excused["POST in flight on a killed endpoint"] += 1
    elif killed and outcome == 4:
        # Its first bytes were on the way to the client: nothing can be repeated, only ended honestly.
        verdict.excused["response cut inside, its endpoint killed"] += 1
    elif killed and outcome == 10:
        verdict.excused["pipelined behind a response that closed the connection"] += 1
    else:
        verdict.fault(f"lost ({fate})", told)


def kill_between(kills: list[int], start: int, end: int) -> bool:
    at = bisect.bisect_left(kills, start)
    return at < len(kills) and kills[at] <= end
