"""One run: its numbers, the command that trains it again, and what can be done with it."""

from functools import partial

import streamlit as st

from engine.data import DataSet
from engine.disk.paths import LONGEST_NAME
from engine.models.specs import SPECS
from engine.runs import Run, delete_run, rename_run
from engine.text import duration, percent
from engine.training.reproduce import reproduce
from engine.views.looks import look_of_model
from pages.ui import cache
from pages.ui.address import choose, replace_run
from pages.ui.changes import attempt, say_done, show_refusal
from pages.ui.run_exchange import export_button
from pages.ui.text import plain

#: The address parameter of the run that is looked at.
RUN = "run"


def show_run(data_set: DataSet, run: Run, read_only: bool) -> None:
    """The card of a run.

    Args:
        data_set: Its data set.
        run: The run.
        read_only: Whether it may only be looked at and exported.
    """
    summary = run.summary
    with st.container(border=True):
        look = look_of_model(run.model)
        st.markdown(f"#### {look.marked(plain(look.title))}: {plain(run.name)}")
        with st.container(horizontal=True, gap="small"):
            st.metric("Test", percent(summary["test_accuracy"]), width=150)
            st.metric("Validation", percent(summary["validation_accuracy"]), width=150)
            if run.model in SPECS:  # a baseline is fitted as a whole
                best = f"{summary['best_epoch']} of {summary['epochs']}"
                st.metric("Best epoch", best, width=150)
        st.caption(
            f"Trained on {plain(summary['date'][:10])} in "
            f"{duration(summary['training_seconds'] / 60)}, computed in "
            f"{plain(summary['precision'])}, on {plain(summary['processor'])}."
        )
        _command(data_set, run)
        problem = cache.export_problem(data_set, run)
        with st.container(horizontal=True, gap="small"):
            if not run.published and not read_only:
                _rename_button(data_set.name, run)
                delete_button(data_set.name, run.name)
            if problem is None:
                export_button("Export this run", data_set.name, [run.name], f"run-{run.name}")
        if problem is not None:
            st.caption(f":material/block: {plain(problem)}")
        if run.published:
            st.caption(
                ":material/verified: It came with the project, whose pages and tests count on it: "
                "it can be exported, but neither renamed nor deleted."
            )


def delete_button(data_set: str, name: str) -> None:
    """Delete a run, behind one question.

    Args:
        data_set: Name of the data set.
        name: Name of the run's folder.
    """
    with st.popover("Delete", icon=":material/delete:", key=f"deleting_{name}"):
        st.markdown(
            f"**Delete the run {plain(name)}?** Nothing brings it back, unless you exported it "
            "before."
        )
        show_refusal(f"delete_{name}")
        st.button(
            "Delete it for good",
            type="primary",
            key=f"delete_{name}",
            on_click=_delete,
            args=(data_set, name),
        )


def _delete(data_set: str, name: str) -> None:
    if attempt(f"delete_{name}", partial(delete_run, data_set, name)):
        if st.query_params.get(RUN) == name:
            choose(RUN, "")
        replace_run(name, "")
        say_done(f"The run {name} is deleted.")


def _rename_button(data_set: str, run: Run) -> None:
    key = f"new_name_{run.name}"
    with (
        st.popover("Rename", icon=":material/edit:", key=f"renaming_{run.name}"),
        st.form(f"rename_{run.name}", border=False),
    ):
        st.text_input("New name", value=run.name, max_chars=LONGEST_NAME, key=key)
        st.caption("Letters, digits, dots, dashes and underscores.")
        show_refusal(f"rename_{run.name}")
        st.form_submit_button(
            "Rename it", type="primary", on_click=_rename, args=(data_set, run, key)
        )


def _rename(data_set: str, run: Run, key: str) -> None:
    new_name = st.session_state[key].strip()
    if attempt(f"rename_{run.name}", partial(rename_run, data_set, run.name, new_name)):
        choose(RUN, new_name)
        # Nor does a link to another page lead to a name that is gone.
        replace_run(run.name, new_name)
        say_done(f"The run {run.name} is called {new_name} now.")


def _command(data_set: DataSet, run: Run) -> None:
    again = reproduce(run.config)
    if run.config.data_set_digest != data_set.digest:
        st.caption(
            ":material/difference: It was trained on another version of these photos: on those "
            "here, the command gives another run."
        )
    if again.exact:
        st.caption("The command that trains it again:")
    else:
        st.caption(
            "No flag of the command gives all that was chosen for it. Change this in the file "
            f"{again.preset_file} first: {plain(again.beyond)}. Then:"
        )
    st.code(again.command, language="bash", wrap_lines=True)
