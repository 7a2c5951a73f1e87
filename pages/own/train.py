"""Train: photos of one's own, from bringing them to a trained model."""

import streamlit as st

from engine import jobs
from engine.disk.read_only import is_read_only
from pages.own.training.photos import show_photos
from pages.own.training.settings import show_settings
from pages.own.training.watch import show_trainings
from pages.ui.frame import open_page
from pages.ui.navigation import LIVE_PREDICTION, TRAIN, link

INTRODUCTION = (
    "Bring photos of your own, or take those of the sidebar, and watch both models learn them."
)


def main() -> None:
    comparison = open_page(TRAIN, INTRODUCTION)
    if is_read_only():
        _only_shows()
        return
    # What has been chosen makes room for what is watched.
    trainings = jobs.trainings()
    watching = any(one.data_set == comparison.data_set.name for one in trainings)
    show_photos(comparison.data_set, folded=watching)
    show_settings(comparison.data_set, folded=watching)
    show_trainings(comparison.data_set, trainings)


def _only_shows() -> None:
    st.info(
        "**This is off here.** This copy of the project only shows: nobody can bring photos, train "
        "or remove anything, and nothing is written. On a machine of your own it takes one line "
        "to start, with everything on.",
        icon=":material/lock:",
    )
    link(LIVE_PREDICTION, "Live prediction works here, too, with a photo of yours")


main()
