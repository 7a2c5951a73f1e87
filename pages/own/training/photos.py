"""Section 1 of the page Train: which photos, how good they are, and how to bring others."""

import streamlit as st

from engine.data import DataSet
from engine.data.archives import MAX_BYTES as MAX_UNPACKED_BYTES
from engine.data.archives import MAX_FILES
from engine.data.arrays import DATA_FILE, LABELS_FILE, NAMES_FILE
from engine.data.images import MAX_BYTES as MAX_PHOTO_BYTES
from engine.data.images import MAX_PIXELS
from engine.data.splits import SMALLEST_CLASS
from engine.data.uploads import LONGEST_NAME, MAX_BYTES, keep_arrays, keep_zip
from pages.own.training.check import show_check
from pages.own.training.collect import show_collect
from pages.own.training.imports import just_imported, show_import, start_import
from pages.ui.text import plain

ZIP, ARRAYS, COLLECT = "A zip file", "NumPy arrays", "Collect here"
_UPLOAD_MB = MAX_BYTES >> 20
_EACH_CLASS = f"at least 2 classes, each with at least {SMALLEST_CLASS} photos"
_EACH_PHOTO = f"each photo at most {MAX_PHOTO_BYTES >> 20} MB and {MAX_PIXELS // 10**6} megapixels"


def show_photos(data_set: DataSet, folded: bool = False) -> None:
    """The chosen photos with their check, and three ways to bring others.

    Args:
        data_set: What the sidebar chose.
        folded: Whether these ways are folded away.
    """
    st.subheader("1. Photos")
    running = show_import(data_set.name)
    st.markdown(
        f"Chosen in the sidebar: **{plain(data_set.title)}**, {len(data_set.photos):,} photos of "
        f"{len(data_set.class_names)} classes."
    )
    check = st.expander(
        "Check these photos",
        icon=":material/fact_check:",
        # What has just been brought is looked at first.
        expanded=just_imported() == data_set.name,
        key=f"check_{data_set.name}",
        on_change="rerun",
    )
    if check.open:
        with check:
            show_check(data_set)
    if not running:
        with (
            st.expander("Bring other photos", icon=":material/upload:")
            if folded
            else st.container()
        ):
            _bring_others()


def _bring_others() -> None:
    way = st.segmented_control(
        "Bring photos of your own",
        [ZIP, ARRAYS, COLLECT],
        default=ZIP,
        required=True,
        key="way",
        bind="query-params",
        persist_state="page",
        wrap=True,
    )
    if way == ARRAYS:
        _arrays()
    elif way == COLLECT:
        show_collect()
    else:
        _zip()


def _zip() -> None:
    file = st.file_uploader(
        f"A zip file with one folder of photos for each class: at most {_UPLOAD_MB} MB",
        type="zip",
        max_upload_size=_UPLOAD_MB,
        key="zip",
        help="Or with the folders train, validation and test, each with class folders in it. The "
        "data set is called like the file.",
    )
    st.caption(
        f"Unpacked at most {MAX_UNPACKED_BYTES >> 30} GB and {MAX_FILES:,} files; {_EACH_PHOTO}; "
        f"{_EACH_CLASS}. What is no photo is left out and listed."
    )
    if file and st.button(
        "Import this file", icon=":material/upload:", type="primary", key="import_zip"
    ):
        start_import(lambda: keep_zip(file.name, file))


def _arrays() -> None:
    name = st.text_input(
        "What these photos are called",
        "My arrays",
        max_chars=LONGEST_NAME,
        key="arrays_name",
        width=320,
    )
    files = {
        DATA_FILE: st.file_uploader(
            f"**{DATA_FILE}**, the photos: at most {_UPLOAD_MB} MB",
            type="npy",
            max_upload_size=_UPLOAD_MB,
            key="data_array",
        ),
        LABELS_FILE: st.file_uploader(
            f"**{LABELS_FILE}**, one label a photo: at most {_UPLOAD_MB} MB",
            type="npy",
            max_upload_size=_UPLOAD_MB,
            key="labels_array",
        ),
        NAMES_FILE: st.file_uploader(
            f"**{NAMES_FILE}**, if you have one: a line for each class, label 0 first",
            type="txt",
            max_upload_size=1,
            key="class_names",
        ),
    }
    st.caption(
        "Photos as height x width x 3, grey, or flattened squares, counted along the first or the "
        f"last axis; 0 to 255, or 0 to 1. At most {MAX_FILES:,} photos; {_EACH_CLASS}."
    )
    both = bool(files[DATA_FILE] and files[LABELS_FILE])
    if st.button(
        "Import these arrays",
        icon=":material/upload:",
        type="primary",
        key="import_arrays",
        disabled=not both,
        help=None if both else f"This takes both {DATA_FILE} and {LABELS_FILE}.",
    ):
        given = {file_name: file for file_name, file in files.items() if file}
        start_import(lambda: keep_arrays(name, given))
