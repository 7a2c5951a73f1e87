"""Runs as a zip file: for a colleague, and from one."""

import io
from functools import partial

import streamlit as st

from engine.data import DataSet
from engine.errors import EngineError
from engine.exchange import MAX_BYTES, Imported, export_runs, import_upload
from engine.progress import Progress
from engine.runs import Run
from pages.ui import cache
from pages.ui.address import file_name
from pages.ui.text import plain

_UPLOADS = "imported_zips"


def export_button(label: str, data_set: str, names: list[str], content: str) -> None:
    """A button that saves runs as `<data set>-<content>.zip`.

    Args:
        label: Markdown.
        data_set: Name of the data set.
        names: Names of the runs.
        content: What the file is called, after the data set.
    """
    st.download_button(
        label,
        # A function: the file is made when the button is pressed, not whenever a page is drawn.
        partial(_zip, data_set, names),
        file_name=f"{file_name(content)}.zip",
        mime="application/zip",
        icon=":material/download:",
        key=f"export_{content}",
        on_click="ignore",
    )


def _zip(data_set: str, names: list[str]) -> bytes:
    file = io.BytesIO()
    export_runs(data_set, names, file)
    return file.getvalue()


def show_export_of_all(data_set: DataSet, found: list[Run]) -> None:
    """A zip file of the whole data set's runs, and a sentence for each that cannot travel."""
    st.subheader("Export them all")
    problems = {run.name: cache.export_problem(data_set, run) for run in found}
    names = [name for name, problem in problems.items() if problem is None]
    st.caption(
        "A zip file of run folders and of the list of photos with their classes and splits; no "
        "photo is in it. Who imports it sees on all pages what the runs answered."
    )
    for problem in filter(None, problems.values()):
        st.caption(f":material/block: {plain(problem)}")
    if names:
        label = f"Export all runs of {plain(data_set.title)} ({len(names)})"
        export_button(label, data_set.name, names, "runs")


def show_import() -> Imported | None:
    """A box for a colleague's zip file; what came of it, once, when it was imported."""
    st.subheader("Import runs of a colleague")
    # Another key empties the box.
    count = st.session_state.get(_UPLOADS, 0)
    most = MAX_BYTES >> 20
    file = st.file_uploader(
        f"A zip file that was exported here, or by `python -m engine export`: at most {most} MB",
        type="zip",
        max_upload_size=most,
        key=f"zip_{count}",
    )
    st.caption(
        ":material/shield: Every file in it is checked before anything is kept, and nothing in it "
        "is ever run: weights come as plain numbers (safetensors). All runs are imported, or none."
    )
    pressed = file and st.button(
        "Import these runs", icon=":material/upload:", type="primary", key="import"
    )
    if not pressed:
        return None
    bar = st.progress(0.0, "Unpacking")
    try:
        done = import_upload(
            file.name,
            file.getvalue(),
            Progress(lambda event: bar.progress(event.share or 0.0, event.title)),
        )
    except EngineError as error:
        bar.empty()
        st.error(plain(str(error)), icon=":material/error:")
        return None
    st.session_state[_UPLOADS] = count + 1
    return done
