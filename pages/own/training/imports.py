"""An import on the page: it is started, watched, and its result is chosen in the sidebar.

How far it is stands on disk, so that a reload of the page, or another visitor, sees it, too.
"""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from engine import jobs
from engine.data import list_data_sets
from engine.errors import EngineError
from pages.ui.address import DATA_SET, choose
from pages.ui.text import plain

#: Seconds between two looks at how far the import is.
_EVERY = 1.0
#: In the session: whether this visitor saw an import running, and so waits for its photos.
_WAITING = "waiting_for_import"


def start_import(keep: Callable[[], Path]) -> None:
    """Start an import, and show the page anew; or say in a sentence why not.

    Args:
        keep: Keeps what is to be imported on disk, and says where.
    """
    try:
        with st.spinner("Keeping the photos on this machine"):
            jobs.start_import(keep())
    except EngineError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    st.session_state[_WAITING] = True
    st.rerun()


def show_import(shown: str) -> bool:
    """How far the import is or how it ended; whether it runs.

    Who has waited for it gets its photos: the sidebar chooses them, once.

    Args:
        shown: Name of the data set that the sidebar shows.
    """
    state = jobs.importing()
    if state is None:
        return False
    if state.running:
        st.session_state[_WAITING] = True
        st.fragment(_watch, run_every=_EVERY)()
        return True
    waited = st.session_state.pop(_WAITING, False)
    if state.problem:
        source = plain(jobs.imported_from()) or "The photos"
        st.error(
            f"**{source}** could not be imported. {plain(state.problem)}",
            icon=":material/error:",
        )
        _dismiss_button()
    elif state.result in list_data_sets():  # it may have been removed since
        if waited and state.result != shown:
            choose(DATA_SET, state.result)
            st.rerun()
        _show_result(state.result, shown)
    return False


def just_imported() -> str | None:
    """Name of the data set that was imported last; None after that was dismissed."""
    state = jobs.importing()
    return state and state.result


def _watch() -> None:
    """How far the import is; at its end, the whole page anew."""
    state = jobs.importing()
    if state is None or not state.running:
        st.rerun()
    st.progress(
        state.share or 0.0,
        text=f"**{plain(jobs.imported_from())}** is being imported. {plain(state.message)}",
    )
    st.caption(
        "It goes on if you close this page. The photos are checked, shared out and made small "
        "enough for the models; then they appear in the sidebar."
    )


def _show_result(name: str, shown: str) -> None:
    here = "chosen in the sidebar" if name == shown else "one of the data sets in the sidebar"
    st.success(
        f"**{plain(jobs.imported_from())}** was imported: it is the data set "
        f"**{plain(name)}**, {here}.",
        icon=":material/check_circle:",
    )
    with st.container(horizontal=True):
        if name != shown:
            st.button(
                "Choose it",
                icon=":material/check:",
                key="choose_import",
                on_click=choose,
                args=(DATA_SET, name),
            )
        _dismiss_button()


def _dismiss_button() -> None:
    st.button(
        "Close this message",
        icon=":material/close:",
        type="tertiary",
        key="dismiss_import",
        on_click=jobs.dismiss_import,
    )
