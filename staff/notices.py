"""Kinds of mail about people."""

from . import mail

mail.kinds.register_all(
    {
        "disclosed": (
            "Somebody was given what is held on you",
            "{who} was given what the portal holds on you. The reason given: {detail}",
        ),
    }
)
