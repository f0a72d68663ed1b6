"""Threads that start together, each with its own connection to the database."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

#: Rounds and calls of the race tests; small by default, whole where RACES=full (see .ci/run).
FULL = os.environ.get("RACES") == "full"

needs_postgresql = pytest.mark.skipif(
    "postgres" not in os.environ.get("DATABASE_URL", ""), reason="a race is a race on PostgreSQL only"
)


def together(*calls, threads=None):
    """Call all at a barrier; returns each one's result, or the exception it raised."""
    barrier = threading.Barrier(min(threads or len(calls), len(calls)))

    def run(number, call):
        if number < barrier.parties:
            barrier.wait()
        try:
            return call()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(barrier.parties) as pool:
        return [future.result() for future in [pool.submit(run, n, call) for n, call in enumerate(calls)]]
