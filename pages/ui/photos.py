"""Photos on a page: a grid that wraps on a phone, and the notice where they are missing."""

from collections.abc import Iterable

import streamlit as st

from engine import jobs
from engine.data import CATALOG, DataSet
from engine.errors import EngineError
from pages.ui import cache

#: Pixels; two fit beside each other on a phone.
PHOTO_WIDTH = 150


def photos_here(data_set: DataSet, what: str) -> bool:
    """Whether the photos are on this machine; if not, say so once and offer to bring them.

    Args:
        data_set: The data set.
        what: What the page cannot show without them, as the subject of a sentence:
            "The photos behind the errors".
    """
    if data_set.has_photos:
        return True
    with st.container(border=True):
        st.markdown(
            f":material/no_photography: **{what} need the photos of {data_set.title}, "
            "which are not on this machine.** Everything else on this page works without them."
        )
        entry = CATALOG.get(data_set.name)
        if entry is None:
            st.markdown(f"Import them again: `python -m engine data FOLDER_OF_{data_set.name}`")
        else:
            _bring(data_set.name, f"{entry.photos:,} photos, {entry.licence}")
    return False


def photo_grid(
    data_set: DataSet, image_ids: Iterable[str], captions: Iterable[str], width: int = PHOTO_WIDTH
) -> None:
    """Photos side by side, each above its caption (Markdown), as many a row as there is room.

    A photo that can no longer be read is replaced by the reason.
    """
    with st.container(horizontal=True, gap="small"):
        for image_id, caption in zip(image_ids, captions, strict=True):
            with st.container(width=width, gap="xsmall"):
                try:
                    # Twice as many pixels as shown: phones and projectors have dense screens.
                    photo = cache.photo_jpeg(data_set.photo_path(image_id), 2 * width)
                except EngineError as error:
                    st.caption(f":material/broken_image: {error}")
                else:
                    st.image(photo, width="stretch")
                st.caption(caption)


@st.fragment(run_every=1.0)
def _bring(name: str, about: str) -> None:
    """The button, and while the photos come, how far they are."""
    state = jobs.bringing(name)
    if state is not None and state.running:
        st.progress(state.share or 0.0, text=state.message)
        return
    if cache.data_set(name).has_photos:
        st.rerun()
    if state is not None and state.error:
        st.error(state.error, icon=":material/error:")
    if st.button(f"Bring the photos ({about})", icon=":material/download:", key=f"bring_{name}"):
        jobs.start_bringing(name)
        st.rerun(scope="fragment")
