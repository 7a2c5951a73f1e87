"""The knobs of section 2 of the page Train: from boxes and sliders to a recipe for each model.

A setting brings its own words, range and values (`engine.recipes.settings`): what is drawn by hand
here are the two that belong to the phases, and the number of layers.
"""

from typing import Any

import streamlit as st

from engine.models import ModelSpec, check_recipe, find_spec
from engine.recipes.chosen import RECIPE_SETTINGS, SETTING_TYPES, value_of, with_values
from engine.recipes.recipe import Recipe, with_epochs, with_learning_rate
from engine.recipes.settings import Setting
from engine.views.looks import look_of_model

_LEARNING_RATES = (1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3)
_MOST_LAYERS = 5


def choose_recipe(model: str) -> Recipe:
    """The knobs of a model, starting from its preset, and the recipe they give.

    Raises:
        EngineError: If they do not go together.
    """
    spec = find_spec(model)
    with st.container(border=True):
        look = look_of_model(model)
        st.markdown(f"**{look.marked(look.title)}**")
        recipe = _phases(spec)
        shown = {
            name: one
            for name, one in RECIPE_SETTINGS.items()
            if one.of_report and (name in spec.settings or not one.of_model)
        }
        chosen = {
            name: _knob(model, name, one, value_of(recipe, name)) for name, one in shown.items()
        }
    recipe = with_values(recipe, chosen)
    check_recipe(recipe)
    return recipe


def _phases(spec: ModelSpec) -> Recipe:
    """Epochs and learning rate, which several phases share."""
    preset, several = spec.preset, len(spec.preset.phases) > 1
    share = preset.phases[0].epochs / preset.epochs
    epochs = st.slider(
        "Epochs",
        1,
        100,
        preset.epochs,
        key=f"{spec.name}_epochs",
        help="How often each photo is learnt from. The best epoch on the validation photos is "
        "kept, so that too many cost time and nothing else."
        + (f" The first {share:.0%} train the head alone." if several else ""),
    )
    learning_rate = st.select_slider(
        "Learning rate",
        sorted({*_LEARNING_RATES, preset.phases[0].learning_rate}),
        preset.phases[0].learning_rate,
        format_func=lambda rate: f"{rate:g}",
        key=f"{spec.name}_learning_rate",
        help="Of the first phase; fine-tuning takes a tenth." if several else None,
    )
    return with_learning_rate(with_epochs(preset, epochs), learning_rate)


def _knob(model: str, name: str, setting: Setting, value: Any) -> Any:
    """One setting, from its value in the preset to the chosen one."""
    key, help = f"{model}_{name}", setting.help or None
    if name == "filters":
        return _layers(key, value)
    if SETTING_TYPES[name] is bool:
        return st.toggle(setting.label, value, key=key, help=help)
    if setting.choices:
        return st.segmented_control(
            setting.label, setting.choices, default=value, required=True, key=key, help=help
        )
    return st.select_slider(
        setting.label,
        sorted({*setting.offered, value}),
        value,
        format_func=lambda one: f"{one * setting.scale:g}",
        key=key,
        help=help,
    )


def _layers(key: str, filters: tuple[int, ...]) -> tuple[int, ...]:
    """The number of layers: each further one has twice as many filters as the one before."""
    first = filters[0]
    layers = st.slider(
        "Convolution layers",
        1,
        _MOST_LAYERS,
        len(filters),
        key=key,
        help=f"{first} filters in the first, twice as many in each further one.",
    )
    return tuple(first * 2**layer for layer in range(layers))
