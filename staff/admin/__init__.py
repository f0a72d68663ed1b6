from . import invitations, lists, people, schools, signing_in, users  # noqa: F401  each registers itself
