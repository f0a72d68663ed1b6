"""The command that imports schools, and what it answers."""

import io

import pytest
from django.core.management import CommandError, call_command

from schools.models import School


def run(path, *options):
    """The last line on stdout, as a dict, and all of stderr."""
    out, err = io.StringIO(), io.StringIO()
    call_command("import_schools", path, *options, stdout=out, stderr=err)
    counts = dict(pair.split("=") for pair in out.getvalue().splitlines()[-1].split())
    return {word: int(number) for word, number in counts.items()}, err.getvalue()


def counts(**expected):
    return dict.fromkeys(("created", "updated", "unchanged", "skipped", "errors"), 0) | expected


def refusal(path, *options):
    with pytest.raises(CommandError) as caught:
        run(path, *options)
    assert not School.objects.exists()
    return str(caught.value)
