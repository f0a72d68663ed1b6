FAR = 10**9  # metres; a school without a place on the map comes after all others


def in_words(metres: int | None) -> str:
    """8047 -> "5.0 miles"; what is not known is said."""
    if metres is None:
        return "Not known"
    whole, tenth = divmod(round(metres * 10 / 1609.344), 10)
    return f"{whole}.{tenth}\N{NO-BREAK SPACE}miles"
