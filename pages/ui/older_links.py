"""Links that were made when a choice had another name."""

from collections.abc import Mapping, Sequence

import streamlit as st

from engine.runs import Run
from engine.views.looks import Look, look_of_model


def older_titles(sides: Mapping[str, Run], looks: Mapping[str, Look]) -> dict[str, str]:
    """Today's short title of each run by that of its model, which stood for it before.

    Args:
        sides: The run of each side. Of two runs of one model the left one is meant.
        looks: Its look.
    """
    return {
        look_of_model(run.model).short_title: looks[side].short_title
        for side, run in reversed(sides.items())
    }


def accept_older(key: str, options: Sequence[str], older: Mapping[str, str]) -> None:
    """Let a link choose by the name that an option had before; called before its box is drawn.

    Args:
        key: Name of the address parameter and of the box.
        options: The names of today.
        older: Today's name of each older one.
    """
    asked = st.query_params.get(key)
    if asked not in options and older.get(asked) in options:
        st.session_state[key] = older[asked]
