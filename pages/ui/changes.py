"""Buttons that change something on the disk: what they did, and why they could not."""

from collections.abc import Callable

import streamlit as st

from engine.errors import EngineError
from pages.ui.text import plain

_DONE, _REFUSED = "changed", "not_changed"


def say_done(sentence: str) -> None:
    """Keep a sentence for the next time the page is drawn."""
    st.session_state[_DONE] = sentence


def show_done() -> None:
    """What the last button did, once."""
    if done := st.session_state.pop(_DONE, None):
        st.success(plain(done), icon=":material/check:")


def attempt(what: str, work: Callable[[], object]) -> bool:
    """Do what a button says.

    Args:
        what: Which button, for `show_refusal`.
        work: What it does.

    Returns:
        Whether it worked; if not, `show_refusal` says why.
    """
    try:
        work()
    except EngineError as error:
        st.session_state[_REFUSED] = (what, str(error))
        return False
    return True


def show_refusal(what: str) -> None:
    """Why the button could not do it, once, where it stands."""
    if st.session_state.get(_REFUSED, ("",))[0] == what:
        st.error(plain(st.session_state.pop(_REFUSED)[1]), icon=":material/error:")
