"""Data set: what the models learn from, photo by photo, and how augmentation varies it."""

import sys

import pandas as pd
import streamlit as st

from engine.data import DataSet
from engine.errors import EngineError
from engine.measures.comparison import Comparison
from engine.models.specs import SPECS
from engine.recipes.config import SPLITS
from engine.recipes.recipe import Augmentation, Recipe
from engine.views.charts.data_set import class_chart, photos_per_class
from engine.views.looks import Look, look_of_model, looks_of
from pages.ui import cache
from pages.ui.chart import show
from pages.ui.data_check import show_data_check
from pages.ui.frame import open_page
from pages.ui.navigation import DATA_SET
from pages.ui.photos import photo_grid, photos_here
from pages.ui.tables import show_sortable
from pages.ui.text import plain

INTRODUCTION = (
    "The photos both models learn from (train), the photos that choose each model's best epoch "
    "(validation), and the photos that only test the result (test)."
)
PHOTOS, AUGMENTATION, CHECK = "Photos", "Augmentation preview", "Data check"
ALL = "All"
#: Three rows at 1280 px; each photo takes a browser 10 ms.
PHOTOS_A_PAGE = 15
#: Pixels on the page for each pixel a model sees, and between photos.
SCALE, GAP = 170 / 300, 16
#: Draws that can be told apart in the address; more than anyone presses.
DRAWS = 10_000


def main() -> None:
    comparison = open_page(DATA_SET, INTRODUCTION)
    data_set = comparison.data_set
    _about(data_set)
    _counts(data_set)
    photos, augmentation, check = st.tabs(
        [PHOTOS, AUGMENTATION, CHECK], key="view", bind="query-params", on_change="rerun"
    )
    # Only what is looked at runs: the preview loads Keras, the check scikit-learn.
    if photos.open:
        with photos:
            if photos_here(data_set, "The photo browser and the augmentation preview"):
                _browse(data_set)
    if augmentation.open:
        with augmentation:
            if photos_here(data_set, "The photo browser and the augmentation preview"):
                _preview(comparison)
    if check.open:
        with check:
            show_data_check(comparison)


def _about(data_set: DataSet) -> None:
    source = plain(data_set.source)
    if data_set.source.startswith(("http://", "https://")):
        source = f"[{source}]({data_set.source})"
    counts = data_set.photos["split"].value_counts()
    sizes = ", ".join(f"{counts.get(split, 0):,} {split}" for split in SPLITS)
    st.markdown(
        f"**{plain(data_set.title)}**: {plain(data_set.description).rstrip('.')} · "
        f"{len(data_set.photos):,} photos of {len(data_set.class_names)} classes ({sizes}) · "
        f"licence: {plain(data_set.licence)} · source: {source}"
    )
    if data_set.attribution:
        st.caption(f"Photos: {plain(data_set.attribution)}")


def _counts(data_set: DataSet) -> None:
    counts = photos_per_class(data_set.photos)
    show(class_chart(counts), key="photos_per_class")
    most, fewest = counts.index[0], counts.index[-1]
    if counts["total"].iloc[0] > counts["total"].iloc[-1]:
        st.markdown(
            f"There are {counts['total'].iloc[0]:,} photos of **{plain(most)}** but only "
            f"{counts['total'].iloc[-1]:,} of **{plain(fewest)}**: the fewer photos a class has, "
            "the harder it is to learn from scratch, and the less sure is its score."
        )
    table = st.expander(
        "The numbers as a table", icon=":material/table:", key="numbers", on_change="rerun"
    )
    # A closed table would be drawn, too, and keep the page waiting.
    if table.open:
        with table:
            show_sortable(
                counts.rename_axis("class").rename(columns=str.capitalize),
                counts.reset_index(),
                "photos-per-class",
            )
    if data_set.unreadable:
        count = len(data_set.unreadable)
        with st.expander(
            f"{count:,} {'file was' if count == 1 else 'files were'} left out",
            icon=":material/broken_image:",
        ):
            left_out = pd.DataFrame(data_set.unreadable, columns=["File", "Why it was left out"])
            show_sortable(left_out, left_out, "left-out", hide_index=True)


def _browse(data_set: DataSet) -> None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        class_name = st.selectbox(
            "Class",
            data_set.class_names,
            index=None,
            placeholder="All classes",
            key="class",
            bind="query-params",
            persist_state="page",
            on_change=_first_page,
            width=240,
        )
        split = st.segmented_control(
            "Split",
            [ALL, *(one.capitalize() for one in SPLITS)],
            default=ALL,
            required=True,
            key="split",
            bind="query-params",
            persist_state="page",
            on_change=_first_page,
        )
    split = split or ALL  # an empty value in the address empties the choice
    found = _filtered(data_set, class_name, split)
    if found.empty:
        st.info("There is no such photo: choose another class or split.")
        return
    pages = -(-len(found) // PHOTOS_A_PAGE)
    page = 1
    if pages > 1:
        if st.session_state.get("page", 1) > pages:  # another data set was chosen
            _first_page()
        page = st.pagination(pages, key="page", bind="query-params", persist_state="page")
    shown = found.iloc[(page - 1) * PHOTOS_A_PAGE : page * PHOTOS_A_PAGE]
    first = (page - 1) * PHOTOS_A_PAGE + 1
    st.caption(f"Photos {first:,} to {first + len(shown) - 1:,} of {len(found):,}")
    captions = [
        f"**{plain(photo.class_name)}** · {photo.split}"
        if split == ALL
        else plain(photo.class_name)
        for photo in shown.itertuples()
    ]
    photo_grid(
        data_set,
        shown["image_id"],
        captions,
        choose=("Augment", ":material/rotate_right:", _choose),
    )


def _filtered(data_set: DataSet, class_name: str | None, split: str) -> pd.DataFrame:
    photos = data_set.photos
    if class_name is not None:
        photos = photos[photos["class_name"] == class_name]
    if split != ALL:
        photos = photos[photos["split"] == split.lower()]
    return photos


def _first_page() -> None:
    st.session_state["page"] = 1


def _choose(image_id: str) -> None:
    """Show the augmentation of this photo."""
    st.query_params["photo"] = image_id
    st.session_state["view"] = AUGMENTATION


def _preview(comparison: Comparison) -> None:
    data_set = comparison.data_set
    st.markdown(
        "In every epoch each training photo is turned and zoomed anew, by chance, up to the "
        "limits below. No model ever gets quite the same picture twice, so it cannot learn the "
        "photos by heart: it has to learn what the classes look like. **Validation and test "
        "photos are never augmented**, so that scores are about photos as they are."
    )
    recipes, looks = _recipes(comparison)
    image_id = _chosen_photo(data_set)
    draw = _chosen_draw()
    left, right = st.columns([1, 2], gap="large")
    with left:
        _original(data_set, image_id)
    with right:
        augmentation = _limits(recipes, looks)
        st.button(
            "Draw again",
            icon=":material/casino:",
            on_click=_set_draw,
            args=(draw + 1,),
            key="again",
        )
    try:
        loading = "keras" not in sys.modules
        with st.spinner("Loading Keras (a few seconds, once)" if loading else "Drawing variants"):
            variants = {
                name: cache.augmented_jpegs(
                    data_set, image_id, recipe.image_size, augmentation, draw
                )
                for name, recipe in recipes.items()
            }
    except EngineError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    for name, jpegs in variants.items():
        size, look = recipes[name].image_size, looks[name]
        st.markdown(f"**{look.marked(plain(look.title))}** sees {size} × {size} pixels")
        # On the same scale, so that less pixels look smaller; four a row, two on a phone.
        width = round(SCALE * size)
        with st.container(horizontal=True, gap="small", width=4 * width + 3 * GAP):
            for jpeg in jpegs:
                st.image(jpeg, width=width)
    st.caption(
        "Both models get the same turns and zooms here, made by the Keras layers that train; "
        "corners that a turn uncovers are filled with the photo's own reflection. A "
        "model sees the middle square of a photo."
    )


def _recipes(comparison: Comparison) -> tuple[dict[str, Recipe], dict[str, Look]]:
    """The recipe and the look of each run, and of presets where two runs are not there yet."""
    recipes = {name: run.config.recipe for name, run in comparison.runs.items()}
    looks = looks_of(comparison.runs)
    if len(comparison.all_runs) < 2:
        trained = {run.model for run in comparison.all_runs}
        for model in [one for one in SPECS if one not in trained][: 2 - len(trained)]:
            recipes[model], looks[model] = SPECS[model].preset, look_of_model(model)
    return recipes, looks


def _original(data_set: DataSet, image_id: str) -> None:
    photo = data_set.photos.set_index("image_id").loc[image_id]
    caption = f"**{plain(photo['class_name'])}** · {photo['split']}"
    photo_grid(
        data_set,
        [image_id],
        [f"{caption} · {photo['width']} × {photo['height']} pixels"],
        width=240,
    )
    same = data_set.photos["image_id"][data_set.photos["class_name"] == photo["class_name"]]
    position = (same.tolist().index(image_id) + 1) % len(same)
    st.button(
        f"Next {plain(photo['class_name'])}",
        icon=":material/skip_next:",
        on_click=_set_photo,
        args=(same.iloc[position],),
        key="next_photo",
    )


def _limits(recipes: dict[str, Recipe], looks: dict[str, Look]) -> Augmentation:
    """The sliders: how far at the most."""
    trained = {name: recipe.augmentation for name, recipe in recipes.items()}
    default = next(iter(trained.values()))
    degrees = st.slider(
        "Largest turn, either way",
        min_value=0,
        max_value=180,
        value=min(180, round(360 * default.rotation)),
        format="%d°",
        key="turn",
        bind="query-params",
        persist_state="page",
    )
    percent = st.slider(
        "Largest zoom, in or out",
        min_value=0,
        max_value=90,
        value=round(100 * default.zoom),
        format="%d %%",
        key="zoom",
        bind="query-params",
        persist_state="page",
    )
    in_words = {
        name: f"±{360 * one.rotation:.0f}° and ±{100 * one.zoom:.0f} %"
        for name, one in trained.items()
    }
    if len(set(in_words.values())) == 1:
        both = "Both models trained" if len(in_words) > 1 else "The model trained"
        st.caption(f"{both} with {next(iter(in_words.values()))}.")
    else:
        each = ", ".join(
            f"{plain(looks[name].short_title)} with {words}" for name, words in in_words.items()
        )
        st.caption(f"They trained with different limits: {each}.")
    return Augmentation(rotation=degrees / 360, zoom=percent / 100)


def _chosen_photo(data_set: DataSet) -> str:
    """The photo in the address, or the first one to train on."""
    wanted = st.query_params.get("photo")
    image_ids = data_set.photos["image_id"]
    if wanted is not None and (image_ids == wanted).any():
        return wanted
    if wanted is not None:
        st.warning(
            "The photo in the address is not one of this data set; here is another one.",
            icon=":material/warning:",
        )
    return image_ids[data_set.photos["split"] == "train"].iloc[0]


def _set_photo(image_id: str) -> None:
    st.query_params["photo"] = image_id


def _chosen_draw() -> int:
    """The number of the draw in the address: the seed."""
    wanted = st.query_params.get("draw", "")
    return int(wanted) % DRAWS if wanted.isascii() and wanted.isdecimal() and len(wanted) < 9 else 0


def _set_draw(draw: int) -> None:
    st.query_params["draw"] = str(draw % DRAWS)


main()
