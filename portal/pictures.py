"""The geometry of pictures. Templates draw them as SVG; every picture stands beside its table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from .units import Hundredths
from .words import signed_days


@dataclass(frozen=True)
class Layout:
    """Where things go in a picture of bars, in units of its viewBox."""

    width: int
    left: int  # where the bars' area begins
    row: int  # height of one row
    label_above: bool
    longest: int  # characters of a label that have room
    margin: int = 62  # room for a figure beyond a bar's end


WIDE = Layout(width=960, left=300, row=28, label_above=False, longest=38)
NARROW = Layout(width=340, left=4, row=46, label_above=True, longest=40)
BAR = 16


def bars(rows: Sequence[tuple[str, Hundredths]], layout: Layout) -> dict[str, Any]:
    """Diverging bars of (label, hundredths of a day): to the right of the axis above zero, else to the left."""
    values = [value for _, value in rows]
    low, high = min(0, *values, 0), max(0, *values, 0)
    start, end = layout.left + (layout.margin if low else 0), layout.width - layout.margin
    scale = (end - start) / ((high - low) or 1)
    axis = start - low * scale
    drawn = []
    for n, (label, value) in enumerate(rows):
        top = n * layout.row
        length = round(abs(value) * scale, 1)
        tip = axis + length if value >= 0 else axis - length
        y = top + (22 if layout.label_above else (layout.row - BAR) / 2)
        beyond = 4 if layout.label_above else (layout.row - BAR) / 2  # the axis never crosses a label
        drawn.append(
            {
                "label": label if len(label) <= layout.longest else f"{label[: layout.longest - 1].rstrip()}…",
                "label_x": layout.left if layout.label_above else layout.left - 12,
                "label_y": top + (15 if layout.label_above else layout.row / 2 + 5),
                "x": round(min(axis, tip), 1),
                "y": y,
                "axis_from": y - beyond,
                "axis_to": y + BAR + beyond,
                "length": length,
                "figure": signed_days(value),
                "figure_x": round(tip + (6 if value >= 0 else -6), 1),
                "figure_y": top + (35 if layout.label_above else layout.row / 2 + 5),
                "is_owed": value >= 0,
            }
        )
    return {
        "width": layout.width,
        "height": len(rows) * layout.row + 4,
        "axis": round(axis, 1),
        "bar": BAR,
        "label_above": layout.label_above,
        "rows": drawn,
    }


def sparkline(
    points: Iterable[tuple[date, int]], since: date, until: date, width: int = 90, height: int = 24
) -> dict[str, Any] | None:
    """A line through (day, hundredths of a day), scaled to its own range with zero in it; None below two points.

    One point a week is kept, the latest: the eye sees no more of a year.
    """
    weekly = {(on - since).days // 7: (on, value) for on, value in points}
    points = list(weekly.values())
    if len(points) < 2:
        return None
    values = [value for _, value in points]
    low, high = min(0, *values), max(0, *values)
    span, days, pad = (high - low) or 1, (until - since).days or 1, 3

    def x(on: date) -> float:
        return round(pad + (on - since).days / days * (width - 2 * pad), 1)

    def y(value: int) -> float:
        return round(pad + (high - value) / span * (height - 2 * pad), 1)

    return {
        "width": width,
        "height": height,
        "zero": y(0),
        "points": " ".join(f"{x(on)},{y(value)}" for on, value in points),
        "end": (x(points[-1][0]), y(values[-1])),
        "first": values[0],
        "last": values[-1],
    }
