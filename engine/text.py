"""Numbers and names as people read them."""

import html
import math


def plain_html(text: str) -> str:
    """Plotly text that shows `text` as it is."""
    return html.escape(text)


def percent(share: float, digits: int = 1) -> str:
    """0.7204 -> `72.0 %`, with a space that does not break."""
    return "unknown" if math.isnan(share) else f"{100 * share:.{digits}f}\u00a0%"


def duration(minutes: float) -> str:
    """Minutes as `40 seconds`, `3.5 minutes`, `35 minutes` or `2 h 10 min`."""
    if not math.isfinite(minutes):
        return "unknown"
    if minutes < 1:
        return f"{60 * minutes:.0f} seconds"
    if minutes < 10:
        return f"{minutes:.1f} minutes"
    if minutes < 90:
        return f"{minutes:.0f} minutes"
    return f"{int(minutes + 0.5) // 60} h {int(minutes + 0.5) % 60} min"


def count(number: int) -> str:
    """25589898 -> `25.6 million`; below a million, `2,727`."""
    return f"{number / 1e6:.1f} million" if number >= 1e6 else f"{number:,}"


def counted(number: int, thing: str) -> str:
    """1 and `photo` -> `1 photo`; 1200 and `photo` -> `1,200 photos`."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def quantity(value: float, unit: str) -> str:
    """-120 and `°` -> `−120°`; 1.8 and `×` -> `1.8×`; 15 and `%` -> `15 %`, without a break."""
    number = f"{value:g}".replace("-", "−")
    return f"{number}{unit}" if unit in ("°", "×", "") else f"{number}\u00a0{unit}"
