"""How long a national register takes, and how much memory: python -m tests.bench.bench_import [ROWS]

It writes a fictional file of the national size (52,000 rows, all open, 135 columns), imports it into a
temporary SQLite database, imports it again, and then once more with every school changed.
"""

import os
import resource
import sys
import tempfile
import time
from pathlib import Path

ROWS = 52_000
COLUMNS = 135
LOCAL_AUTHORITIES = 150


def main(rows):
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings")
        os.environ.setdefault("SECRET_KEY", "only for this measurement")
        os.environ.setdefault("ALLOWED_HOSTS", "localhost")
        os.environ["DATABASE_URL"] = f"sqlite:///{folder}/bench.sqlite3"

        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        for title, pupils in (("first", "198"), ("again", "198"), ("every school changed", "199")):
            file = national_file(Path(folder) / "register.csv", rows, pupils)
            started = time.perf_counter()
            call_command("import_schools", file)
            seconds = time.perf_counter() - started
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            size = file.stat().st_size / 1e6
            print(f"{title}: {rows:,} rows, {size:.0f} MB, {seconds:.1f} s, peak {peak} MB")


def national_file(path, rows, pupils):
    from tests.schools import gias

    filling = [f"Unread {n}" for n in range(COLUMNS - len(gias.HEADER))]
    schools = (
        gias.row(
            urn,
            la=f"Shire {urn % LOCAL_AUTHORITIES}",
            la_code=str(800 + urn % LOCAL_AUTHORITIES),
            number=f"{urn // LOCAL_AUTHORITIES % 10_000:04}",
            pupils=pupils,
        )
        | dict.fromkeys(filling, "Not applicable")
        for urn in range(100_000, 100_000 + rows)
    )
    return gias.write(path, schools, header=gias.HEADER + filling)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
