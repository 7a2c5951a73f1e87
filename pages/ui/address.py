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

DATA_SET = "data_set"
#: Both runs that are compared, `left~right`, in one parameter: so a swap is one step back. No name
#: of a run holds the sign between them; a side that is empty has its default.
RUNS, _BETWEEN = "runs", "~"
#: What a link may say instead: one side alone, and the names of a time when each side belonged to
#: one model.
_LEFT, _RIGHT = ("left", "run_scratch"), ("right", "run_resnet50")
#: The address parameters that every page reads, and that go along from page to page.
SHARED = (DATA_SET, RUNS, *_LEFT, *_RIGHT)
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


def asked_runs(options: Sequence[str]) -> tuple[str | None, str | None]:
    """The runs that the address asks for, left and right; None where it asks for no option.

    Args:
        options: Names of the runs there are.
    """
    said = st.session_state[_SHARED]
    asked = said[RUNS].partition(_BETWEEN)[::2]
    if not said[RUNS]:
        asked = [next(filter(None, map(said.get, keys)), "") for keys in (_LEFT, _RIGHT)]
    left, right = (name if name in options else None for name in asked)
    return left, right


def pair(left: str, right: str) -> str:
    """What `RUNS` says of two runs; an empty name leaves that side its default."""
    return f"{left}{_BETWEEN}{right}"


def replace_run(name: str, new_name: str) -> None:
    """Where the address asks for a run, let it ask for another.

    Args:
        name: Name of the run.
        new_name: Name of the other one; empty where it is to ask for none.
    """
    said = st.session_state[_SHARED]
    asked = said[RUNS].partition(_BETWEEN)[::2]
    if name in asked:
        choose(RUNS, pair(*(new_name if one == name else one for one in asked)))
    for key in (*_LEFT, *_RIGHT):
        if said[key] == name:
            choose(key, new_name)


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
