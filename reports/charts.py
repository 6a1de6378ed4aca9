"""Charts as inline SVG, without a script: lines over an axis, and heat maps.

The drawing stretches with the page, its labels are text beside it and keep their size, so that a chart can be read on a
phone. Colours come from the page's stylesheet (`load.css`), so that they follow the reader's scheme.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup, escape

WIDTH, HEIGHT = 1000.0, 400.0
"""Of the drawing, in its own units."""

SHADES = 6
"""Of a heat map."""

Point = tuple[float, float | None]
"""Where, and how much; None where there is nothing, and the line has a gap."""


@dataclass(frozen=True, slots=True)
class Axis:
    """From low to high; logarithmic where `log` says so. ticks: values with their labels."""

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    log: bool = False

    def place(self, value: float) -> float:
        """Where a value lies, from 0 to 1; what is outside lies on the edge."""
        low, high = self._on(self.low), self._on(self.high)
        return min(1.0, max(0.0, (self._on(value) - low) / (high - low)))

    def _on(self, value: float) -> float:
        return math.log10(max(value, 1e-9)) if self.log else value


def linear(low: float, high: float, label: Callable[[float], str], ticks: int = 5) -> Axis:
    """An axis with about so many ticks at round numbers; it ends at a tick where it begins at 0."""
    high = high if high > low else low + 1
    step = _round_step((high - low) / ticks)
    values = [step * number for number in range(math.ceil(low / step), math.floor(high / step + 1e-9) + 1)]
    if low == 0 and values[-1] < high:
        values.append(values[-1] + step)
    return Axis(low, max(high, values[-1]), tuple((value, label(value)) for value in values))


def exact(low: float, high: float, label: Callable[[float], str], ticks: int = 6) -> Axis:
    """An axis that ends where its values do, as time does."""
    found = linear(low, high, label, ticks)
    high = max(high, low + 1e-9)
    return Axis(low, high, tuple(tick for tick in found.ticks if tick[0] <= high))


def logarithmic(values: Iterable[float], label: Callable[[float], str]) -> Axis:
    """An axis of whole powers of ten around all values above 0."""
    above = [value for value in values if value > 0] or [1.0]
    first, last = math.floor(math.log10(min(above))), math.ceil(math.log10(max(above)))
    last = max(last, first + 1)
    return Axis(10.0**first, 10.0**last, tuple((10.0**n, label(10.0**n)) for n in range(first, last + 1)), log=True)


def _round_step(rough: float) -> float:
    """The next of 1, 2, 5, 10, 20, ... that is not below."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * factor for factor in (1.0, 2.0, 5.0, 10.0) if power * factor >= rough * 0.999)


@dataclass(frozen=True, slots=True)
class Line:
    """look: names of the stylesheet (`c1` to `c6`, `dashed`, `faint`, `area`)."""

    name: str
    points: Sequence[Point]
    look: str


@dataclass(frozen=True, slots=True)
class Band:
    """A phase, from one place of the x axis to another; a quiet one is shaded."""

    name: str
    begin: float
    end: float
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Heat:
    """A cell of a heat map: its corners by the axes, and how much it holds."""

    left: float
    right: float
    bottom: float
    top: float
    count: int


@dataclass(frozen=True, slots=True)
class Chart:
    """title, desc: what it shows, for those who do not see it as well.

    alarms: spans of x that are marked at the top, for what `alarm` says. limits: values of y, and what they are.
    """

    title: str
    desc: str
    x: Axis
    y: Axis
    lines: Sequence[Line] = ()
    heat: Sequence[Heat] = ()
    bands: Sequence[Band] = ()
    alarms: Sequence[tuple[float, float]] = ()
    alarm: str = ""
    limits: Sequence[tuple[float, str]] = ()

    def __html__(self) -> str:
        """For templates."""
        return draw(self)


def draw(chart: Chart) -> Markup:
    """The chart as a figure of HTML."""
    name = re.sub(r"[^a-z]+", "-", chart.title.lower())
    shapes = Markup("").join([*_grid(chart), *_heat(chart), *_lines(chart), *_alarms(chart)])
    return Markup(
        '<figure class="chart"><figcaption><b>{title}</b> {legend}</figcaption><div class="plot">'
        '<svg viewBox="0 0 {width:g} {height:g}" preserveAspectRatio="none" role="img" '
        'aria-labelledby="{name}-title {name}-desc"><title id="{name}-title">{title}</title>'
        '<desc id="{name}-desc">{desc}</desc>{shapes}</svg>{labels}</div><p class="small">{desc}</p></figure>'
    ).format(
        title=chart.title,
        legend=Markup("").join(_legend(chart)),
        width=WIDTH,
        height=HEIGHT,
        name=name,
        desc=chart.desc,
        shapes=shapes,
        labels=Markup("").join(_labels(chart)),
    )


def _x(chart: Chart, value: float) -> float:
    return WIDTH * chart.x.place(value)


def _y(chart: Chart, value: float) -> float:
    return HEIGHT * (1 - chart.y.place(value))


def _path(look: str, drawn: str) -> Markup:
    return Markup('<path class="{}" d="{}"/>').format(look, drawn)


def _grid(chart: Chart) -> Iterator[Markup]:
    for band in chart.bands:
        left, right = _x(chart, band.begin), _x(chart, band.end)
        if band.quiet:
            yield _path("quiet", f"M{left:.1f} 0H{right:.1f}V{HEIGHT:g}H{left:.1f}z")
        if band.begin > chart.x.low:
            yield _path("border", f"M{left:.1f} 0V{HEIGHT:g}")
    yield _path("grid", "".join(f"M0 {_y(chart, value):.1f}H{WIDTH:g}" for value, _ in chart.y.ticks))
    for value, _ in chart.limits:
        yield _path("limit", f"M0 {_y(chart, value):.1f}H{WIDTH:g}")


def _lines(chart: Chart) -> Iterator[Markup]:
    for line in chart.lines:
        runs = [
            [(_x(chart, x), _y(chart, y)) for x, y in run if y is not None]
            for there, run in groupby(line.points, key=lambda point: point[1] is not None)
            if there
        ]
        if "area" in line.look.split():
            yield _path(f"line {line.look}", "".join(_below(run) for run in runs))
        else:
            # A point by itself is a line of no length, which has round ends.
            drawn = (_line(run) if len(run) > 1 else f"M{run[0][0]:.1f} {run[0][1]:.1f}h0" for run in runs)
            yield _path(f"line {line.look}", "".join(drawn))


def _line(run: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in run)


def _below(run: Sequence[tuple[float, float]]) -> str:
    return f"{_line(run)}L{run[-1][0]:.1f} {HEIGHT:g}L{run[0][0]:.1f} {HEIGHT:g}z"


def shade(held: int, most: int) -> int:
    """From 1 to SHADES, by the logarithm, so that the few slow ones are seen beside the many."""
    return 1 + round((SHADES - 1) * math.log(max(1, held)) / math.log(most)) if most > 1 else SHADES


def _heat(chart: Chart) -> Iterator[Markup]:
    most = max((cell.count for cell in chart.heat), default=1)
    drawn: dict[int, list[str]] = {}
    for cell in chart.heat:
        left, right = _x(chart, cell.left), _x(chart, cell.right)
        top, bottom = _y(chart, cell.top), _y(chart, cell.bottom)
        box = f"M{left:.1f} {top:.1f}H{right:.1f}V{bottom:.1f}H{left:.1f}z"
        drawn.setdefault(shade(cell.count, most), []).append(box)
    for level, boxes in sorted(drawn.items()):
        yield _path(f"heat h{level}", "".join(boxes))


def _alarms(chart: Chart) -> Iterator[Markup]:
    spans = ((_x(chart, begin), _x(chart, end)) for begin, end in chart.alarms)
    if drawn := "".join(f"M{left:.1f} 0H{right:.1f}V14H{left:.1f}z" for left, right in spans):
        yield _path("alarm", drawn)


def _legend(chart: Chart) -> Iterator[Markup]:
    key = Markup('<span class="key"><i class="swatch {}" aria-hidden="true"></i>{}</span> ')
    for line in chart.lines:
        yield key.format(line.look, line.name)
    if chart.heat:
        most = max(cell.count for cell in chart.heat)
        shades = Markup("").join(Markup('<i class="swatch h{}"></i>').format(level + 1) for level in range(SHADES))
        yield Markup('<span class="key">1 <span aria-hidden="true">{}</span> {}</span> ').format(shades, f"{most:,}")
    for _, name in chart.limits:
        yield key.format("limit", name)
    if chart.alarms:
        yield key.format("alarm", chart.alarm)


def _labels(chart: Chart) -> Iterator[Markup]:
    label = Markup('<span class="{}" aria-hidden="true" style="{}">{}</span>')
    for value, text in chart.y.ticks:
        yield label.format("y", f"bottom: {100 * chart.y.place(value):.2f}%", text)
    for value, text in chart.x.ticks:
        yield label.format("x", f"left: {100 * chart.x.place(value):.2f}%", text)
    for band in chart.bands:
        left, right = 100 * chart.x.place(band.begin), 100 * chart.x.place(band.end)
        yield label.format("phase", f"left: {left:.2f}%; width: {right - left:.2f}%", escape(band.name))
