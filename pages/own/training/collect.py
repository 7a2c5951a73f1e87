"""Collecting photos on the page: classes are named, photos come in, bad ones are removed."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from engine.data.collections import (
    MAX_CLASSES,
    MAX_PHOTOS,
    Collection,
    create_collection,
    list_collections,
    open_collection,
)
from engine.data.folder_names import LONGEST_NAME
from engine.data.images import FILE_EXTENSIONS, MAX_BYTES, MAX_PIXELS
from engine.data.splits import SMALLEST_CLASS, photos_missing_of
from engine.errors import EngineError
from pages.own.training.imports import start_import
from pages.ui import cache
from pages.ui.text import plain

FILES, CAMERA = "Files", "Camera"
#: Pixels: three photos beside each other on a phone; and of the camera's picture.
_PHOTO_WIDTH, _CAMERA_WIDTH = 96, 480
_PHOTOS_A_PAGE = 24
#: In the session: what could not be done, and what became of the files that came last.
_PROBLEM, _REPORT = "collect_problem", "collect_report"
#: In the session: how often files came (an emptied uploader is a new one), and the last shot.
_ROUND, _SHOT = "collect_round", "collect_shot"
_REFUSED_NAMED = 10


def show_collect() -> None:
    """Choose or begin a collection, and fill it."""
    try:
        names = list_collections()
        if not names:
            st.markdown(
                "A collection holds the photos you take or drop in here, class by class. It is "
                "kept on this machine until you remove it."
            )
            _show_problem()
            _name_form("new_collection", "Name of the collection", "Begin it", _begin)
            return
        if st.session_state.get("collection") not in names:
            st.session_state.pop("collection", None)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            name = st.selectbox("Collection", names, key="collection", width=240)
            with st.popover("Begin another", icon=":material/add:"):
                _name_form("new_collection", "Name of the collection", "Begin it", _begin)
        _show_problem()
        _fill(open_collection(name))
    except EngineError as error:
        st.error(plain(str(error)), icon=":material/error:")


def _fill(collection: Collection) -> None:
    counts = collection.counts()
    with st.container(border=True):
        _name_form(
            "new_class",
            "Name of a class",
            "Add the class",
            partial(_add_class, collection),
        )
        if counts:
            _fill_class(collection, counts)
    _what_is_missing(counts)
    with st.container(horizontal=True):
        ready = len(counts) > 1 and not photos_missing_of(counts)
        if st.button(
            "Make a data set of these photos",
            icon=":material/dataset:",
            type="primary",
            key="import_collection",
            disabled=not ready,
            help="It gets a copy: the collection stays, can grow, and can be made another one of.",
        ):
            start_import(lambda: collection.folder)
        photos = sum(counts.values())
        _confirm(
            "Remove the collection",
            f"**{plain(collection.name)}** and its {_photos(photos)} are gone then. Data sets "
            "made of it stay.",
            "remove_collection",
            collection.remove,
        )


def _fill_class(collection: Collection, counts: dict[str, int]) -> None:
    if st.session_state.get("collect_class") not in counts:
        st.session_state["collect_class"] = next(iter(counts))
    class_name = st.segmented_control(
        "Class",
        list(counts),
        required=True,
        format_func=lambda name: f"{plain(name)} ({counts[name]})",
        key="collect_class",
        wrap=True,
    )
    class_name = class_name or next(iter(counts))
    source = st.segmented_control(
        f"Photos for **{plain(class_name)}** from",
        [FILES, CAMERA],
        default=FILES,
        required=True,
        key="collect_source",
        wrap=True,
    )
    if source == CAMERA:
        _camera(collection, class_name)
    else:
        _files(collection, class_name)
    _show_report()
    _thumbnails(collection, class_name)
    with st.container(horizontal=True):
        with st.popover("Rename the class", icon=":material/edit:"):
            _name_form(
                "rename_class",
                f"New name of {plain(class_name)}",
                "Rename it",
                partial(_rename, collection, class_name),
            )
        _confirm(
            "Remove the class",
            f"**{plain(class_name)}** and its {_photos(counts[class_name])} are gone then.",
            "remove_class",
            partial(collection.remove_class, class_name),
        )


def _files(collection: Collection, class_name: str) -> None:
    count = st.session_state.setdefault(_ROUND, 0)
    files = st.file_uploader(
        f"Photos of {plain(class_name)}: each at most {MAX_BYTES >> 20} MB and "
        f"{MAX_PIXELS // 10**6} megapixels",
        type=[extension[1:] for extension in FILE_EXTENSIONS],
        accept_multiple_files=True,
        max_upload_size=MAX_BYTES >> 20,
        key=f"collect_files_{count}",
        help=f"A collection holds at most {MAX_CLASSES} classes and {MAX_PHOTOS:,} photos. JPEG, "
        "PNG, WebP, AVIF, HEIC, BMP or GIF (its first frame).",
    )
    if files:
        _add_files(collection, class_name, files)
        st.session_state[_ROUND] = count + 1
        st.rerun()


def _camera(collection: Collection, class_name: str) -> None:
    shot = st.camera_input(
        f"Show the camera {plain(class_name)}", key="collect_camera", width=_CAMERA_WIDTH
    )
    # The shot stays in the widget until the next one: it is added once.
    if shot and shot.file_id != st.session_state.get(_SHOT):
        st.session_state[_SHOT] = shot.file_id
        _add_files(collection, class_name, [shot])
        st.rerun()


def _add_files(collection: Collection, class_name: str, files: list) -> None:
    """Add photos, and keep for the next run what became of them."""
    refused = []
    bar = st.progress(0.0, text="Looking at the photos")
    for number, file in enumerate(files, start=1):
        try:
            collection.add_photo(class_name, file.getvalue(), file.name)
        except EngineError as error:
            refused.append(str(error))
        bar.progress(number / len(files), text=f"Photo {number:,} of {len(files):,}")
    st.session_state[_REPORT] = (class_name, len(files) - len(refused), refused)


def _show_report() -> None:
    """What became of the files that came last; said once."""
    class_name, added, refused = st.session_state.pop(_REPORT, ("", 0, []))
    if added:
        st.toast(f"{_photos(added)} added to {plain(class_name)}", icon=":material/check:")
    if refused:
        lines = "".join(f"\n- {plain(reason)}" for reason in refused[:_REFUSED_NAMED])
        more = len(refused) - _REFUSED_NAMED
        st.warning(
            f"{len(refused):,} {'file was' if len(refused) == 1 else 'files were'} not added:"
            f"{lines}{f'{chr(10)}- and {more:,} more' if more > 0 else ''}",
            icon=":material/broken_image:",
        )


def _thumbnails(collection: Collection, class_name: str) -> None:
    photos = collection.photos(class_name)[::-1]  # the last one first, to see that it came
    pages = -(-len(photos) // _PHOTOS_A_PAGE)
    page = 1
    if pages > 1:
        if st.session_state.get("collect_page", 1) > pages:
            st.session_state["collect_page"] = pages
        page = st.pagination(pages, key="collect_page")
    with st.container(horizontal=True, gap="small"):
        for photo in photos[(page - 1) * _PHOTOS_A_PAGE : page * _PHOTOS_A_PAGE]:
            with st.container(width=_PHOTO_WIDTH, gap="xsmall", horizontal_alignment="center"):
                try:
                    path = collection.photo_path(class_name, photo)
                    st.image(cache.collected_jpeg(path, 2 * _PHOTO_WIDTH), width=_PHOTO_WIDTH)
                except EngineError as error:
                    st.caption(f":material/broken_image: {plain(str(error))}")
                st.button(
                    "Remove",
                    icon=":material/delete:",
                    key=f"remove_{class_name}_{photo}",
                    type="tertiary",
                    on_click=_try,
                    args=(collection.remove_photo, class_name, photo),
                )


def _what_is_missing(counts: dict[str, int]) -> None:
    if len(counts) < 2:
        st.markdown(
            f":material/pending: **Not enough to train on yet:** it takes at least 2 classes with "
            f"{SMALLEST_CLASS} photos each (3 to train on, 1 to validate, 1 to test)."
        )
        return
    missing = photos_missing_of(counts)
    if missing:
        each = ", ".join(f"**{plain(name)}** {count} more" for name, count in missing.items())
        st.markdown(
            f":material/pending: **Not enough to train on yet:** each class takes at least "
            f"{SMALLEST_CLASS} photos (3 to train on, 1 to validate, 1 to test). Missing: {each}."
        )
        return
    st.markdown(
        f":material/check_circle: **Enough to train on:** {_photos(sum(counts.values()))} of "
        f"{len(counts)} classes. More photos, from more sides and places, make better models."
    )


def _name_form(key: str, label: str, button: str, action: Callable[[str], object]) -> None:
    """A name and a button; a name that is refused stays to be corrected."""
    with (
        st.form(f"form_{key}", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        st.text_input(label, key=key, max_chars=LONGEST_NAME, width=240)
        st.form_submit_button(button, on_click=_submit_name, args=(key, action), key=f"do_{key}")


def _submit_name(key: str, action: Callable[[str], object]) -> None:
    if _try(action, st.session_state[key]):
        st.session_state[key] = ""


def _confirm(label: str, text: str, key: str, action: Callable[[], object]) -> None:
    """A button that asks once more."""
    with st.popover(label, icon=":material/delete:"):
        st.markdown(text)
        st.button(
            "Yes, remove",
            icon=":material/delete_forever:",
            key=key,
            on_click=_try,
            args=(action,),
        )


def _try(action: Callable, *arguments) -> bool:
    """Do something before the page runs again; whether it could be done."""
    try:
        action(*arguments)
    except EngineError as error:
        st.session_state[_PROBLEM] = str(error)
        return False
    return True


def _show_problem() -> None:
    problem = st.session_state.pop(_PROBLEM, None)
    if problem:
        st.error(plain(problem), icon=":material/error:")


def _begin(name: str) -> None:
    st.session_state["collection"] = create_collection(name).name


def _add_class(collection: Collection, name: str) -> None:
    st.session_state["collect_class"] = collection.add_class(name)


def _rename(collection: Collection, class_name: str, new: str) -> None:
    st.session_state["collect_class"] = collection.rename_class(class_name, new)


def _photos(count: int) -> str:
    return f"{count:,} {'photo' if count == 1 else 'photos'}"
