"""The frame of every page: what the sidebar chooses, and the guards before the content."""

import contextlib
import os
from dataclasses import dataclass

import streamlit as st

from dashboard.ui import cache
from dashboard.ui.address import DATA_SET, run_key, shared_box, shared_choice
from dashboard.ui.chart import format_box
from dashboard.ui.navigation import PageLink
from engine.data import CATALOG, DataSet, list_data_sets
from engine.disk import read_only
from engine.errors import EngineError
from engine.measures.findings import chosen_baselines
from engine.models.specs import MODELS
from engine.runs import Run, find_run_folders
from engine.views.looks import look_of_model

#: In the session: what the sidebar chose; an error where that cannot be read, None without data.
_COMPARISON = "comparison"


@dataclass(frozen=True, eq=False)
class Comparison:
    """What the sidebar chose.

    Attributes:
        data_set: The data set, with or without its photos.
        runs: The chosen run of each model, in the order of `engine.recipes.config.MODELS`; a model
            without a run is missing.
        all_runs: Every run of the two models, by model and then by name.
        baselines: The run of each baseline on these very photos, in the order of
            `engine.recipes.config.BASELINES`; of several the one named like the baseline; a
            baseline without a run is missing.
        problems: A sentence for each run that could not be read.
    """

    data_set: DataSet
    runs: dict[str, Run]
    all_runs: list[Run]
    baselines: dict[str, Run]
    problems: list[str]

    @property
    def complete(self) -> bool:
        """Whether both models have a run."""
        return len(self.runs) == len(MODELS)


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
    found = sorted(found, key=lambda run: (run.name != run.model, run.name))
    of_models = [run for model in MODELS for run in found if run.model == model]
    baselines = chosen_baselines(found, data_set.digest)
    runs = _choose_runs(of_models)
    format_box()
    return Comparison(data_set, runs, of_models, baselines, problems)


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


def need_runs(comparison: Comparison, both: bool = True) -> None:
    """Say so where runs are missing, and end the script if the page cannot do without them.

    Args:
        comparison: What the sidebar chose.
        both: Whether the page needs both models; if not, one run is enough to go on.
    """
    missing = [model for model in MODELS if model not in comparison.runs]
    if not missing:
        return
    commands = "\n".join(
        f"python -m engine train {comparison.data_set.name} {model}" for model in missing
    )
    titles = " and ".join(look_of_model(model).title for model in missing)
    st.info(
        f"**{comparison.data_set.title}** has no run of {titles} yet. "
        f"Train it at a terminal, then reload this page:\n```\n{commands}\n```",
        icon=":material/model_training:",
    )
    if both or not comparison.runs:
        st.stop()


def take_over_secret() -> None:
    """Let `READ_ONLY` of the host's secrets count, whatever its type.

    Streamlit hands secrets on as environment variables, but not those that are true or false.
    """
    with contextlib.suppress(FileNotFoundError, KeyError):  # no secrets at all, or not this one
        os.environ[read_only.VARIABLE] = str(st.secrets[read_only.VARIABLE])


def has_both_models(data_set: str) -> bool:
    """Whether a data set has the runs of both presets: then its pages show a whole comparison."""
    return set(MODELS) <= {folder.name for folder in find_run_folders(data_set)}


def _data_set_names() -> list[str]:
    return sorted(list_data_sets(), key=lambda name: (name not in CATALOG, name))


def _opens_first(names: list[str]) -> str:
    """Real photos where they are here, else drawn pictures, which need no network."""
    for name in names:
        try:
            data_set = cache.data_set(name)
        except EngineError:
            continue
        if name in CATALOG and data_set.has_photos and has_both_models(name):
            return name
    return names[0]


def _choose_runs(found: list[Run]) -> dict[str, Run]:
    """One run a model: the only one, or the one chosen in the sidebar."""
    chosen = {}
    for model in MODELS:
        names = {run.name: run for run in found if run.model == model}
        if not names:
            continue
        name = next(iter(names))
        if len(names) > 1:
            name = shared_choice(list(names), name, run_key(model))
            look = look_of_model(model)
            shared_box(look.marked(f"Run of {look.title}"), list(names), name, run_key(model))
        chosen[model] = names[name]
    return chosen
