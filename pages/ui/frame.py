"""The frame of every page: what the sidebar chooses, and the guards before the content."""

import contextlib
import os
from collections.abc import Mapping

import streamlit as st

from engine.data import CATALOG, DataSet, list_data_sets
from engine.disk import read_only
from engine.errors import EngineError
from engine.measures.comparison import Comparison, compare, networks_of
from engine.models.specs import SPECS
from engine.runs import Run, find_run_folders
from engine.views.looks import Look, look_of_model, looks_of
from engine.views.sentences.comparison import warnings
from pages.ui import cache
from pages.ui.address import (
    DATA_SET,
    RUNS,
    asked_runs,
    choose,
    pair,
    shared_box,
    shared_choice,
)
from pages.ui.chart import format_box
from pages.ui.navigation import PageLink
from pages.ui.text import plain

#: In the session: what the sidebar chose; an error where that cannot be read, None without data.
_COMPARISON = "comparison"


def chosen_data_set() -> str | None:
    """Name of the data set that the address names, or of the one that opens first; None without."""
    names = _data_set_names()
    # Which opens first takes reading them all, so only where the address does not say.
    return shared_choice(names, "", DATA_SET) or (_opens_first(names) if names else None)


def draw_sidebar(data_set: str | None) -> None:
    """Draw the boxes that all pages share, and keep what they chose for `open_page`.

    Args:
        data_set: Name of the chosen data set; None where there is none.
    """
    with st.sidebar:
        st.session_state[_COMPARISON] = data_set and _choose(data_set)


def _choose(name: str) -> Comparison | EngineError:
    shared_box(
        "Data set",
        _data_set_names(),
        name,
        DATA_SET,
        help="Everything on all pages is about this data set.",
    )
    try:
        data_set = cache.data_set(name)
    except EngineError as error:
        return error
    found, problems = cache.all_runs(name)
    comparison = _choose_runs(data_set, found, problems)
    format_box()
    return comparison


def open_page(page: PageLink, introduction: str | None = None) -> Comparison:
    """Draw a page's title, and return what the sidebar chose.

    Ends the script with one clear sentence where there is nothing to show.

    Args:
        page: Which page this is.
        introduction: One or two sentences below the title.
    """
    st.title(page.title)
    comparison = st.session_state[_COMPARISON]
    if comparison is None:
        st.info(
            "There is no data set yet. Bring one with `python -m engine data clothing`, "
            "then train with `python -m engine train clothing scratch`.",
            icon=":material/inventory_2:",
        )
        st.stop()
    if introduction:
        st.markdown(introduction)
    if isinstance(comparison, EngineError):
        st.error(str(comparison), icon=":material/error:")
        st.stop()
    for problem in comparison.problems:
        st.warning(problem, icon=":material/warning:")
    return comparison


def need_runs(comparison: Comparison, looks: Mapping[str, Look]) -> None:
    """Say what has to be known of the runs before their numbers; end the script without a run.

    Args:
        comparison: What the sidebar chose.
        looks: The look of the run of each side.
    """
    for sentence in warnings(comparison, looks):
        st.warning(plain(sentence), icon=":material/difference:")
    if len(comparison.all_runs) > 1:
        return
    trained = {run.model for run in comparison.all_runs}
    missing = [model for model in list(SPECS)[:2] if model not in trained]
    commands = "\n".join(
        f"python -m engine train {comparison.data_set.name} {model}" for model in missing
    )
    titles = " and ".join(look_of_model(model).title for model in missing)
    st.info(
        f"**{plain(comparison.data_set.title)}** has no run of {titles} yet. "
        f"Train it at a terminal, then reload this page:\n```\n{commands}\n```",
        icon=":material/model_training:",
    )
    if not comparison.runs:
        st.stop()


def take_over_secret() -> None:
    """Let `READ_ONLY` of the host's secrets count, whatever its type.

    Streamlit hands secrets on as environment variables, but not those that are true or false.
    """
    with contextlib.suppress(FileNotFoundError, KeyError):  # no secrets at all, or not this one
        os.environ[read_only.VARIABLE] = str(st.secrets[read_only.VARIABLE])


def shows_a_comparison(data_set: str) -> bool:
    """Whether a data set has the runs of two presets: then its pages show a whole comparison."""
    return len(SPECS.keys() & {folder.name for folder in find_run_folders(data_set)}) > 1


def _data_set_names() -> list[str]:
    return sorted(list_data_sets(), key=lambda name: (name not in CATALOG, name))


def _opens_first(names: list[str]) -> str:
    """Real photos where they are here, else drawn pictures, which need no network."""
    for name in names:
        try:
            data_set = cache.data_set(name)
        except EngineError:
            continue
        if name in CATALOG and data_set.has_photos and shows_a_comparison(name):
            return name
    return names[0]


def _choose_runs(data_set: DataSet, found: list[Run], problems: list[str]) -> Comparison:
    """The two runs that the address asks for, or those of the first two models; and their boxes."""
    networks = [run.name for run in networks_of(found)]
    if len(networks) < 2:  # nothing to choose
        return compare(data_set, found, problems)
    comparison = compare(data_set, found, problems, *asked_runs(networks))
    looks = looks_of(comparison.runs)
    shown = [comparison.left.name, comparison.right.name]
    for side, run in enumerate((comparison.left, comparison.right)):
        box = ("left_box", "right_box")[side]
        st.session_state[box] = run.name  # the address alone decides, so that links are faithful
        st.selectbox(
            f"{('Left', 'Right')[side]}: {looks[run.name].marked(look_of_model(run.model).title)}",
            networks,
            key=box,
            on_change=_take_run,
            args=(box, side, shown),
        )
    st.button(
        "Swap",
        icon=":material/swap_horiz:",
        key="swap",
        on_click=choose,
        args=(RUNS, pair(*reversed(shown))),
        help="All differences are those of the right run less the left one.",
    )
    return comparison


def _take_run(box: str, side: int, shown: list[str]) -> None:
    """Choose the run of a box; where it stands on the other side already, the two change places."""
    chosen = st.session_state[box]
    names = shown[::-1] if chosen == shown[1 - side] else shown
    choose(RUNS, pair(*(chosen if at == side else name for at, name in enumerate(names))))
