"""The ways in which people write a person's name, as patterns: every place that looks for a name asks here."""

import calendar
import html
import json
import re
import unicodedata

TITLES = [
    *("mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor"),
    *("sir", "dame", "lord", "lady", "rev", "revd", "reverend"),
]
SHORTEST = 3  # letters of a word that says by itself who is meant
MONTHS = {*calendar.month_name}  # where Anna May says "in May", the month is meant

APOSTROPHES = "'\u2018\u2019\u02b9\u02bc\u0060\u00b4\u2032\uff07"
HYPHENS = "-\u2010\u2011\u2012\u2013\u2014\u2212"
BLANK = r"[\s\u00ad\u200b-\u200d\u2060\ufeff]"
TITLE = rf"(?:(?:{'|'.join(TITLES)})(?:\.{BLANK}*|{BLANK}+))"
NO_LETTER_BEFORE, NO_LETTER_AFTER = r"(?<!\w)", r"(?![\w\u0300-\u036f])"
NO_WORD_BEFORE = r"(?<!\w)(?<!\w['\u2019])"  # not the s of "the school's Hill"
NO_ARTICLE = rf"(?-i:(?![ai]{BLANK}|[AI]{BLANK}+[a-z]))"  # "a hill" is not Anna Hill
NOTHING = r"(?!)"


class Name:
    """A full name taken apart: "Hill, Mrs Anna (Year 4)" has the given name Anna and the surname Hill.

    `whole` and `short` are sources of patterns: with every given name, and with the surname and a hint of the rest.
    """

    def __init__(self, full: str) -> None:
        words = _words(full)
        titles = 0
        while titles < len(words) - 1 and words[titles].lower() in TITLES:
            titles += 1
        *self.given, self.surname = words[titles:] or [""]
        self.title = words[:titles]

    @property
    def letters(self) -> str:
        """The surname by itself."""
        return _letters(self.surname) or NOTHING

    @property
    def whole(self) -> str:
        """Anna Hill, Mrs Anna Hill; Hill, Anna. A surname with a title is all there is of "Mrs Hill"."""
        surname = self.letters
        if not self.given:
            return "".join(map(_before, self.title)) + surname if self.title else f"{TITLE}{{0,3}}{surname}"
        given = "".join(map(_before, self.given))
        *earlier, last = self.given
        backwards = "".join(map(_before, earlier)) + _word(last)
        return rf"(?:{TITLE}{{0,3}}{given}{surname}|{surname}{BLANK}*,{BLANK}*{TITLE}{{0,3}}{backwards})"

    @property
    def short(self) -> str:
        """Mrs Hill, Mrs A. Hill, Mrs Anna Hill; A Hill, AM Hill; Anna Hill and Hill, Anna of Anna Maria Hill."""
        surname = rf"(?<!\w){self.letters}"
        if not self.given:
            return f"{TITLE}{{1,3}}{surname}" if self.title else NOTHING
        initials = [_letters(part[0]) for word in self.given for part in _parts(word)]
        initial = rf"(?:{'|'.join(initials)})\.?[{HYPHENS}]?{BLANK}*"
        names = [_before(word) for word in self.given if len(word) > 1]
        piece, most = f"(?:{'|'.join([*names, initial])})", len(initials) + len(self.given)
        first = _before(self.given[0])
        return (
            rf"(?:{TITLE}{{1,3}}{piece}{{0,{most}}}{surname}"
            rf"|{NO_WORD_BEFORE}{NO_ARTICLE}{initial}{piece}{{0,{most}}}{surname}"
            rf"|{first}{piece}{{0,{most}}}{surname}"
            rf"|{surname}{BLANK}*,{BLANK}*{TITLE}{{0,3}}{_word(self.given[0])})"
        )

    @property
    def pattern(self) -> re.Pattern[str]:
        """Finds whoever is called so in a text, in any case."""
        source = rf"{NO_LETTER_BEFORE}(?:{self.whole}|{self.short}){NO_LETTER_AFTER}"
        return re.compile(source, re.IGNORECASE)

    @property
    def alone(self) -> list[str]:
        """The given names and the surname that say by themselves who is meant, where they are written so."""
        return [word for word in (*self.given, self.surname) if len(word) >= SHORTEST and word not in MONTHS]

    @property
    def trace(self) -> str:
        """Plain letters that every way to write the name has, so that a database can look for them first."""
        return max(re.findall("[A-Za-z]+", self.surname), key=len, default="")

    def is_partly_in(self, text: str) -> bool:
        """A text mentions only a part of the name: whether that is the person, a reader has to say."""
        words = "|".join(map(_word, self.alone)) or NOTHING
        rest = self.pattern.sub("", text)
        return bool(re.search(rf"{NO_LETTER_BEFORE}(?:{words}){NO_LETTER_AFTER}", rest))


def _words(full: str) -> list[str]:
    """Given names first. What stands in brackets, or after a comma behind several words, is a remark."""
    without_remark = re.sub(r"\([^)]*\)", " ", full)
    plain = unicodedata.normalize("NFC", without_remark if without_remark.strip() else full)
    before, comma, after = plain.partition(",")
    if comma:
        plain = f"{after} {before}" if len(before.split()) == 1 else before
    words = [word.strip(f'.,;:()"{HYPHENS}') for word in re.split(f"{BLANK}+", plain)]
    return [word for word in words if word]


def _parts(word: str) -> list[str]:
    return [part for part in re.split(f"[{HYPHENS}]", word) if part]


def _before(word: str) -> str:
    """A word and what stands between it and the next; an initial may have a full stop instead of a blank."""
    return rf"{_word(word)}{BLANK}+" if len(word) > 1 else rf"{_letters(word)}(?:\.{BLANK}*|{BLANK}+)"


def _word(word: str) -> str:
    return _letters(word) if len(word) > 1 else rf"{_letters(word)}\.?"


def _letters(word: str) -> str:
    return "".join(map(_letter, word))


def _letter(sign: str) -> str:
    """One letter with its accent composed or not, as it is typed, as it stands in a page, and as it stands in JSON."""
    if sign in HYPHENS:
        return f"[{HYPHENS}]"
    if sign.isascii() and sign.isalnum():
        return sign
    signs = APOSTROPHES if sign in APOSTROPHES else [sign, unicodedata.normalize("NFD", sign)]
    spelt = {spelling for each in signs for spelling in (each, html.escape(each), json.dumps(each)[1:-1])}
    if sign in APOSTROPHES:
        spelt |= {"&#39;", "&rsquo;", "&lsquo;"}
    return f"(?:{'|'.join(re.escape(each) for each in sorted(spelt, key=len, reverse=True))})"
