"""Errors: which photos each run gets wrong, what it takes them for, and how sure it is."""

import streamlit as st

from engine.measures import metrics
from engine.measures.answers import answers_table
from engine.measures.comparison import Comparison
from engine.views.looks import Look, looks_of
from pages.compare.error_views.answers import COUNTS, SHARES, read_answers
from pages.compare.error_views.classes import class_by_class
from pages.compare.error_views.doubtful import show_doubtful_labels
from pages.compare.error_views.matrices import matrices_and_photos
from pages.compare.error_views.mistakes import confident_mistakes
from pages.compare.error_views.who_is_right import who_is_right
from pages.ui.frame import need_runs, open_page
from pages.ui.navigation import ERRORS
from pages.ui.outcomes import WHO_IS_RIGHT
from pages.ui.photos import photos_here
from pages.ui.split import choose_split
from pages.ui.text import plain
from pages.ui.why import choose_why

MATRICES, CLASSES = "Confusion matrices", "Class by class"
MISTAKES, LABELS = "Confident mistakes", "Doubtful labels"


def main() -> None:
    comparison = open_page(
        ERRORS, "Which photos does each model get wrong, and what does it take them for?"
    )
    looks = looks_of(comparison.sides)
    need_runs(comparison, looks)
    view, split, cells = choose_view(comparison)
    answered = comparison.answers(split)
    if comparison.pairs_of(split) is None:
        answered = alone(comparison, looks, answered)
    sides = {side: run for side, run in comparison.sides.items() if side in answered}
    answers = {side: read_answers(sides[side], part, cells) for side, part in answered.items()}
    said = answers_table(*(one.table for one in answers.values()))
    if said.empty:
        st.info(
            f"No photo of the {split} split was answered. Choose the other split or other runs.",
            icon=":material/info:",
        )
        st.stop()
    looks = {side: looks[side] for side in sides}
    if view == CLASSES:
        report = metrics.class_scores(*(one.report for one in answers.values()))
        class_by_class(answers, looks, report, split)
        return
    why = None
    if photos_here(comparison.data_set, "The photos behind the errors"):
        why = choose_why(sides, looks)
    if view == MATRICES:
        matrices_and_photos(comparison.data_set, answers, looks, said, split, why)
    elif view == MISTAKES or len(sides) < 2:
        confident_mistakes(comparison.data_set, answers, looks, said, why)
    elif view == WHO_IS_RIGHT:
        who_is_right(comparison, looks, split, why)
    else:
        show_doubtful_labels(comparison.data_set, looks, said, why)


def alone(comparison: Comparison, looks: dict[str, Look], answered: dict) -> dict:
    """What one of the runs answered, where the two cannot stand side by side."""
    found = {side: part for side, part in answered.items() if len(part.y_true)}
    side = next(iter([*found, *answered]))
    if comparison.complete:
        st.caption(
            f"No photo of this split can be compared, so {plain(looks[side].title)} is shown "
            "alone. Swap the runs in the sidebar to see the other."
        )
    return {side: answered[side]}


def choose_view(comparison: Comparison) -> tuple[str, str, str]:
    """What the page shows, of which split, and in which unit.

    One view at a time: all at once took a second to draw, and a phone a minute to scroll.
    """
    views = [MATRICES, CLASSES, MISTAKES]
    if comparison.complete:
        views = [MATRICES, CLASSES, WHO_IS_RIGHT, MISTAKES, LABELS]
    always = {"required": True, "bind": "query-params"}
    view = st.segmented_control("Show", views, default=MATRICES, key="errors_view", **always)
    with st.container(horizontal=True):
        split = choose_split("errors_split")
        cells = SHARES
        if view in (MATRICES, CLASSES):
            cells = st.segmented_control(
                "Cells show", [SHARES, COUNTS], default=SHARES, key="cells", **always
            )
    return view, split, cells


main()
