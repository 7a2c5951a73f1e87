"""Errors: which photos each model gets wrong, what it takes them for, and how sure it is."""

import streamlit as st

from dashboard.compare.error_views.answers import COUNTS, SHARES, read_answers
from dashboard.compare.error_views.classes import class_by_class
from dashboard.compare.error_views.doubtful import show_doubtful_labels
from dashboard.compare.error_views.matrices import matrices_and_photos
from dashboard.compare.error_views.mistakes import confident_mistakes
from dashboard.compare.error_views.who_is_right import who_is_right
from dashboard.ui.frame import Comparison, need_runs, open_page
from dashboard.ui.navigation import ERRORS
from dashboard.ui.outcomes import WHO_IS_RIGHT
from dashboard.ui.photos import photos_here
from dashboard.ui.split import choose_split
from dashboard.ui.why import choose_why
from engine.errors import EngineError
from engine.measures import metrics
from engine.measures.answers import answers_table
from engine.views.looks import looks_of

MATRICES, CLASSES = "Confusion matrices", "Class by class"
MISTAKES, LABELS = "Confident mistakes", "Doubtful labels"


def main() -> None:
    comparison = open_page(
        ERRORS, "Which photos does each model get wrong, and what does it take them for?"
    )
    need_runs(comparison, both=False)
    view, split, cells = choose_view(comparison)
    looks = looks_of(comparison.runs)
    try:
        answers = {
            model: read_answers(run, looks[model], split, cells)
            for model, run in comparison.runs.items()
        }
        said = answers_table(*(one.table for one in answers.values()))
        report = metrics.class_scores(*(one.report for one in answers.values()))
    except EngineError as error:
        st.error(f"{error} Choose other runs in the sidebar.", icon=":material/error:")
        st.stop()
    if said.empty:
        st.info(
            f"The {split} split has no photo that every chosen run has answered. "
            "Choose the other split or other runs.",
            icon=":material/info:",
        )
        st.stop()
    if view == CLASSES:
        class_by_class(comparison, answers, report, split)
        return
    why = None
    if photos_here(comparison.data_set, "The photos behind the errors"):
        why = choose_why(comparison.runs)
    if view == MATRICES:
        matrices_and_photos(comparison, answers, said, split, why)
    elif view == WHO_IS_RIGHT:
        who_is_right(comparison, said, split, why)
    elif view == MISTAKES:
        confident_mistakes(comparison, answers, said, why)
    else:
        show_doubtful_labels(comparison, said, why)


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
