"""Photos with what runs said about them: a grid, or a table where they are not here."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from engine.data import DataSet
from engine.text import percent
from engine.views.looks import Look
from pages.ui.photos import photo_grid
from pages.ui.tables import show_sortable
from pages.ui.text import plain
from pages.ui.why import Why


def answer_caption(photo: pd.Series, looks: Mapping[str, Look]) -> str:
    """True label, and each run's answer with its probability and whether it is right.

    Args:
        photo: A row of `engine.measures.answers.answers_table`.
        looks: The look of the run of each side that it has an answer of.
    """
    lines = [f"**{plain(photo['true'])}**"]
    for side, look in looks.items():
        said = photo[f"predicted_{side}"]
        mark = ":green[**✓**]" if said == photo["true"] else ":red[**✗**]"
        probability = percent(photo[f"probability_{side}"], digits=0)
        lines.append(look.marked(f"{plain(said)} {probability} {mark}"))
    return "  \n".join(lines)


def show_answers(
    data_set: DataSet,
    photos: pd.DataFrame,
    looks: Mapping[str, Look],
    key: str,
    why: Why | None = None,
) -> None:
    """Photos with what runs say about each; a table where the photos are not here.

    Args:
        data_set: The data set.
        photos: Rows of `engine.measures.answers.answers_table`.
        looks: The look of the run of each side whose answers to show.
        key: Key of the table, unique on the page.
        why: What to lay over the photos.
    """
    if data_set.has_photos:
        captions = [answer_caption(photo, looks) for _, photo in photos.iterrows()]
        if why is None:
            photo_grid(data_set, photos["image_id"], captions)
            return
        with st.spinner("Asking the model for its reasons"):
            photo_grid(
                data_set, photos["image_id"], captions, picture=why.picture(data_set, photos)
            )
        return
    titles, settings = {"true": "True label"}, {}
    for side, look in looks.items():
        probability = f"{look.short_title} sure"
        titles[f"predicted_{side}"] = look.marked(look.short_title)
        titles[f"probability_{side}"] = probability
        settings[probability] = st.column_config.NumberColumn(format="percent")
    titles["image_id"] = "Photo"
    table = photos[list(titles)].rename(columns=titles)
    show_sortable(table, photos, f"answers-{key}", hide_index=True, column_config=settings, key=key)


def show_answer_pages(
    data_set: DataSet,
    photos: pd.DataFrame,
    looks: Mapping[str, Look],
    key: str,
    a_page: int,
    why: Why | None = None,
) -> None:
    """`show_answers` of `a_page` photos at a time; the page is in the address as `key`."""
    pages, page = -(-len(photos) // a_page), 1
    if pages > 1:
        page = st.pagination(pages, key=key, bind="query-params")
    shown = photos.iloc[(page - 1) * a_page : page * a_page]
    show_answers(data_set, shown, looks, f"{key}_table", why)
