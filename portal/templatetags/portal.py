"""What every page is made of: fields, errors, tags, pages of a list, and how numbers are written."""

from typing import Any

from django import forms, template
from django.core.exceptions import ValidationError
from django.core.paginator import Page
from django.core.validators import EmailValidator, ProhibitNullCharactersValidator
from django.forms import BoundField
from django.forms.utils import flatatt
from django.shortcuts import resolve_url
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from .. import words
from ..widgets import DayMonthYearWidget

register = template.Library()
Context = dict[str, Any]


# The first that fits: CheckboxSelectMultiple is a RadioSelect in Django.
KINDS = (
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radios"),
    (DayMonthYearWidget, "date"),
    (forms.CheckboxInput, "checkbox"),
    (forms.Textarea, "textarea"),
    (forms.Select, "select"),
    (forms.PasswordInput, "password"),
    (forms.FileInput, "file"),
)
CLASSES = {
    "input": "govuk-input",
    "password": "govuk-input govuk-password-input__input govuk-js-password-input-input",
    "textarea": "govuk-textarea",
    "select": "govuk-select",
    "file": "govuk-file-upload",
    "checkbox": "govuk-checkboxes__input",
    "checkboxes": "govuk-checkboxes__input",
    "radios": "govuk-radios__input",
    "date": "",
}
REQUIRED = forms.Field.default_error_messages["required"]
LABELS = {"Email": "Email address"}  # allauth's; its templates say the same
OUR_WORDS = (  # for Django's, each
    (EmailValidator.message, "Enter an email address, like name@example.org"),
    (ProhibitNullCharactersValidator.message, "Type it again: it has a character that cannot be read"),
)
TOO_LONG = "Ensure this value has at most"
# The server answers, in words; the browser's own bubbles cannot be read again, and a maxlength cuts
# what is pasted without a word. False leaves an attribute out.
UNWANTED = dict.fromkeys(("maxlength", "minlength", "min", "max", "step", "placeholder", "rows", "cols"), False)


# Forms ----------------------------------------------------------------------------------


@register.inclusion_tag("_partials/field.html")
def govuk_field(
    field: BoundField,
    label: str | None = None,
    hint: str | None = None,
    label_size: str = "s",
    as_title: bool = False,
    width: str | int = "",
    optional: bool = True,
    small: bool = False,
) -> Context:
    """A bound field with its label, hint and errors.

    as_title makes the label the page's h1, for pages that ask one thing; width is one of 2, 3, 4, 5,
    10, 20 (characters) or a fraction such as one-half; label and hint replace the field's own.
    """
    kind = _kind(field)
    if field.is_hidden:
        return {"input": field.as_widget()}
    field.form.use_required_attribute = False
    hint = str(field.help_text) if hint is None else hint
    first_id = _first_id(field, kind)
    context: Context = {
        "field": field,
        "kind": kind,
        "is_group": kind in ("checkboxes", "radios", "date"),
        "id": field.auto_id,
        "first_id": first_id,
        "label": field.label if label is None else label,
        "is_optional": optional and not field.field.required and kind != "checkbox",
        "label_size": "l" if as_title else label_size,
        "as_title": as_title,
        "hint": hint,
        "errors": _errors(field, label),
        "small": small,
        "max_length": getattr(field.field, "max_length", None) if kind == "textarea" else None,
    }
    context["described_by"] = " ".join(_descriptions(field, hint, context["max_length"]))
    attrs = _attributes(field, kind, width, context)
    if kind in ("checkboxes", "radios"):
        context["groups"] = _groups(field, attrs)
    else:
        context["input"] = field.as_widget(attrs=attrs)
    return context


def _descriptions(field: BoundField, hint: str, max_length: int | None) -> list[str]:
    """The ids of what is read out with the field."""
    found = [f"{field.auto_id}-hint"] if hint else []
    found += [f"{field.auto_id}-info"] if max_length else []
    return found + ([f"{field.auto_id}-error"] if field.errors else [])


def _attributes(field: BoundField, kind: str, width: str | int, context: Context) -> Context:
    """The attributes of the field's own element."""
    widget, described_by = field.field.widget, context["described_by"]
    attrs: Context = UNWANTED | {"class": _classes(field, kind, width), "aria-describedby": described_by or False}
    if isinstance(widget, forms.NumberInput):
        # A number box scrolls its value away under the mouse wheel.
        widget.input_type = "text"
        attrs |= {"inputmode": "numeric" if isinstance(field.field, forms.IntegerField) else "decimal"}
    if context["max_length"]:
        attrs["class"] += " govuk-js-character-count"
    if kind == "textarea":
        rows = widget.attrs.get("rows", "10")
        attrs["rows"] = "5" if rows == "10" else rows  # 10 is Django's own, and half a phone's screen
    return attrs


@register.inclusion_tag("_partials/fields.html")
def govuk_fields(form: forms.BaseForm) -> Context:
    """All fields of a form, the hidden ones first."""
    return {"form": form}


@register.inclusion_tag("_partials/error_summary.html")
def error_summary(*forms_and_formsets: Any) -> Context:
    """The errors of forms and formsets, each a link to its field; nothing where there are none."""
    errors = []
    for item in filter(None, forms_and_formsets):
        if hasattr(item, "forms"):
            errors += [{"text": text} for text in item.non_form_errors()]
        for form in getattr(item, "forms", [item]):
            errors += [{"text": _without_stop(text)} for text in form.non_field_errors()]
            for field in form:
                first_id = "" if field.is_hidden else _first_id(field, _kind(field))
                errors += [{"text": text, "id": first_id} for text in _errors(field)]
    return {"errors": errors}


def _kind(field: BoundField) -> str:
    return next((kind for widget, kind in KINDS if isinstance(field.field.widget, widget)), "input")


def _first_id(field: BoundField, kind: str) -> str:
    """Where a link to the field lands: of a group, its first box."""
    return f"{field.auto_id}_0" if kind in ("checkboxes", "radios", "date") else field.auto_id


def _errors(field: BoundField, label: str | None = None) -> list[str]:
    """A field's errors as text, where Django's own sentences are replaced by what to do."""
    label = label or LABELS.get(str(field.label), str(field.label))
    return [
        _in_our_words(field, label, str(text), error)
        for text, error in zip(field.errors, field.errors.as_data(), strict=True)
    ]


def _in_our_words(field: BoundField, label: str, text: str, error: ValidationError) -> str:
    if text == REQUIRED:
        return _what_is_missing(field, label)
    if text.startswith(TOO_LONG):
        name = "Your answer" if label.endswith("?") else label
        return f"{name} must be {(error.params or {})['limit_value']:,d} characters or fewer"
    return next((words for theirs, words in OUR_WORDS if text == theirs), _without_stop(text))


def _without_stop(text: str) -> str:
    """One sentence has no full stop; several keep theirs."""
    return text if ". " in text else text.removesuffix(".")


def _what_is_missing(field: BoundField, label: str) -> str:
    if field.is_hidden:
        return "Reload the page and send it again"
    kind = _kind(field)
    if kind == "checkbox":
        return f"Tick “{label}”"
    if label.endswith("?"):
        return f"Answer “{label}”"
    name = label if label[1:2].isupper() else label[:1].lower() + label[1:]  # CPD goal, but subject
    article = "" if name.startswith(("what ", "your ", "the ")) else "the "
    return f"{'Select' if kind in ('checkboxes', 'radios', 'select') else 'Enter'} {article}{name}"


def _classes(field: BoundField, kind: str, width: str | int) -> str:
    names = [field.field.widget.attrs.get("class", ""), CLASSES[kind]]
    if width:
        names.append(f"govuk-input--width-{width}" if str(width).isdigit() else f"govuk-!-width-{width}")
    elif isinstance(field.field.widget, forms.NumberInput) or field.field.widget.attrs.get("inputmode") == "decimal":
        names.append("govuk-input--width-5")
    if field.errors and kind in ("input", "password", "textarea", "select", "file"):
        names.append(f"{CLASSES[kind].split()[0]}--error")
    elif field.errors and kind == "date":
        names.append("govuk-input--error")
    return " ".join(filter(None, names))


def _groups(field: BoundField, attrs: Context) -> list[tuple[str | None, list[Context]]]:
    """[(group's name or None, options)] of radios and checkboxes, as Django builds them."""
    widget = field.field.widget
    attrs = field.build_widget_attrs(attrs | {"id": field.auto_id}, widget)
    # The group is described, and said to be wrong, once: on its fieldset.
    attrs |= {"aria-describedby": False, "aria-invalid": False}
    context = widget.get_context(field.html_name, field.value(), attrs)
    return [(name, options) for name, options, _ in context["widget"]["optgroups"]]


def _component(name: str, **context: Any) -> SafeString:
    return render_to_string(f"_partials/{name}.html", context)


@register.simple_block_tag
def button(content: str, type: str = "submit", kind: str = "", classes: str = "", **attributes: Any) -> SafeString:
    """A button that sends its form; kind is secondary, warning or link (which looks like one)."""
    return _component("button", content=content, type=type, kind=kind, classes=classes, attributes=flatatt(attributes))


@register.simple_block_tag
def link_button(content: str, to: Any, *args: Any, kind: str = "") -> SafeString:
    """A link that looks like a button; it goes to an address, or to a view by its name and arguments."""
    return _component("button", content=content, kind=kind, url=to and resolve_url(to, *args))


@register.simple_block_tag
def table(content: str, caption: str, *columns: str | Context, caption_size: str = "") -> SafeString:
    """A table around its rows; without a size the caption is for those who listen.

    A column is its heading, passed through `numeric` where it holds figures; one without a heading is left out.
    """
    shown = [column if isinstance(column, dict) else {"label": column} for column in columns]
    shown = [column for column in shown if column["label"]]
    return _component("table", content=content, caption=caption, caption_size=caption_size, columns=shown)


@register.filter
def numeric(label: str) -> Context:
    return {"label": label, "is_numeric": True}


@register.filter
def unseen(label: str) -> Context:
    return {"label": label, "is_unseen": True}


@register.filter
def when(label: str, condition: object) -> str:
    return label if condition else ""


@register.simple_block_tag
def summary_list(content: str, wide: bool = False) -> SafeString:
    """A list of what is known of a thing, around its rows; wide, its values have the room of Change links too."""
    return _component("summary_list", content=content, wide=wide)


@register.simple_block_tag
def summary_row(content: str, key: str) -> SafeString:
    """A row of a summary list whose value is more than text."""
    return _component("summary_row", content=content, key=key)


# Lists ----------------------------------------------------------------------------------


@register.inclusion_tag("_partials/status_tag.html")
def status_tag(status: object, label: str) -> Context:
    return {"status": str(status).replace("-", "_"), "label": label}


@register.inclusion_tag("_partials/pagination.html", takes_context=True)
def paginate(context: template.Context, page_obj: Page[Any]) -> Context:
    """Links to the pages of a list that keep the rest of the address (filters, order)."""
    numbers = page_obj.paginator.get_elided_page_range(page_obj.number, on_each_side=1, on_ends=1)
    return {"request": context["request"], "page_obj": page_obj, "numbers": list(numbers)}


# Numbers and times ----------------------------------------------------------------------

for word in (words.days, words.days_long, words.signed_days, words.pounds, words.clock):
    register.filter(word)
