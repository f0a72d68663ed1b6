"""People's data: what each field holds, what is held on somebody, how it is erased, and how long it is kept.

`register` is filled by `fields` here and by whoever stands above; `held`, `erasing` and `retention` read it.
"""
