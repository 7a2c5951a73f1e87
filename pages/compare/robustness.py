"""Robustness: how many test photos each run still names right when all of them are changed."""

from functools import partial

import pandas as pd
import streamlit as st

from engine.data import DataSet
from engine.errors import EngineError
from engine.measures.breaking import (
    Breaking,
    find_breaking,
    photos_to_break,
    robustness_curves,
    trained_range,
)
from engine.measures.comparison import Comparison
from engine.measures.distortions import Change
from engine.measures.robustness import changes_of
from engine.models.specs import SPECS
from engine.runs import Run
from engine.text import percent, quantity
from engine.views.charts.robustness import robustness_chart
from engine.views.looks import Look, looks_of
from pages.ui import cache
from pages.ui.answers import answer_caption
from pages.ui.chart import clicked, show
from pages.ui.frame import need_runs, open_page
from pages.ui.navigation import ROBUSTNESS, STRESS_TEST, link
from pages.ui.photos import PHOTO_WIDTH, photo_grid, photos_here
from pages.ui.tables import show_table
from pages.ui.text import plain

QUESTION = (
    "Real photos are turned, dark, out of focus or badly saved. Every test photo is changed in the "
    "same way, more and more: which model breaks first, and where?"
)
ALONG, VALUE, CHART = "along", "value", "robustness"
#: A row at a projector; both models answer to so many in half a second.
PHOTOS_A_PAGE = 5


def main() -> None:
    comparison = open_page(ROBUSTNESS, QUESTION)
    need_runs(comparison, looks_of(comparison.sides))
    data_set = comparison.data_set
    # A baseline that was not measured is not missed.
    baselines = [run for run in comparison.baselines.values() if run.robustness is not None]
    runs = [
        run
        for run in [*comparison.all_runs, *baselines]
        if run.config.class_names == data_set.class_names
    ]
    if not runs:
        st.info(
            f"The runs of **{plain(data_set.title)}** know other classes than it has now: train "
            "them again.",
            icon=":material/model_training:",
        )
        st.stop()
    changes = changes_of(data_set)
    parameter = st.segmented_control(
        "Change",
        list(changes),
        default=next(iter(changes)),
        required=True,
        format_func=lambda name: changes[name].title,
        key=ALONG,
        bind="query-params",
        on_change=start_unchanged,
        args=(changes,),
    )
    st.caption(changes[parameter].explanation)
    looks = looks_of({run.name: run for run in runs}, comparison.runs.values())
    the_curves(data_set, runs, looks, parameter, changes[parameter])
    # The table below the photos need not wait for the models to answer.
    photos = st.container()
    at_a_glance(data_set, runs, looks, changes)
    if data_set.drawn:
        link(STRESS_TEST, "Change one picture yourself: Stress test")
    with photos:
        example_photos(comparison, parameter, changes[parameter])


def start_unchanged(changes: dict[str, Change]) -> None:
    """Another change begins with the photos as they are: 15 degrees are not 15 %."""
    st.session_state[VALUE] = changes[st.session_state[ALONG]].unchanged


def the_curves(
    data_set: DataSet, runs: list[Run], looks: dict[str, Look], parameter: str, change: Change
) -> None:
    """Accuracy of all measured runs along one change, and what follows in a sentence."""
    curves = robustness_curves(runs, parameter)
    not_measured = [run.name for run in runs if run.name not in curves]
    command = f"```\npython -m engine robustness {data_set.name} {' '.join(not_measured)}\n```"
    if not curves:
        st.info(
            f"How accuracy falls along “{change.title}” has not been measured yet. Measure it at "
            f"a terminal, which takes minutes, then reload this page:\n{command}",
            icon=":material/monitoring:",
        )
        return
    shown = {run.name: run for run in runs if run.name in curves}
    trained = {
        # A baseline is fitted to the photos as they are.
        name: trained_range(run.config.recipe.augmentation, parameter)
        if run.model in SPECS
        else None
        for name, run in shown.items()
    }
    ranges = {one for one in trained.values() if one is not None}
    # A shade can tell of one range only.
    shade = ranges.pop() if len(ranges) == 1 else None
    show(
        robustness_chart(
            curves,
            looks,
            change,
            1 / len(data_set.class_names),
            shade,
        ),
        key=CHART,
        on_select=partial(follow_click, change),
        selection_mode="points",
    )
    st.markdown(in_words(curves, looks, change, len(data_set.class_names)))
    baselines = any(run.model not in SPECS for run in shown.values())
    theirs = "; point at a baseline to see its own" if baselines else ""
    notes = [f"Bands: 95 % intervals{theirs}. A click on a point shows photos changed so far."]
    if shade is not None:
        without = [
            plain(run.name)
            for run in shown.values()
            if run.model in SPECS and trained[run.name] is None
        ]
        without += ["the baselines"] if baselines else []
        but = f" (not {' nor '.join(without)})" if without else ""
        notes.append(f"Shaded: as far as photos were changed so in training{but}.")
    st.caption(" ".join(notes))
    if not_measured:
        st.info(
            f"Not measured yet: {', '.join(map(plain, not_measured))}.\n{command}",
            icon=":material/monitoring:",
        )


def follow_click(change: Change) -> None:
    """Show the photos of the point that was clicked."""
    where = clicked(CHART)
    if where is not None:
        st.session_state[VALUE] = min(change.values, key=lambda value: abs(value - where))


def in_words(
    curves: dict[str, pd.DataFrame], looks: dict[str, Look], change: Change, classes: int
) -> str:
    """What the curves say, in a sentence a run."""
    sentences = []
    for name, curve in curves.items():
        found = find_breaking(curve, change.unchanged, 1 / classes)
        if found is None:
            continue
        title = looks[name].marked(f"**{plain(looks[name].title)}**")
        if len(curve) > 1 and curve["accuracy"].nunique() == 1:
            sentences.append(f"{title} stays at {percent(found.unchanged)}, whatever is done.")
            continue
        if not found.clear:
            sentences.append(f"{title} loses nothing that could not be chance.")
            continue
        sentences.append(
            f"{title} falls from {percent(found.unchanged)} to **{percent(found.worst)}** at "
            f"{quantity(found.worst_at, change.unit)}"
            + (
                f"; half of what it knows beyond guessing is lost {_from(found, change)}."
                if found.half_lost
                else " and keeps more than half of what it knows beyond guessing."
            )
        )
    return "  \n".join(sentences)


def at_a_glance(
    data_set: DataSet, runs: list[Run], looks: dict[str, Look], changes: dict[str, Change]
) -> None:
    """A table of all changes: what each costs every run, and where half is lost."""
    columns = {}
    for run in runs:
        if run.model == "baseline-majority":
            continue  # it does not look at the photos
        found = cache.breakings(run, changes, len(data_set.class_names))
        cells = {changes[name].title: _cell(one, changes[name]) for name, one in found.items()}
        if cells:
            look = looks[run.name]
            columns[look.marked(plain(look.short_title))] = cells
    if not columns:
        return
    st.subheader("At a glance")
    st.markdown(
        "The largest loss of accuracy, in points, and from where on half of what a run knows "
        "beyond guessing is lost."
    )
    order = [change.title for change in changes.values()]
    table = pd.DataFrame(columns)
    measured = [run for run in runs if run.robustness is not None]
    raw = pd.concat([run.robustness.assign(run=run.name) for run in measured])
    raw.insert(0, "run", raw.pop("run"))
    show_table(
        table.reindex([title for title in order if title in table.index]).fillna("–"),
        raw,
        "robustness",
    )


def _cell(found: Breaking, change: Change) -> str:
    if not found.clear:
        return "no clear loss"
    worst = f"−{100 * found.loss:.0f} at {quantity(found.worst_at, change.unit)}"
    return f"{worst}; half {_from(found, change)}" if found.half_lost else worst


def _from(found: Breaking, change: Change) -> str:
    values = found.half_lost
    if len(values) == 2 and values[0] == -values[1]:
        return f"from ±{quantity(values[1], change.unit)}"
    return "from " + " and ".join(quantity(value, change.unit) for value in values)


@st.fragment  # The slider changes the photos, not the page.
def example_photos(comparison: Comparison, parameter: str, change: Change) -> None:
    """A few test photos, changed, with what the two runs say to them."""
    st.subheader("Example photos")
    data_set = comparison.data_set
    if not photos_here(data_set, "Example photos"):
        return
    title = f"{change.title} ({change.unit})" if change.unit else change.title
    value = st.select_slider(
        title,
        change.values,
        change.unchanged,
        format_func=lambda one: f"{one:g}",
        key=VALUE,
        bind="query-params",
    )
    ids, all_right = photos_to_break(
        data_set.photos, [run.predictions for run in comparison.runs.values()]
    )
    if not ids:
        st.caption("There is no test photo.")
        return
    st.caption(
        "Test photos that are named right as they are."
        if all_right
        else "Test photos; none is named right by every model as it is."
    )
    pages, page = -(-len(ids) // PHOTOS_A_PAGE), 1
    if pages > 1:
        page = st.pagination(pages, key="examples", bind="query-params")
    shown = ids[(page - 1) * PHOTOS_A_PAGE : page * PHOTOS_A_PAGE]
    true = data_set.photos.set_index("image_id")["class_name"]
    with st.spinner("Asking the models: the first time, that takes seconds"):
        sides = ready_to_answer(comparison.sides)
        looks = looks_of(comparison.sides)
        captions = [
            caption(data_set, image_id, true[image_id], (parameter, value), sides, looks)
            for image_id in shown
        ]
        photo_grid(
            data_set,
            shown,
            captions,
            picture=lambda image_id: cache.changed_jpeg(
                data_set, image_id, parameter, value, 2 * PHOTO_WIDTH
            ),
        )


def ready_to_answer(sides: dict[str, Run]) -> dict[str, Run]:
    """The runs that can answer, by side; says what is wrong with the others."""
    ready = {}
    for side, run in sides.items():
        try:
            cache.predictor(run)
        except EngineError as error:
            st.error(plain(str(error)), icon=":material/error:")
        else:
            ready[side] = run
    return ready


def caption(
    data_set: DataSet,
    image_id: str,
    true: str,
    changed: tuple[str, float],
    sides: dict[str, Run],
    looks: dict[str, Look],
) -> str:
    """The true label of a changed photo, and what each run says to it."""
    row = {"true": true}
    try:
        for side, run in sides.items():
            answer = cache.changed_answer(data_set, image_id, *changed, run)
            row[f"predicted_{side}"] = run.config.class_names[int(answer.argmax())]
            row[f"probability_{side}"] = float(answer.max())
    except EngineError:  # the grid says what is wrong with the photo
        sides = {}
    return answer_caption(pd.Series(row), {side: looks[side] for side in sides})


main()
