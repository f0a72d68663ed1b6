"""People's data: what each field holds, what is held on somebody, how it is erased, and how long it is kept.

`portal.personal` is filled by `fields` here and by every app; `held`, `erasing` and `retention` read it.
"""

from . import fields, obstacles, retention  # noqa: F401  each registers itself
