"""The knobs of section 2 of the page Train: from boxes and sliders to a recipe for each model."""

import dataclasses

import streamlit as st

from engine.recipes.config import HEADS, Augmentation, Recipe, with_epochs, with_learning_rate
from engine.recipes.presets import PRESETS
from engine.views.charts.theme import TITLES, coloured

#: Filters of the first convolution layer of the preset; each further layer has twice as many.
_FIRST_FILTERS = PRESETS["scratch"].filters[0]
_LEARNING_RATES = (1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3)


def choose_recipe(model: str) -> Recipe:
    """The knobs of a model, starting from its preset, and the recipe they give.

    Raises:
        EngineError: If they do not go together.
    """
    preset = PRESETS[model]
    with st.container(border=True):
        st.markdown(f"**{coloured(model, TITLES[model])}**")
        recipe = _common(model, preset)
        return _of_scratch(recipe) if model == "scratch" else _of_resnet50(recipe)


def _common(model: str, preset: Recipe) -> Recipe:
    def key(name: str) -> str:
        return f"{model}_{name}"

    epochs = st.slider(
        "Epochs",
        1,
        100,
        preset.epochs,
        key=key("epochs"),
        help="How often each photo is learnt from. The best epoch on the validation photos is "
        "kept, so that too many cost time and nothing else."
        + (" The first 40 % train the head alone." if model == "resnet50" else ""),
    )
    batch_size = st.select_slider(
        "Batch size", (8, 16, 32, 64), preset.batch_size, key=key("batch_size")
    )
    learning_rate = st.select_slider(
        "Learning rate",
        _LEARNING_RATES,
        preset.phases[0].learning_rate,
        format_func=lambda rate: f"{rate:g}",
        key=key("learning_rate"),
        help="Of the first phase; fine-tuning takes a tenth." if model == "resnet50" else None,
    )
    dropout = st.slider(
        "Dropout",
        0.0,
        0.8,
        preset.dropout,
        0.01 if preset.dropout % 0.1 else 0.1,
        key=key("dropout"),
        help="The share of numbers that each step leaves out, against learning by heart.",
    )
    rotation = st.slider(
        "Rotation of the training photos (±°)",
        0,
        180,
        round(360 * preset.augmentation.rotation),
        key=key("rotation"),
    )
    zoom = st.slider(
        "Zoom of the training photos (±%)",
        0,
        50,
        round(100 * preset.augmentation.zoom),
        key=key("zoom"),
    )
    recipe = with_learning_rate(with_epochs(preset, epochs), learning_rate)
    return dataclasses.replace(
        recipe,
        batch_size=batch_size,
        dropout=dropout,
        augmentation=Augmentation(rotation / 360, zoom / 100),
    )


def _of_scratch(recipe: Recipe) -> Recipe:
    layers = st.slider(
        "Convolution layers",
        1,
        5,
        len(recipe.filters),
        key="scratch_layers",
        help=f"{_FIRST_FILTERS} filters in the first, twice as many in each further one.",
    )
    normalise = st.toggle(
        "Batch normalisation",
        recipe.batch_normalisation,
        key="scratch_normalise",
        help="The report tried it and left it out: validation accuracy swung.",
    )
    return dataclasses.replace(
        recipe,
        filters=tuple(_FIRST_FILTERS * 2**layer for layer in range(layers)),
        batch_normalisation=normalise,
    )


def _of_resnet50(recipe: Recipe) -> Recipe:
    head = st.segmented_control(
        "Head",
        HEADS,
        default=recipe.head,
        required=True,
        key="resnet50_head",
        help="What becomes of the last maps: their averages (2.1 million weights), or all of "
        "them one after the other, as in the report (102.8 million).",
    )
    return dataclasses.replace(recipe, head=head)
