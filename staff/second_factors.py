"""The secrets of second factors in the database are encrypted: what was not yet, and under which key."""

from base64 import urlsafe_b64decode

from allauth.mfa.adapter import get_adapter

VERSION = b"\x80"  # the first byte of whatever Fernet has encrypted
SHORTEST = 73  # bytes: version, time, vector, one block, signature


def is_encrypted(text):
    """Keys of apps are base32, seeds hexadecimal, codes digits: none of them looks like this."""
    try:
        token = urlsafe_b64decode(text)
    except ValueError:
        return False
    return token[:1] == VERSION and len(token) >= SHORTEST


def encrypted(data):
    """The data of an Authenticator with every secret encrypted; those that are already stay as they are."""
    return _each(data, lambda text: text if is_encrypted(text) else get_adapter().encrypt(text))


def renewed(data):
    """The same with every secret under the newest key. Raises InvalidToken where no key reads one."""
    return _each(encrypted(data), lambda text: get_adapter().encrypt(get_adapter().decrypt(text)))


def _each(data, change):
    found = {name: change(data[name]) for name in ("secret", "seed") if name in data}
    if "migrated_codes" in data:
        found["migrated_codes"] = [change(code) for code in data["migrated_codes"]]
    return {**data, **found}
