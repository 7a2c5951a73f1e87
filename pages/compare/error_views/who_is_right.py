"""Who is right about which photos: the paired evidence, and the photos behind it."""

import pandas as pd
import streamlit as st

from engine.measures.answers import SIDES, matching_photos
from engine.measures.comparison import Comparison
from engine.measures.evidence import class_differences
from engine.views.charts.evidence import difference_chart
from engine.views.looks import Look, mid_sentence
from engine.views.sentences import errors as sentences
from engine.views.sentences.verdict import verdict, what_does_not_follow
from pages.compare.error_views.answers import PHOTOS_A_PAGE, first_page
from pages.ui.answers import show_answer_pages
from pages.ui.chart import show
from pages.ui.older_links import accept_older, older_titles
from pages.ui.outcomes import outcome_tiles
from pages.ui.tables import csv_button
from pages.ui.why import Why


def who_is_right(
    comparison: Comparison, looks: dict[str, Look], split: str, why: Why | None
) -> None:
    """How often both, one or none is right, what follows from it, and the photos behind it."""
    pairs, evidence = comparison.pairs_of(split), comparison.evidence_of(split)
    outcome_tiles(evidence.counts, looks)
    st.markdown(verdict(evidence, split, looks))
    st.caption(what_does_not_follow(comparison, looks))
    outcome_photos(comparison, looks, pairs, why)
    differences = class_differences(pairs)
    show(difference_chart(differences, looks), key="class_differences")
    st.caption(sentences.class_differences_in_words(looks))
    csv_button(differences, f"class-differences-{split}")


@st.fragment
def outcome_photos(
    comparison: Comparison, looks: dict[str, Look], pairs: pd.DataFrame, why: Why | None
) -> None:
    """The photos of one of the four outcomes."""
    titles = sentences.outcome_titles(looks)
    older = {
        f"Only {mid_sentence(one)} right": f"Only {mid_sentence(now)} right"
        for one, now in older_titles(comparison.sides, looks).items()
    }
    accept_older("outcome", list(titles.values()), older)
    title = st.segmented_control(
        "Show the photos of",
        list(titles.values()),
        default=titles["only right"],
        required=True,
        key="outcome",
        bind="query-params",
        on_change=first_page,
        args=("outcome_page",),
    )
    (outcome,) = (name for name, one in titles.items() if one == title)
    photos = matching_photos(pairs[pairs["outcome"] == outcome], SIDES, None, None)
    if photos.empty:
        st.markdown("There is no such photo in this split.")
    else:
        data_set = comparison.data_set
        show_answer_pages(data_set, photos, looks, "outcome_page", PHOTOS_A_PAGE, why)
