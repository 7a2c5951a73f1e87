"""What is chosen stands in the address: the address decides, and one choice is one step back.

Streamlit's `bind="query-params"` on a box that a person sees would not do: each choice takes the
place of the one before in the browser's history, so no way leads back to it. Here a choice writes
into the address, which is a step, and the address is read before the box is drawn.

Streamlit's menu takes along to the next page what a text box of the entry is bound to, and nothing
else. So what all pages share is bound to boxes that nobody sees (`carry`). Each of them that is
changed is a step of its own: what one click changes together belongs into one parameter.
"""

from collections.abc import Sequence

import streamlit as st

from engine.models.specs import MODELS

DATA_SET = "data_set"


def run_key(model: str) -> str:
    """The address parameter of the chosen run of a model."""
    return f"run_{model}"


#: The address parameters that every page reads, and that go along from page to page.
SHARED = (DATA_SET, *map(run_key, MODELS))
#: In the session: what the shared parameters say, and what is to be written into them next.
_SHARED, _NEXT = "shared_parameters", "next_address"
_CARRIED = "carried"


def carry() -> None:
    """Read the shared parameters, and let them go along from page to page; before all else."""
    chosen = st.session_state.pop(_NEXT, {})
    said = {key: chosen.get(key, st.query_params.get(key, "")) for key in SHARED}
    st.session_state[_SHARED] = said
    # With what is around them, which would leave a gap.
    st.html(f"<style>:has(> .st-key-{_CARRIED}) {{display: none}}</style>")
    with st.container(key=_CARRIED):
        for key, value in said.items():
            # A link that chooses another run leaves two of them in the address, of which the last
            # counts: to tidy that up would be a step of its own.
            if key in chosen or len(st.query_params.get_all(key)) < 2:
                st.session_state[key] = value
            st.text_input(key, key=key, bind="query-params")


def shared_choice(options: Sequence[str], first: str, key: str) -> str:
    """What the address says of a shared parameter, or `first` where that is none of the options."""
    asked = st.session_state[_SHARED][key]
    return asked if asked in options else first


def shared_box(label: str, options: Sequence[str], chosen: str, key: str, **settings) -> None:
    """A box for a shared parameter, named like it with `_box` at the end.

    Args:
        label: What is chosen.
        options: The choices, at least one.
        chosen: Which of them shows: what `shared_choice` says.
        key: The parameter.
        settings: More arguments of `st.selectbox`.
    """
    box = f"{key}_box"
    st.session_state[box] = chosen
    st.selectbox(label, options, key=box, on_change=_take, args=(key, box), **settings)


def address_box(label: str, options: Sequence[str], first: str, key: str) -> str:
    """A box whose choice stands in the address of this page alone.

    Args:
        label: What is chosen.
        options: The choices, at least one.
        first: Which of them is chosen where the address says nothing that could be.
        key: Name of the address parameter and of the box.
    """
    asked = st.query_params.get(key)
    st.session_state[key] = asked if asked in options else first
    return st.selectbox(label, options, key=key, on_change=_take, args=(key, key))


def choose(key: str, value: str) -> None:
    """Choose for the visitor, before or after the box is drawn; it shows at the next run.

    Args:
        key: The address parameter.
        value: What it is to say; nothing if empty.
    """
    if key in SHARED:
        st.session_state.setdefault(_NEXT, {})[key] = value
    elif value:
        st.query_params[key] = value
    else:
        st.query_params.pop(key, None)


def file_name(content: str) -> str:
    """What a file about the chosen data set is called, without its ending: `clothing-accuracy`."""
    data_set = st.session_state.get(f"{DATA_SET}_box", "data-set")
    return f"{data_set}-{content.replace('_', '-')}"


def _take(key: str, box: str) -> None:
    choose(key, st.session_state[box])
