"""What is different between the two runs, beside the difference of their answers."""

from engine.measures.comparison import Comparison
from engine.views.looks import looks_of
from engine.views.report.parts import Section, Table, Text
from engine.views.sentences.differences import (
    TITLE,
    differences_in_full,
    differences_in_words,
    what_differs,
)


def differences(comparison: Comparison) -> Section | None:
    """A table of the settings that differ, of the data, and of what came of it."""
    if not comparison.complete:
        return None
    shown = differences_in_words(comparison, looks_of(comparison.sides))
    raw = differences_in_full(comparison)
    return Section(
        "differences",
        TITLE,
        [
            Text(what_differs(comparison)),
            Table("differences", "Settings, data and results that differ", shown, raw, words=True),
        ],
    )
