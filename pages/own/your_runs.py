"""Your runs: what was trained and imported here, to rename, delete, take along and bring."""

from functools import partial

import pandas as pd
import streamlit as st

from engine.data import DataSet
from engine.disk.read_only import is_read_only
from engine.jobs.removal import Deletable, deletable, delete_data_set
from engine.models.specs import BASELINE_SPECS, SPECS
from engine.runs import Run, find_run_folders
from engine.views.looks import look_of_model
from pages.ui import cache
from pages.ui.address import DATA_SET, address_box, choose
from pages.ui.changes import attempt, say_done, show_done, show_refusal
from pages.ui.frame import open_page
from pages.ui.navigation import YOUR_RUNS
from pages.ui.run_card import RUN, delete_button, show_run
from pages.ui.run_exchange import show_export_of_all, show_import
from pages.ui.tables import show_sortable
from pages.ui.text import plain

INTRODUCTION = (
    "All runs of the data set chosen in the sidebar: what each reached, the command that trains it "
    "again, and a zip file of it for a colleague."
)


def main() -> None:
    data_set = open_page(YOUR_RUNS, INTRODUCTION).data_set
    show_done()
    read_only = is_read_only()
    if read_only:
        st.info(
            "This page only shows: runs can be looked at and exported here. To train, rename, "
            "import or delete, start the project on a machine of your own.",
            icon=":material/lock:",
        )
    found, _ = cache.all_runs(data_set.name)
    models = [*SPECS, *BASELINE_SPECS]
    found = sorted(found, key=lambda run: (not run.published, models.index(run.model), run.name))
    if found:
        show_table(data_set, found)
        own = [run.name for run in found if not run.published]
        names = [run.name for run in found]
        name = address_box("Look at the run", names, (own or names)[0], RUN)
        show_run(data_set, next(run for run in found if run.name == name), read_only)
    else:
        st.info(
            f"**{plain(data_set.title)}** has no run yet. Train one, or import one below.\n"
            f"```\npython -m engine train {data_set.name} scratch\n```",
            icon=":material/model_training:",
        )
    unreadable = {one.name for one in find_run_folders(data_set.name)} - {run.name for run in found}
    if unreadable and not read_only:
        show_unreadable(data_set, sorted(unreadable))
    if found:
        show_export_of_all(data_set, found)
    if not read_only:
        if (imported := show_import()) is not None:
            say_done(imported.sentence)
            choose(DATA_SET, imported.data_set)
            choose(RUN, next(iter([*imported.names.values(), *imported.already.values()])))
            st.rerun()
        show_delete_data_set(data_set)


def show_table(data_set: DataSet, found: list[Run]) -> None:
    """All runs with what they reached."""
    raw = pd.DataFrame(
        [
            {
                "run": run.name,
                "model": run.model,
                "published": run.published,
                "test_accuracy": run.summary["test_accuracy"],
                "validation_accuracy": run.summary["validation_accuracy"],
                "best_epoch": run.summary["best_epoch"],
                "epochs": run.summary["epochs"],
                "training_seconds": run.summary["training_seconds"],
                "precision": run.summary["precision"],
                "date": run.summary["date"],
            }
            for run in found
        ]
    )
    shown = pd.DataFrame(
        {
            "Run": raw["run"],
            # Before the model, so that a phone shows it.
            "Test": raw["test_accuracy"],
            "Validation": raw["validation_accuracy"],
            "Model": [look.marked(look.title) for look in map(look_of_model, raw["model"])],
            "Trained on": raw["date"].str[:10],
            "From": raw["published"].map({True: "the project", False: "here"}),
        }
    )
    share = st.column_config.NumberColumn(format="percent")
    show_sortable(
        shown,
        raw,
        "runs",
        hide_index=True,
        column_config={"Test": share, "Validation": share},
        key=f"runs_{data_set.name}",
    )


def show_unreadable(data_set: DataSet, names: list[str]) -> None:
    """Damaged runs: the warnings above say what is wrong, here they go."""
    own = deletable(data_set.name).runs
    st.subheader("Runs that cannot be read")
    for name in names:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(name)}**", width="content")
            if name in own:
                delete_button(data_set.name, name)
            else:
                st.caption("It came with the project: get its files again from there.")


def show_delete_data_set(data_set: DataSet) -> None:
    """Everything of the data set that came here, behind one question."""
    there = deletable(data_set.name)
    st.subheader("Delete the data set")
    if not there:
        st.caption(
            f"Nothing of {plain(data_set.title)} was brought, imported or trained on this machine; "
            "what came with the project stays."
        )
        return
    what = plain(data_set.title)
    label = f"Delete {what}" if there.index else f"Delete what is here of {what}"
    with st.popover(label, icon=":material/delete_forever:"):
        st.markdown(f"**This deletes from this machine:**\n{_lost(data_set, there)}")
        st.caption(
            "The folder or file that the photos came from stays where it is."
            if there.index
            else "What came with the project stays: its runs and the list of its photos."
        )
        key = f"keep_runs_{data_set.name}"
        if there.photos and there.trained:
            st.checkbox("Keep the runs, delete only the photos", key=key)
        show_refusal("delete_data_set")
        st.button(
            "Delete for good",
            type="primary",
            key="delete_data_set",
            on_click=_delete_data_set,
            args=(data_set, there, key),
        )


def _lost(data_set: DataSet, there: Deletable) -> str:
    lines = []
    if there.photos:
        lines.append(f"{len(data_set.photos):,} photos and what was computed from them")
    elif there.index:
        lines.append("the list of its photos, classes and splits")
    if there.runs:
        lines.append(f"its runs {', '.join(map(plain, there.runs))}")
    if there.unfinished:
        lines.append(f"unfinished trainings: {', '.join(map(plain, there.unfinished))}")
    if there.learning_curve:
        lines.append("its learning curve")
    return "\n".join(f"- {line}" for line in lines)


def _delete_data_set(data_set: DataSet, there: Deletable, key: str) -> None:
    keep_runs = bool(st.session_state.get(key))
    if attempt("delete_data_set", partial(delete_data_set, data_set.name, keep_runs)):
        choose(RUN, "")
        if keep_runs:
            say_done(f"The photos of {data_set.title} are deleted; its runs stay.")
        elif there.index:
            say_done(f"{data_set.title} is deleted from this machine.")
        else:
            say_done(f"What was brought and trained here of {data_set.title} is deleted.")


main()
