"""How fast the bank is, as ratios within one run: python -m tests.bench.bench_bank

It makes databases of its own on the PostgreSQL server of DATABASE_URL, fills them by manage.py simulate, and
drops them. What is compared is measured in turns. The sizes come from BENCH_SCHOOLS and BENCH_TRANSFERS, the
length of each turn from BENCH_SECONDS; the whole takes about half an hour and 5 GB on the server's disk.
"""

import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

import psycopg2

SCHOOLS = int(os.environ.get("BENCH_SCHOOLS", 25_000))
TRANSFERS = int(os.environ.get("BENCH_TRANSFERS", 5_000_000))
EXPORTED = int(os.environ.get("BENCH_EXPORTED", 1_000_000))
SECONDS = os.environ.get("BENCH_SECONDS", "3")
TURNS = 7
SERVER = urlsplit(os.environ.get("DATABASE_URL", "postgres://postgres@127.0.0.1:5432/portal"))
FEW = (5, 1_000)  # schools and transfers of a small bank: each school has as many rows as in the large one
SETTINGS = ("server_version", "fsync", "synchronous_commit", "shared_buffers", "work_mem")


def main():
    table = Table()
    with database("bench_large") as large, database("bench_few") as few, database("bench_long") as long:
        table.say(f"Filling by simulate: {SCHOOLS:,} schools, {TRANSFERS:,} transfers")
        filled = fill(large, SCHOOLS, TRANSFERS)
        table.add("`simulate`", f"{filled:.0f} s", "600 s", filled / 600, "1")
        fill(few, *FEW)
        recompute(table, large)
        verify(table, large, few)
        statement(table, large, few)
        posting(table, large)
        fill(long, 40, EXPORTED)
        export(table, long, few)
    table.show()


class Table:
    """Lines of what was measured, against what, the ratio and the one that was wanted."""

    def __init__(self):
        self.lines = []

    def say(self, text):
        print(text, file=sys.stderr, flush=True)

    def add(self, what, measured, against, ratio, wanted):
        self.lines.append(f"| {what} | {measured} | {against} | {ratio:.3g} | {wanted} |")
        self.say(self.lines[-1])

    def show(self):
        print(f"\n{machine()}\n")
        print("| what | measured | against | ratio | wanted |\n|---|---|---|---|---|")
        print("\n".join(self.lines))


def machine():
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    with server() as cursor:
        cursor.execute("SELECT name, setting, unit FROM pg_settings WHERE name = ANY(%s)", [list(SETTINGS)])
        settings = ", ".join(f"{name} {value}{f' x {unit}' if unit else ''}" for name, value, unit in cursor.fetchall())
    return (
        f"{date.today():%-d %B %Y}: {os.cpu_count()} cores ({model[1] if model else platform.machine()}), "
        f"{memory:.0f} GiB, Python {platform.python_version()}; PostgreSQL: {settings}. "
        f"{SCHOOLS:,} schools, {TRANSFERS:,} transfers."
    )


@contextmanager
def server():
    connection = psycopg2.connect(SERVER._replace(path="/postgres").geturl())
    connection.autocommit = True
    with connection.cursor() as cursor:
        yield cursor
    connection.close()


@contextmanager
def database(name):
    """A database of our own, by its address; dropped afterwards."""
    with server() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {name}")
    try:
        yield SERVER._replace(path=f"/{name}").geturl()
    finally:
        with server() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def environment(address):
    """As the portal runs, but for HTTPS: the test client would only be sent elsewhere."""
    return os.environ | {
        "DATABASE_URL": address,
        "SECRET_KEY": "only for this measurement" * 3,
        "ALLOWED_HOSTS": "testserver",
        "DEBUG": "0",
        "HTTPS": "0",
        "LOG_LEVEL": "ERROR",
        "LEDGER_KEYS": "bench:a key for this measurement only",
        "LEDGER_HEADS": f"{tempfile.gettempdir()}/heads of no ledger",  # those of the portal beside it are of another
    }


def measure(address, name, argument=""):
    command = [sys.executable, "-m", "tests.bench.bank", name, str(argument)]
    return json.loads(subprocess.run(command, env=environment(address), stdout=subprocess.PIPE, check=True).stdout)


def run(address, *command, out=None):
    """(seconds, peak memory in MB) of a process."""
    started = time.perf_counter()
    process = subprocess.Popen(command, env=environment(address), stdout=out or subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command)} failed")
    return time.perf_counter() - started, used.ru_maxrss / 1024


def manage(address, *words, out=None):
    return run(address, sys.executable, "manage.py", *map(str, words), out=out)


def fill(address, schools, transfers):
    manage(address, "migrate", "--verbosity", 0)
    manage(address, "createcachetable")
    taken, _ = manage(address, "simulate", "--schools", schools, "--transfers", transfers, "--seed", 1)
    connection = psycopg2.connect(address)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # as autovacuum would, and not in the middle of a measurement
    connection.close()
    return taken


def recompute(table, large):
    found = measure(large, "recompute", 3)
    raw, alike = found["raw"], found["by year"]
    for what, name, wanted in (
        ("every account's figures by year, from the rows", "bare", "at most 1.2"),
        ("the same, compared with the totals as kept", "check", ""),
        ("the same, written back", "written", "at most 1.5"),
        ("the same, where every total was wrong", "mended", ""),
    ):
        # The same groups are those by account and year; those by account alone are a fifth as many.
        table.add(
            what, f"{found[name]:.2f} s", f"raw GROUP BY account and year: {alike:.2f} s", found[name] / alike, wanted
        )
        table.add(what, f"{found[name]:.2f} s", f"raw GROUP BY account: {raw:.2f} s", found[name] / raw, "")
    keeping = min(measure(large, "thousand", 1000)["keeping"] for _ in range(TURNS))
    table.add("keeping the balances for 1,000 new transfers", f"{keeping * 1000:.0f} ms", f"raw GROUP BY: {raw:.2f} s",
              keeping / raw, "at most 0.02")  # fmt: skip


def posting(table, large):
    """Ours, hordak's and TPC-B's in turns; the middle one of each counts."""
    turns = {name: [] for name in ("tpcb", "hordak", "transfer", "visit", "confirm", "bulk")}
    with database("bench_hordak") as hordak, database("bench_tpcb") as tpcb:
        pgbench(tpcb, "-i", "-s", "10", "-q")
        for _ in range(TURNS):
            turns["tpcb"].append(transactions_a_second(pgbench(tpcb, "-c", "1", "-T", SECONDS, "-n")))
            command = [sys.executable, "-m", "tests.bench.hordak", SECONDS]
            out = subprocess.run(command, env=environment(hordak), stdout=subprocess.PIPE, check=True).stdout
            turns["hordak"].append(json.loads(out)["a second"])
            ours = measure(large, "post", SECONDS)
            turns["transfer"].append(ours["transfer"])
            turns["visit"].append(ours["visit"])
            turns["confirm"].append(measure(large, "confirm", 50)["a second"])
            turns["bulk"].append(measure(large, "thousand", 1000)["a second"])
    rate = {name: median(found) for name, found in turns.items()}
    hordak, tpcb = f"django-hordak: {rate['hordak']:,.0f} a second", f"TPC-B: {rate['tpcb']:,.0f} a second"
    for what, name, against, other, wanted in (
        ("one transfer with all its guards", "transfer", hordak, "hordak", "at least 1.5"),
        ("the same", "transfer", tpcb, "tpcb", "at least 0.5"),
        ("one visit with its levy", "visit", hordak, "hordak", ""),
        ("the whole confirmation of a visit", "confirm", hordak, "hordak", "at least 0.5"),
        ("1,000 transfers in bulk", "bulk", tpcb, "tpcb", "at least 5"),
    ):
        table.add(what, f"{rate[name]:,.0f} a second", against, rate[name] / rate[other], wanted)
    found = measure(large, "hot", 2000)
    wrong = found["failed"] + found["differences"]
    table.add("four processes on ten accounts: deadlocks and drifts", f"{found['a second']:,.0f} a second", "", wrong,
              "0")  # fmt: skip


def pgbench(address, *options):
    return subprocess.run(["pgbench", *options, address], capture_output=True, text=True, check=True).stdout


def transactions_a_second(report):
    return float(re.search(r"tps = ([\d.]+)", report)[1])


def statement(table, large, few):
    rows = measure(few, "statement")["rows"]
    turns = [(measure(few, "statement")["seconds"], measure(large, "statement", rows)["seconds"]) for _ in range(TURNS)]
    small, big = (min(column) for column in zip(*turns, strict=True))
    table.add(
        f"a statement page of {rows.split(',')[0]} rows in a bank of {TRANSFERS:,}",
        f"{big * 1000:.0f} ms",
        f"in a bank of {FEW[1]:,}: {small * 1000:.0f} ms",
        big / small,
        "at most 1.5",
    )


def verify(table, large, few):
    sealing = sum(measure(address, "seal")["seconds"] for address in (large, few))
    table.say(f"sealed in {sealing:.0f} s")
    raw = measure(large, "recompute", 2)["raw"]
    taken, peak = min(manage(large, "verify_ledger") for _ in range(2))
    _, flat = manage(few, "verify_ledger")
    table.add(f"`verify_ledger` of {TRANSFERS:,}", f"{taken:.1f} s", f"one raw GROUP BY: {raw:.2f} s", taken / raw,
              "under 5")  # fmt: skip
    table.add("its memory at most", f"{peak:.0f} MB", f"with {FEW[1]:,}: {flat:.0f} MB", peak / flat, "flat")


def export(table, long, few):
    words = ("export_ledger", "--alliance", "simulated-1", "--format", "hledger")
    with tempfile.NamedTemporaryFile(suffix=".journal") as journal:
        written, peak = manage(long, *words, out=journal)
        _, flat = manage(few, *words)
        read, _ = run(long, "hledger", "-f", journal.name, "balance", "--flat")
    table.add(f"`export_ledger` of {EXPORTED:,}", f"{written:.1f} s", f"`hledger balance`: {read:.1f} s",
              written / read, "under 1")  # fmt: skip
    table.add("its memory at most", f"{peak:.0f} MB", f"with {FEW[1]:,}: {flat:.0f} MB", peak / flat, "flat")


if __name__ == "__main__":
    main()
