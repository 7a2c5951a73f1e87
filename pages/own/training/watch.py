"""Section 3 of the page Train: what trains now, how far it is, and what became of it."""

from collections.abc import Callable

import streamlit as st

from engine import jobs
from engine.data import DataSet
from engine.errors import EngineError
from engine.jobs import Training
from engine.models.specs import SPECS
from engine.text import counted, percent
from engine.views.charts.live import LiveCurve, live_chart
from engine.views.looks import looks_of_names
from pages.own.training.settings import title_of
from pages.ui.address import RUNS, pair
from pages.ui.chart import show
from pages.ui.navigation import ERRORS, LIVE_PREDICTION, OVERVIEW, link
from pages.ui.text import plain

#: Seconds between two looks.
_EVERY = 1.0


def show_trainings(data_set: DataSet, trainings: list[Training]) -> None:
    """The trainings of this machine, those of other data sets in a line each.

    Args:
        data_set: What the sidebar chose.
        trainings: Those of this machine when the page began to run.
    """
    alive = [(one.data_set, one.run) for one in trainings if one.alive]
    # Only while there is something to watch does the page ask again by itself.
    watch = st.fragment(_watch, run_every=_EVERY) if alive else _watch
    watch(data_set.name, alive)


def _watch(data_set: str, were_alive: list[tuple[str, str]]) -> None:
    found = jobs.trainings()
    alive = [(one.data_set, one.run) for one in found if one.alive]
    if set(alive) != set(were_alive):
        st.rerun()  # the sidebar has another run, or there is nothing left to watch
    own = [one for one in found if one.data_set == data_set]
    others = [one for one in found if one.data_set != data_set and one.alive]
    if not own and not others:
        return
    st.subheader("3. Watch")
    for training in others:
        st.markdown(
            f":material/hourglass_top: {plain(training.data_set)}: "
            f"{title_of(training.model, training.run)}, {_status(training)}"
        )
    if own:
        _curves(own)
    for training in own:
        with st.container(border=True):
            _training(training)


def _curves(trainings: list[Training]) -> None:
    """One training of each model in one chart: one that lives, else the one started last."""
    curves = []
    for model in SPECS:
        for training in [one for one in trainings if one.model == model][:1]:
            learnt = jobs.learnt_so_far(training.data_set, training.run)
            if len(learnt.batches) or len(learnt.history):
                look = looks_of_names({training.run: model})[training.run]
                curves.append(LiveCurve(look, learnt.history, learnt.batches, learnt.epochs))
    if curves:
        show(live_chart(curves), key="live")


def _training(training: Training) -> None:
    key = f"{training.data_set}_{training.run}"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{title_of(training.model, training.run)}**: {_status(training)}")
        for label, icon, action in _actions(training):
            if st.button(label, icon=icon, key=f"{label}_{key}"):
                _act(action, training)
    if training.alive:
        st.progress(training.share or 0.0, text=plain(training.message))
    if training.status == "failed":
        st.error(plain(training.message), icon=":material/error:")
    if training.status == "done":
        _afterwards(training)
    lines = jobs.training_log(training.data_set, training.run)
    if lines:
        log = st.expander("Log", icon=":material/terminal:", key=f"log_{key}", on_change="rerun")
        if log.open:
            log.code("\n".join(lines[-200:]), language=None, height=240)


def _status(training: Training) -> str:
    return {
        "starting": "starting",
        "waiting": f"waiting, {counted(training.ahead, 'training')} before it",
        "running": "training",
        "stopping": "stopping after this batch",
        "done": "done",
        "failed": "failed",
        "interrupted": "interrupted: its process has ended. Its complete epochs are kept.",
    }[training.status]


def _actions(training: Training) -> list[tuple[str, str, Callable[[str, str], None]]]:
    """Label, icon and work of each button."""
    stop = ("Stop", ":material/stop:", jobs.stop_training)
    resume = ("Go on", ":material/play_arrow:", jobs.resume_training)
    remove = ("Remove", ":material/delete:", jobs.forget_training)
    return {
        "starting": [],
        "waiting": [stop],
        "running": [stop],
        "stopping": [],
        "done": [("Put away", ":material/check:", jobs.forget_training)],
        "failed": [("Put away", ":material/check:", jobs.forget_training)],
        "interrupted": [resume, remove],
    }[training.status]


def _act(action: Callable[[str, str], None], training: Training) -> None:
    try:
        action(training.data_set, training.run)
    except EngineError as error:
        st.error(plain(str(error)), icon=":material/error:")
    else:
        st.rerun()


def _afterwards(training: Training) -> None:
    """What it came to, and where to look at it."""
    history = jobs.learnt_so_far(training.data_set, training.run).history
    if len(history):
        best = history.loc[history["val_accuracy"].idxmax()]
        st.markdown(
            f"It names {percent(best['val_accuracy'])} of the validation photos right, after "
            f"epoch {best['epoch']} of {len(history)}."
        )
    # Beside the run that is compared there unless somebody chooses another.
    names = (training.run, "") if training.model == next(iter(SPECS)) else ("", training.run)
    chosen = {RUNS: pair(*names)}
    with st.container(horizontal=True):
        link(OVERVIEW, "Compare both", **chosen)
        link(ERRORS, "See its errors", **chosen)
        link(LIVE_PREDICTION, "Show it a photo", **chosen)
