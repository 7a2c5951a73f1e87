"""What a section is made of: text, cards, charts, tables, points, commands.

Sentences are Markdown with nothing but **bold** in it. Whatever stands in a part may be a name
that a visitor chose: the template escapes all of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import pandas as pd

from engine.views.charts.script import Figure


@dataclass(frozen=True)
class Text:
    """A paragraph.

    Attributes:
        sentences: What it says.
        style: `plain`, `lead` (large), `note` (small) or `warning`.
    """

    kind: ClassVar[str] = "text"
    sentences: str
    style: str = "plain"


@dataclass(frozen=True)
class Card:
    """A number with its name.

    Attributes:
        title: What was measured.
        value: The number, with its unit.
        notes: A sentence each.
        colour: `#RRGGBB` of the run that it is about; None where it is about none.
    """

    title: str
    value: str
    notes: Sequence[str] = ()
    colour: str | None = None


@dataclass(frozen=True)
class Cards:
    """Numbers beside each other."""

    kind: ClassVar[str] = "cards"
    cards: Sequence[Card]


@dataclass(frozen=True, eq=False)
class Chart:
    """A chart.

    Attributes:
        name: Names the chart in the page and the file it is saved as: letters and dashes.
        figure: The chart.
        alt: What it shows, for those who cannot see it.
        caption: How it is read.
    """

    kind: ClassVar[str] = "chart"
    name: str
    figure: Figure
    alt: str
    caption: str = ""


@dataclass(frozen=True)
class Beside:
    """Parts beside each other, below each other on a phone."""

    kind: ClassVar[str] = "beside"
    parts: Sequence[object]


@dataclass(frozen=True, eq=False)
class Table:
    """A table, in words and as a CSV file.

    Attributes:
        name: Names the file: letters and dashes.
        caption: What it shows.
        shown: As people read it: the index names the rows.
        raw: The same in full, with a column for each thing; this becomes the CSV file.
        folded: Whether it is hidden behind its caption at first.
        words: Whether its cells are words rather than numbers.
    """

    kind: ClassVar[str] = "table"
    name: str
    caption: str
    shown: pd.DataFrame
    raw: pd.DataFrame
    folded: bool = False
    words: bool = False


@dataclass(frozen=True)
class Points:
    """A list; each point has a title and a sentence or more."""

    kind: ClassVar[str] = "points"
    points: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Commands:
    """Lines for a terminal."""

    kind: ClassVar[str] = "commands"
    lines: Sequence[str]


@dataclass(frozen=True)
class Section:
    """A chapter of the report.

    Attributes:
        name: Its anchor: letters and dashes.
        title: Its heading.
        parts: What stands in it, at least one part.
    """

    name: str
    title: str
    parts: Sequence[object] = field(default=())


def charts_of(parts: Iterable) -> list[Chart]:
    """All charts among the parts, those beside each other as well, in order."""
    found = []
    for part in parts:
        if isinstance(part, Beside):
            found += charts_of(part.parts)
        elif isinstance(part, Chart):
            found.append(part)
    return found
