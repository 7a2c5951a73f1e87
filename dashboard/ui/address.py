"""What all pages share stands in the address and goes along from page to page.

By hand, and not with Streamlit's `bind="query-params"`, which serves choices within a page: at a
change of page it drops a bound parameter from the address, and forgets a value that came from
there.
"""

from collections.abc import Sequence

import streamlit as st

DATA_SET = "data_set"


def run_key(model: str) -> str:
    """The address parameter of the chosen run of a model."""
    return f"run_{model}"


def shared_parameters() -> dict[str, str]:
    """The parameters of this page's address that every other page reads, too."""
    return {
        key: st.query_params[key]
        for key in st.query_params
        if key == DATA_SET or key.startswith(run_key(""))
    }


def address_box(
    label: str,
    options: Sequence[str],
    first: str,
    key: str,
    always: bool = False,
    help: str | None = None,
) -> str:
    """A box whose choice stands in the address.

    Args:
        label: What is chosen.
        options: The choices, at least one.
        first: Which of them is chosen where the address says nothing that could be.
        key: Name of the address parameter and of the box.
        always: Whether `first` is written into the address, too, because it differs by machine.
            Each writing is a step of the browser's way back, so it is done where it must be.
        help: What the question mark says.
    """
    asked = st.query_params.get(key)
    if asked in options:
        st.session_state[key] = asked
    elif not always or st.session_state.get(key) not in options:
        st.session_state[key] = first  # the address alone decides, so that links are faithful
    chosen = st.selectbox(label, options, key=key, on_change=_into_address, args=(key,), help=help)
    if asked != chosen and (always or asked is not None):
        choose(key, chosen)
    return chosen


def choose(key: str, value: str) -> None:
    """Choose for the visitor, before or after the box is drawn; it shows at the next run."""
    st.query_params[key] = value


def file_name(content: str) -> str:
    """What a file about the chosen data set is called, without its ending: `clothing-accuracy`."""
    return f"{st.query_params.get(DATA_SET, 'data-set')}-{content.replace('_', '-')}"


def _into_address(key: str) -> None:
    choose(key, st.session_state[key])
