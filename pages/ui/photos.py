"""Photos on a page: a grid that wraps on a phone, and the notice where they are missing."""

from collections.abc import Callable, Iterable

import streamlit as st

from engine import jobs
from engine.data import CATALOG, DataSet
from engine.data.catalog import CatalogEntry
from engine.disk.read_only import is_read_only
from engine.errors import EngineError
from pages.ui import cache
from pages.ui.text import plain

#: Pixels; two fit beside each other on a phone.
PHOTO_WIDTH = 150
#: Seconds between two looks at how far the photos are.
_EVERY = 1.0


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
            f":material/no_photography: **{what} need the photos of {plain(data_set.title)}, "
            "which are not on this machine.** Everything else on this page works without them."
        )
        entry = CATALOG.get(data_set.name)
        if entry is None:
            st.markdown(
                "Import them again at a terminal, from the folder or file they came from, "
                f"then reload this page:\n```\npython -m engine data PATH_OF_{data_set.name}\n```"
            )
        elif is_read_only():
            st.markdown(
                "Bringing them is off on this page, which only shows; on a machine of your own "
                "the project brings them at the press of a button."
            )
        else:
            state = jobs.bringing(entry.name)
            running = state is not None and state.running
            # Only while there is something to watch does the page ask again by itself.
            st.fragment(_bring, run_every=_EVERY if running else None)(entry, running)
    return False


def photo_grid(
    data_set: DataSet,
    image_ids: Iterable[str],
    captions: Iterable[str],
    width: int = PHOTO_WIDTH,
    choose: tuple[str, str, Callable[[str], None]] | None = None,
    picture: Callable[[str], bytes] | None = None,
) -> None:
    """Photos side by side, each above its caption (Markdown), as many a row as there is room.

    A photo that can no longer be read is replaced by the reason.

    Args:
        data_set: The data set, with its photos.
        image_ids: The photos.
        captions: Markdown below each.
        width: Pixels of each.
        choose: Label and icon of a button below each photo, and what is called with the photo's
            `image_id` when it is pressed, before the page runs again.
        picture: Gives a JPEG for an `image_id`, in place of the photo itself.
    """
    with st.container(horizontal=True, gap="small"):
        for image_id, caption in zip(image_ids, captions, strict=True):
            if choose is None:
                # One element a photo: each costs a browser milliseconds.
                _photo(data_set, image_id, caption, width, picture)
                continue
            label, icon, callback = choose
            with st.container(width=width, gap="xsmall", horizontal_alignment="center"):
                if _photo(data_set, image_id, caption, width, picture):
                    st.button(
                        label,
                        icon=icon,
                        key=f"choose_{image_id}",
                        type="tertiary",
                        on_click=callback,
                        args=(image_id,),
                    )


def _photo(
    data_set: DataSet,
    image_id: str,
    caption: str,
    width: int,
    picture: Callable[[str], bytes] | None,
) -> bool:
    """One photo above its caption, or the reason why there is none; whether there is one."""
    try:
        # Twice as many pixels as shown: phones and projectors have dense screens.
        photo = picture(image_id) if picture else cache.photo_jpeg(data_set, image_id, 2 * width)
    except EngineError as error:
        st.caption(f":material/broken_image: {plain(str(error))}  \n{caption}", width=width)
        return False
    st.image(photo, caption, width=width)
    return True


def _bring(entry: CatalogEntry, was_running: bool) -> None:
    """The button; while the photos come, how far they are; at the end, the whole page anew."""
    state = jobs.bringing(entry.name)
    if state is not None and state.running:
        st.progress(
            state.share or 0.0,
            text=f"{plain(state.message)}. The photos appear here when all have come.",
        )
        return
    if was_running:
        st.rerun()
    if state is not None and state.problem:
        st.error(plain(state.problem), icon=":material/error:")
    if st.button(
        f"Bring the photos ({entry.photos:,})",
        icon=":material/download:",
        key=f"bring_{entry.name}",
    ):
        try:
            jobs.start_bringing(entry.name)
        except EngineError as error:
            st.error(plain(str(error)), icon=":material/error:")
        else:
            st.rerun()
