"""Tables out of results: the same rows for the terminal and for Markdown."""

from __future__ import annotations

from pathlib import Path

BEGIN = "<!-- bench:begin -->"
END = "<!-- bench:end -->"
US = "signalbox"
HANDSHAKES = ("tls-full", "tls-resumed")


# ---- judging ----


def valid(row: dict) -> bool:
    """A row with errors, or with work left undone, is shown but sets no mark."""
    late = row.get("unsent", 0) > 0.01 * row.get("requests", 0)
    return bool(row.get("us")) and not row.get("errors") and not row.get("failed") and not late


def mark(result: dict, rows: dict, family: str = "") -> str | None:
    """The best of all nginx and HAProxy rows at Layer 7, or of one of them."""
    setters = [n for n in rows if n in result["marks"] and n.startswith(family) and valid(rows[n])]
    return min(setters, key=lambda n: rows[n]["us"], default=None)


def ourselves(rows: dict) -> str | None:
    """The default transport if it ran, else the first of ours."""
    ours = [n for n in rows if n.startswith(US) and rows[n].get("us")]
    return f"{US}-epoll" if f"{US}-epoll" in ours else next(iter(ours), None)


def verdicts(result: dict, workload: dict) -> list[str]:
    rows = workload["rows"]
    best = mark(result, rows)
    lines = []
    for name in (n for n in rows if n.startswith(US) and rows[n].get("us")):
        if best is None:
            continue
        ratio = rows[name]["us"] / rows[best]["us"]
        line = f"{name}: {ratio:.2f} × {best}, the best of nginx and HAProxy"
        for family, goal, to in goals_of(result, workload):
            if to is None:
                continue
            met = ("met" if rows[name]["us"] <= goal * to else "missed") if valid(rows[name]) else "void, it had errors"
            line += (f"; {rows[name]['us'] / to:.2f} × {family}" if family else "") + f" (goal: at most {goal:g} ×: {met})"
        lines.append(line)
    return lines


def negotiated(workload: dict) -> list[str]:
    """What TLS came to, once if it is the same for all; and how many tickets each gave out."""
    facts = {n: r["tls"] for n, r in workload["rows"].items() if r.get("tls")}
    spoken: dict[str, list[str]] = {}
    for name, tls in facts.items():
        parts = [tls[key] for key in ("version", "cipher", "group", "protocol") if tls.get(key)]
        spoken.setdefault(", ".join(parts).replace("x25519", "X25519"), []).append(name)
    lines = [f"TLS: {what}" + ("" if len(spoken) == 1 else f" ({', '.join(names)})") for what, names in spoken.items()]
    if workload["name"] in HANDSHAKES and any(t.get("handshakes") for t in facts.values()):
        given = [f"{n} {t['tickets'] / t['handshakes']:.1f}" for n, t in facts.items() if t.get("handshakes")]
        resumed, all_of_them = (sum(t[key] for t in facts.values()) for key in ("resumed", "handshakes"))
        lines.append(f"{resumed:,} of {all_of_them:,} handshakes resumed a session; tickets for each: {', '.join(given)}")
    return lines


# ---- cells ----


def number(value: float | None, digits: int = 1) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.{digits}f}"


def ratio(value: float | None, to: float | None) -> str:
    return f"{value / to:.2f}" if value and to else "–"


def megabytes(kb: float | None) -> str:
    return "–" if kb is None else number(kb / 1024)


def said(errors: dict | None) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in errors.items()) if errors else "0"


def load_table(result: dict, workload: dict) -> list[list[str]]:
    rows = workload["rows"]
    best, us = mark(result, rows), ourselves(rows)
    two = workload["name"] == "two-cores"
    head = ["proxy", "CPU µs/req", "user", "system", "min–max", "÷ best", "÷ us", "req/s", "p50 µs", "p99 µs",
            "RSS MB", "PSS MB", "errors"] + (["busiest threads"] if two else [])
    table = [head]
    for name, row in rows.items():
        label = name + (" (L4)" if name in result["layer4"] else "")
        if row.get("us") is None:
            table.append([label, row.get("failed", "no request completed").splitlines()[0]] + [""] * (len(head) - 2))
            continue
        cells = [
            label, number(row["us"]), number(row["user_us"]), number(row["system_us"]),
            f"{number(row['us_min'])}–{number(row['us_max'])}",
            ratio(row["us"], rows[best]["us"] if best else None), ratio(row["us"], rows[us]["us"] if us else None),
            number(row["rps"], 0), number(row["p50_us"], 0), number(row["p99_us"], 0),
            megabytes(row["rss_kb"]), megabytes(row["pss_kb"]), said(row["errors"]),
        ]
        if row.get("unsent"):
            cells[12] += f", {row['unsent']} late"
        if two:
            cells.append(shares(row["threads"]))
        table.append(cells)
    return table


def shares(threads: list[dict]) -> str:
    """How the two busiest threads divide their CPU: 50/50 is even."""
    top = threads[:2]
    total = sum(t["cpu_us"] for t in top)
    if len(top) < 2 or not total:
        return "–"
    return " / ".join(f"{100 * t['cpu_us'] / total:.0f} % {t['name']}" for t in top)


def idle_table(result: dict, workload: dict) -> list[list[str]]:
    waits = next((list(r["after"]) for r in workload["rows"].values() if "after" in r), [])
    table = [["proxy", "held", "before MB", "with them MB", "KB each (RSS)", "KB each (PSS)",
              *[f"MB after {w} s" for w in waits], *[f"given back after {w} s" for w in waits], "errors"]]
    for name, row in workload["rows"].items():
        if "failed" in row:
            table.append([name, row["failed"].splitlines()[0]] + [""] * (len(table[0]) - 2))
            continue
        base, full = row["base"]["pss_kb"], row["full"]["pss_kb"]
        grown = full - base
        back = [f"{round(100 * (full - row['after'][w]['pss_kb']) / grown)} %" if grown > 0 else "–" for w in waits]
        table.append([
            name + (" (L4)" if name in result["layer4"] else ""), f"{row['alive']:,} of {row['held']:,}",
            megabytes(base), megabytes(full), number(row["rss_each_kb"]), number(row["pss_each_kb"]),
            *[megabytes(row["after"][w]["pss_kb"]) for w in waits], *back, said(row["errors"])])
    return table


def warm_up_table(_result: dict, workload: dict) -> list[list[str]]:
    seconds = next((list(r["seconds"]) for r in workload["rows"].values() if "seconds" in r), [])
    table = [["proxy", *[f"second {s}, µs/req" for s in seconds], "p99 µs over all", "errors"]]
    for name, row in workload["rows"].items():
        if "failed" in row:
            table.append([name, row["failed"].splitlines()[0]] + [""] * (len(table[0]) - 2))
        else:
            table.append([name, *[number(v) for v in row["seconds"].values()], number(row["p99_us"], 0),
                          said(row["errors"])])
    return table


def startup_table(_result: dict, workload: dict) -> list[list[str]]:
    table = [["proxy", "ms to first answer (median)", "min–max", "RSS MB, idle", "PSS MB, idle"]]
    for name, row in workload["rows"].items():
        if not row["seconds"]:
            table.append([name, row["failed"].splitlines()[0], "", "", ""])
            continue
        ms = [1000 * s for s in row["seconds"]]
        table.append([name, number(1000 * row["seconds_median"], 0), f"{number(min(ms), 0)}–{number(max(ms), 0)}",
                      megabytes(row["rss_kb_median"]), megabytes(row["pss_kb_median"])])
    return table


TABLES = {"load": load_table, "idle": idle_table, "warmup": warm_up_table, "startup": startup_table}


def overview(result: dict) -> list[list[str]]:
    """One line for each workload with a cost: ours, the mark, the floor, the goal."""
    loads = [w for w in result["workloads"].values() if w["kind"] == "load"]
    ours = list(dict.fromkeys(n for w in loads for n, r in w["rows"].items() if n.startswith(US) and r.get("us")))
    table = [["workload", *[f"{n} µs" for n in ours], "best of nginx and HAProxy µs", *[f"{n} ÷ best" for n in ours],
              "Layer 4 ÷ best", "goal"]]
    for w in loads:
        rows = w["rows"]
        best = mark(result, rows)
        mark_us = rows[best]["us"] if best else None
        floor = min((rows[n]["us"] for n in rows if n in result["layer4"] and valid(rows[n])), default=None)
        costs = [rows[n]["us"] if n in rows and valid(rows[n]) else None for n in ours]
        goals = goals_of(result, w)
        stated = [f"≤ {goal:g}" + (f" {family}" if family else "") for family, goal, _ in goals]
        table.append([
            w["name"], *map(number, costs), f"{best} {number(mark_us)}" if best else "–",
            *[ratio(c, mark_us) + (" ✓" if c and meets(c, goals) else "") for c in costs],
            ratio(floor, mark_us), ", ".join(stated) or "–"])
    return table


def goals_of(result: dict, workload: dict) -> list[tuple[str, float, float | None]]:
    """(family, or none for the best of both; the ratio; what it is a ratio to)."""
    goals = [("", workload["goal"])] if workload.get("goal") else []
    goals += [tuple(goal) for goal in workload.get("family_goals") or []]
    marks = [mark(result, workload["rows"], family) for family, _ in goals]
    return [(family, goal, workload["rows"][best]["us"] if best else None)
            for (family, goal), best in zip(goals, marks)]


def meets(cost: float, goals: list[tuple[str, float, float | None]]) -> bool:
    return bool(goals) and all(to is not None and cost <= goal * to for _, goal, to in goals)


def notes(result: dict, workload: dict) -> list[str]:
    """What a reader must know beside a table."""
    lines = verdicts(result, workload) + negotiated(workload) if workload["kind"] == "load" else []
    foreign = [r["foreign"] for r in workload["rows"].values() if r.get("foreign") is not None]
    if foreign:
        share = max(foreign)
        lines.append(f"other work on the proxy's core: at most {100 * share:.0f} % of it"
                     + (": not a quiet machine, trust only large differences" if share > 0.05 else ""))
    failed = {n: r["failed"] for n, r in workload["rows"].items() if r.get("failed")}
    lines += [f"{name}: {reason.splitlines()[0]}" for name, reason in failed.items()]
    return lines


# ---- the two forms ----


def aligned(table: list[list[str]]) -> str:
    # A failed row's sentence spans the columns instead of widening the first.
    spans = [len(row) > 2 and not any(row[2:]) for row in table]
    widths = [max(len(row[c]) for row, span in zip(table, spans) if not (span and c == 1))
              for c in range(len(table[0]))]
    lines = []
    for row, span in zip(table, spans):
        if span:
            lines.append(f"{row[0].ljust(widths[0])}  {row[1]}")
        else:
            cells = [cell.ljust(w) if c == 0 else cell.rjust(w) for c, (cell, w) in enumerate(zip(row, widths))]
            lines.append("  ".join(cells))
    return "\n".join(lines)


def markdown_table(table: list[list[str]]) -> str:
    rule = "|---|" + "---:|" * (len(table[0]) - 1)
    rows = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in table]
    return "\n".join([rows[0], rule, *rows[1:]])


def terminal(result: dict, workload: dict) -> str:
    title = f"\n{workload['name']}: {workload['what']}"
    table = aligned(TABLES[workload["kind"]](result, workload))
    return "\n".join([title, table, *[f"  {note}" for note in notes(result, workload)]])


def markdown(result: dict) -> str:
    parts = [setting(result)]
    if len(overview(result)) > 2:
        parts += ["### Overview", "A row with errors shows no figure here; ✓ is a goal met.",
                  markdown_table(overview(result))]
    for workload in result["workloads"].values():
        parts.append(f"### {workload['name']}: {workload['what']}")
        parts.append(markdown_table(TABLES[workload["kind"]](result, workload)))
        remarks = notes(result, workload)
        if remarks:
            parts.append("\n".join(f"- {r}" for r in remarks))
    return "\n\n".join(parts)


def setting(result: dict) -> str:
    m, o = result["machine"], result["options"]
    versions = ", ".join(f"{name} {version}" for name, version in result["peers"].items())
    text = (
        f"Measured {result['when']} at commit `{result['commit']}`: {m['cpus']} × {m['cpu']}, {m['memory_gb']} GB, "
        f"Linux {m['kernel']}, TCP {m['congestion_control']}. {o['rounds']} interleaved rounds of {o['seconds']:g} s, "
        f"JVM warm-up {o['warm_up']:g} s with the same load, others {min(1.0, o['warm_up']):g} s. "
        f"Proxy on CPU {listed(o['proxy_on'])}, load and origin on CPU {listed(o['load_on'])}.")
    if o.get("signalbox_opts"):
        text += f" Extra JVM options: `{o['signalbox_opts']}`."
    text += f"\n\nVersions: {versions}."
    if result["left_out"]:
        text += "\n\nLeft out: " + "; ".join(f"{n}: {r.splitlines()[0]}" for n, r in result["left_out"].items()) + "."
    return text


def listed(cpus: list[int]) -> str:
    return ", ".join(map(str, cpus))


def write_markdown(result: dict, target: Path) -> None:
    """Between the two marks if the file has them, so that the words around the tables stay."""
    text = markdown(result)
    if target.exists():
        old = target.read_text()
        if BEGIN in old and END in old:
            head, rest = old.split(BEGIN, 1)
            text = f"{head}{BEGIN}\n\n{text}\n\n{END}{rest.split(END, 1)[1]}"
    target.write_text(text if text.endswith("\n") else text + "\n")
