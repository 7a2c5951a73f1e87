"""Who is right about which photos: the paired evidence, and the photos behind it."""

import pandas as pd
import streamlit as st

from dashboard.compare.error_views.answers import PHOTOS_A_PAGE, first_page
from dashboard.ui.answers import show_answer_pages
from dashboard.ui.chart import show
from dashboard.ui.frame import Comparison
from dashboard.ui.outcomes import outcome_tiles
from dashboard.ui.tables import csv_button
from dashboard.ui.why import Why
from engine.measures.answers import SIDES, matching_photos
from engine.measures.evidence import class_differences, paired_evidence
from engine.views.charts.evidence import difference_chart
from engine.views.looks import side_looks
from engine.views.sentences import errors as sentences
from engine.views.sentences.errors import OUTCOME_TITLES
from engine.views.sentences.verdict import WHAT_DOES_NOT_FOLLOW, verdict


def who_is_right(comparison: Comparison, pairs: pd.DataFrame, split: str, why: Why | None) -> None:
    """How often both, one or none is right, what follows from it, and the photos behind it."""
    evidence = paired_evidence(pairs)
    outcome_tiles(evidence.counts)
    st.markdown(verdict(evidence, split))
    st.caption(WHAT_DOES_NOT_FOLLOW)
    outcome_photos(comparison, pairs, why)
    differences = class_differences(pairs)
    show(difference_chart(differences, side_looks(comparison.runs)), key="class_differences")
    st.caption(sentences.CLASS_DIFFERENCES)
    csv_button(differences, f"class-differences-{split}")


@st.fragment
def outcome_photos(comparison: Comparison, pairs: pd.DataFrame, why: Why | None) -> None:
    """The photos of one of the four outcomes."""
    title = st.segmented_control(
        "Show the photos of",
        list(OUTCOME_TITLES.values()),
        default=OUTCOME_TITLES["only right"],
        required=True,
        key="outcome",
        bind="query-params",
        on_change=first_page,
        args=("outcome_page",),
    )
    (outcome,) = (name for name, one in OUTCOME_TITLES.items() if one == title)
    photos = matching_photos(pairs[pairs["outcome"] == outcome], SIDES, None, None)
    if photos.empty:
        st.markdown("There is no such photo in this split.")
    else:
        sides = side_looks(comparison.runs)
        show_answer_pages(comparison.data_set, photos, sides, "outcome_page", PHOTOS_A_PAGE, why)
