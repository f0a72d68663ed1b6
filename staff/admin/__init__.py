from . import lists, people, schools, users  # noqa: F401
