"""The choice between the photos that chose something and those that chose nothing."""

import streamlit as st

SPLIT_TITLES = {"test": "Test", "validation": "Validation"}
_HELP = (
    "Test photos were never used before. Validation photos chose the epoch that is kept, "
    "so their numbers may be a little too good."
)


def choose_split(key: str) -> str:
    """The split whose answers are shown, in the address under `key`."""
    title = st.segmented_control(
        "Split",
        list(SPLIT_TITLES.values()),
        default=SPLIT_TITLES["test"],
        required=True,
        key=key,
        bind="query-params",
        help=_HELP,
    )
    (split,) = (name for name, one in SPLIT_TITLES.items() if one == title)
    return split
