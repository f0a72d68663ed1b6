"""What an attacker types into a text field, put into all of them, and how a page is looked at for what comes of it."""

from html.parser import HTMLParser
from itertools import cycle

from django.apps import apps
from django.db import models
from django.db.models import CharField, QuerySet, Value

MARK = "f32"
PAYLOADS = [
    f"<script>{MARK}</script>",
    f"</title><script>{MARK}</script>",
    f"</textarea><script>{MARK}</script>",
    f"<img src=x onerror={MARK}>",
    f'"><svg onload={MARK}>',
    f"'><svg/onload={MARK}>",
    f'" onmouseover={MARK} x="',
    f"' onfocus={MARK} autofocus '",
    f"javascript:{MARK}",
    f"<a href=javascript:{MARK}>x</a>",
    f"<iframe srcdoc='<script>{MARK}</script>'>",
    f"<base href=//{MARK}.example/>",
    f"<form action=//{MARK}.example><button>x",
    f"<style>@import '//{MARK}.example'</style>",
    f"<link rel=stylesheet href=//{MARK}.example>",
    f"<meta http-equiv=refresh content='0;url=//{MARK}.example'>",
    f"&lt;script&gt;{MARK}&lt;/script&gt;<!--",
    "{{ " + MARK + " }}{% " + MARK + " %}\r\nX-" + MARK + ": 1\r\nBEGIN:VEVENT\r\n",
]
# Fields with a shape that the database or the portal relies on, and what no person types.
NOT_TYPED = {
    "slug", "email", "password", "key", "code", "colour", "cause_kind", "cause_id", "verb", "old", "new", "by", "kind",
    "subject_kind", "subject_id", "location", "path", "digest", "phase", "rights",
}  # fmt: skip
DANGEROUS = ("javascript:", "data:", "vbscript:")
ADDRESSES = {"href", "src", "action", "formaction", "data", "srcdoc", "poster", "xlink:href"}
# Elements that do something by being there.
ACTIVE = {"script", "iframe", "object", "embed", "base", "style", "link", "meta", "form", "svg", "math"}


def text_fields(model):
    for field in model._meta.fields:
        is_text = isinstance(field, (models.CharField, models.TextField)) and not field.choices
        if is_text and not field.unique and field.name not in NOT_TYPED:
            yield field


def poison(offset=0):
    """Every text field of every row has one of the payloads, or, where there is room, all of them."""
    turn = cycle(PAYLOADS[offset:] + PAYLOADS[:offset])
    everything = " ".join(PAYLOADS)
    for app in ("portal", "schools", "bank", "staff", "exchange"):
        for model in apps.get_app_config(app).get_models():
            if model.__name__ in ("Transfer", "Submission", "Mail", "Block", "Head"):
                continue  # append-only, or not what people type
            for field in text_fields(model):
                text = everything if field.max_length is None else next(turn)[: field.max_length]
                QuerySet(model).update(**{field.name: Value(text, output_field=CharField())})


class Looking(HTMLParser):
    """What on a page would be executed, or was made by somebody's text."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found, self.inside = [], None

    def handle_starttag(self, tag, attrs):
        self.inside = tag if tag in ("script", "style") else None
        for name, value in attrs:
            value = (value or "").strip().lower()
            if name.startswith("on") or name == "style" or (MARK in name):
                self.found.append((tag, name, value))
            if name in ADDRESSES and "".join(value.split()).startswith(DANGEROUS[0]):
                self.found.append((tag, name, value))
            if tag in ACTIVE and MARK in value:
                self.found.append((tag, name, value))

    def handle_data(self, data):
        if self.inside and MARK in data:
            self.found.append((self.inside, "content", data))

    def handle_endtag(self, tag):
        self.inside = None

    def handle_comment(self, data):
        if MARK in data:
            self.found.append(("comment", "", data))


def executable(html):
    looking = Looking()
    looking.feed(html)
    return looking.found
