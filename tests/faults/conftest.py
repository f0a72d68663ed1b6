import os
from urllib.parse import urlsplit

import psycopg2
import pytest

from tests.faults.installation import Installation

# SQLite's own: a full disk under PostgreSQL is its server's.
collect_ignore = ["test_f23_full_disk.py"] if "postgres" in os.environ.get("DATABASE_URL", "") else []


@pytest.fixture(scope="session")
def migrated(tmp_path_factory):
    """An SQLite database with all tables, to copy."""
    folder = tmp_path_factory.mktemp("migrated")
    Installation(folder).make_tables()
    return folder / "portal.sqlite3"


class Server:
    """A PostgreSQL server's databases, made and dropped."""

    def __init__(self, url):
        self.url = urlsplit(url)

    def execute(self, statement):
        connection = psycopg2.connect(self.url._replace(path="/postgres").geturl())
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
        connection.close()

    def fresh(self, name):
        """The address of an empty database."""
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self.execute(f'CREATE DATABASE "{name}"')
        return self.url._replace(path=f"/{name}").geturl()


@pytest.fixture
def postgres_database():
    """Makes the address of an empty database on the server of DATABASE_URL; called again, an empty one anew."""
    if "postgres" not in os.environ.get("DATABASE_URL", ""):
        pytest.skip("DATABASE_URL names no PostgreSQL")
    server = Server(os.environ["DATABASE_URL"])
    name = f"{server.url.path.strip('/')}_fault_{os.getpid()}"
    yield lambda: server.fresh(name)
    server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
