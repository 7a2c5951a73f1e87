"""Links that were made when a choice had another name."""

from collections.abc import Mapping, Sequence

import streamlit as st


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
