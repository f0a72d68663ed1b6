import json
import time
import unicodedata

import pytest
from django.utils.html import escape

from portal.names import NOTHING, TITLES, Name

FOUND = {  # a name as it was entered, and the ways in which texts have it
    "Nora Quill": [
        "Nora Quill",
        "NORA QUILL",
        "nora  quill",
        "Nora\u00a0Quill",
        "Nora\nQuill",
        "Nora\u200b Quill",
        "Quill, Nora",
        "QUILL,Nora",
        "Quill, Mrs Nora",
        "Mrs Nora Quill",
        "Mrs. Nora Quill",
        "Mr.Quill",
        "mrs  quill",
        "Prof. Dr. Quill",
        "Rev Dr N. Quill",
        "Ms N Quill",
        "N Quill",
        "n. quill",
        "N.Quill",
        *[f"{title} Quill" for title in TITLES],
    ],
    "Anna Maria Hill": [
        "Anna Maria Hill",
        "Anna Hill",
        "Anna M. Hill",
        "Hill, Anna",
        "Hill, Anna Maria",
        "Ms Maria Hill",
        "Ms A. M. Hill",
        "AM Hill",
        "A. Hill",
        "M Hill",
        "A Hill",
        "A HILL",
    ],
    "Anne-Marie O'Brien": [
        "Anne-Marie O'Brien",
        "Anne\u2011Marie O\u2019Brien",
        "anne-marie o\u02bcbrien",
        "Miss O`Brien",
        "Dame O\u2018Brien",
        "A-M O'Brien",
        "A.-M. O'Brien",
        escape("Anne-Marie O'Brien"),
        "Anne-Marie O&#39;Brien",
        json.dumps("O\u2019Brien, Anne-Marie")[1:-1],
    ],
    "Zoë Núñez": [
        "Zoë Núñez",
        "ZOË NÚÑEZ",
        unicodedata.normalize("NFD", "Zoë Núñez"),
        unicodedata.normalize("NFD", "MS NÚÑEZ"),
        json.dumps("Zoë Núñez")[1:-1],
        "Z. Núñez",
    ],
    unicodedata.normalize("NFD", "Élodie Roux"): ["Élodie Roux", "É. Roux", unicodedata.normalize("NFD", "É Roux")],
    "Maria de la Cruz": ["Maria de la Cruz", "Ms de la Cruz", "Ms Cruz", "M. de la Cruz"],
    "Mrs Nora Quill": ["Nora Quill", "mrs quill", "Dr Quill", "N. Quill"],
    "Quill, Nora": ["Nora Quill", "Ms Quill", "Quill, Nora"],
    "Nora Quill, head of maths": ["Nora Quill", "Mrs Quill"],
    "Nora Quill (Year 4).": ["Nora Quill", "Mrs Quill"],
    "(Nora Quill)": ["Nora Quill", "Mrs Quill"],
    "N. Quill": ["N. Quill", "N Quill", "n.quill", "Mr Quill", "Quill, N."],
    "Mr Hill": ["Mr Hill", "MR.HILL", "Mrs Hill"],
    "Grace": ["Grace", "grace", "Mrs Grace"],
}
NOT_FOUND = {
    "Nora Quill": ["Nora", "Quill", "Nora Quills", "Eleonora Quill", "Mrs Quillan", "Nora and Quill", "can't quill"],
    "Anna Hill": [
        "a hill",
        "up a Hill",
        "A hill too far",
        "i. hill",
        "the school's Hill",
        "Mr Thornhill",
        "Anna. Hill",
    ],
    "Sam Hill": ["the school's Hill", "the school\u2019s Hill"],
    "Ann Hille": [f"Ann {unicodedata.normalize('NFD', 'Hillé')}"],
    "Zoë Núñez": ["Zoe Nunez"],
    "Mr Hill": ["Hill", "the hill"],
    "- Hill": ["-", "-hills"],
    "Grace": ["Graceful", "disgrace"],
    "": ["", "Nora Quill", "Mrs "],
    "()": ["", "()"],
}


def pairs(table):
    return [(name, text) for name, texts in table.items() for text in texts]


@pytest.mark.parametrize(("name", "text"), pairs(FOUND))
def test_a_name_is_found_as_people_write_it(name, text):
    there = f"When {text}, who is new, and ({text})'s class"
    assert Name(name).pattern.sub("*", there) == "When *, who is new, and (*)'s class"


@pytest.mark.parametrize(("name", "text"), pairs(NOT_FOUND))
def test_what_only_looks_like_a_name_is_not(name, text):
    assert Name(name).pattern.sub("*", text) == text


@pytest.mark.parametrize("name", FOUND)
def test_every_way_to_write_a_name_has_its_trace(name):
    trace = Name(name).trace.lower()
    assert trace
    assert all(trace in text.lower() for text in FOUND[name])


def test_a_name_without_plain_letters_leaves_no_trace():
    assert Name("Øø Ðð").trace == ""


@pytest.mark.parametrize(
    ("name", "text", "is_partly"),
    [
        ("Nora Quill", "Nora will come", True),
        ("Nora Quill", "Quill's class", True),
        ("Nora Quill", "Nora Quill will come; Mrs Quill, too", False),
        ("Nora Quill", "a quill", False),
        ("Hope May", "We hope that it may be in May", False),
        ("Hope May", "Hope comes", True),
        ("Jo Li", "Jo and Li", False),
        ("", "Nora", False),
    ],
)
def test_a_part_of_a_name_is_told_apart(name, text, is_partly):
    assert Name(name).is_partly_in(text) is is_partly


def test_long_texts_of_almost_names_are_read_at_once():
    text = "Mr Dr a. m. A M a.m. Hil, " * 4000
    began = time.monotonic()
    assert Name("Anna Maria A. Hill").pattern.sub("*", text) == text
    assert time.monotonic() - began < 2


def test_nothing_is_found_of_no_name():
    assert Name(" ").whole.endswith(NOTHING)
    assert Name(" ").letters == Name(" ").short == NOTHING
