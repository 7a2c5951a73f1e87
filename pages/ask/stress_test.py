"""Stress test: a drawn picture whose thing you move, turn, hide and light while models answer."""

import dataclasses

import streamlit as st

from engine.data import list_data_sets
from engine.errors import EngineError
from engine.measures.answers import top_k
from engine.measures.breaking import robustness_curves
from engine.measures.comparison import Comparison
from engine.measures.stress import REDRAWN, STRIP_POINTS
from engine.runs import Run
from engine.scenes import RANGES, SCENE_CLASSES, STORIES, SceneParameters
from engine.views.charts.probabilities import exact_percent
from engine.views.charts.robustness import robustness_chart
from engine.views.charts.stress import strip_chart
from engine.views.looks import Look, looks_of
from pages.ui import address, cache
from pages.ui.chart import show
from pages.ui.frame import open_page
from pages.ui.navigation import ROBUSTNESS, STRESS_TEST, link
from pages.ui.text import plain

QUESTION = (
    "Move the thing in the picture and ask again. A photo could not answer such questions, but "
    "these pictures are drawn, so they can be drawn again with one thing changed. Where does each "
    "model break, and did turning and zooming the training pictures help?"
)
CLASS, ALONG, ASKED = "scene", "along", "asked_runs"
#: In the order of their sliders; the others stand below "More".
SLIDERS = ("x", "y", "scale", "rotation", "clutter", "time_of_day")
MORE_SLIDERS = ("noise", "palette")
PICTURE_SIDE = 360  # pixels
RANKED = 3


def main() -> None:
    comparison = open_page(STRESS_TEST, QUESTION)
    if not comparison.data_set.drawn:
        offer_drawn_data_set(comparison)
        st.stop()
    classes = comparison.data_set.class_names
    runs = [run for run in comparison.all_runs if run.config.class_names == classes]
    if not runs:
        st.info(
            f"**{plain(comparison.data_set.title)}** has no run of its classes yet. Train one at a "
            "terminal, then reload this page:\n```\npython -m engine train "
            f"{comparison.data_set.name} scratch\n```",
            icon=":material/model_training:",
        )
        st.stop()
    looks = looks_of({run.name: run for run in runs}, comparison.runs.values())
    tell_stories()
    scene_and_answers(choose_runs(runs, looks), looks)
    over_the_whole_split(runs, looks)


def offer_drawn_data_set(comparison: Comparison) -> None:
    """Only drawn pictures can be drawn again: lead to them."""
    st.info(
        f"The photos of **{plain(comparison.data_set.title)}** cannot be drawn again. This page "
        "asks its questions about **Scenes**, a data set that the engine draws.",
        icon=":material/draw:",
    )
    if "scenes" in list_data_sets():
        st.button(
            "Go to Scenes",
            icon=":material/arrow_forward:",
            on_click=address.choose,
            args=(address.DATA_SET, "scenes"),
        )


def set_state(**values) -> None:
    """Set widgets before the page runs again."""
    st.session_state.update(values)


def choose_runs(found: list[Run], looks: dict[str, Look]) -> dict[str, Run]:
    """The runs that answer, by name; all of them unless the visitor chose."""
    runs = {run.name: run for run in found}
    take_other_icons(looks)
    chosen = st.pills(
        "Who answers",
        list(runs),
        selection_mode="multi",
        default=list(runs),
        format_func=lambda name: looks[name].marked(looks[name].title),
        key=ASKED,
        bind="query-params",
    )
    return {name: runs[name] for name in chosen or runs}


def take_other_icons(looks: dict[str, Look]) -> None:
    """Let a link choose by title, whatever icon a run had where the link was made."""
    asked = st.query_params.get_all(ASKED)
    if set(asked) - {look.marked(look.title) for look in looks.values()}:
        titles = {title.partition(" ")[2] for title in asked}
        st.session_state[ASKED] = [name for name, look in looks.items() if look.title in titles]


def tell_stories() -> None:
    """One click sets a whole scene."""
    with st.container(horizontal=True, gap="small"):
        for number, (title, story) in enumerate(STORIES.items()):
            values = dataclasses.asdict(story.scene)
            values[CLASS] = values.pop("class_name")
            st.button(
                title,
                icon=":material/auto_stories:",
                key=f"story_{number}",
                on_click=set_state,
                kwargs={**values, ALONG: story.along},
            )


@st.fragment  # A slider redraws the picture and the answers, not the page.
def scene_and_answers(runs: dict[str, Run], looks: dict[str, Look]) -> None:
    """The sliders, the picture, the answers, and how they move along one parameter."""
    # The sliders stand beside everything they move; on a phone below it.
    moved, sliders = st.columns([2, 1], gap="medium")
    with sliders:
        scene = choose_scene()
    with moved:
        picture, answers = st.columns(2, gap="medium")
        with picture:
            show_scene(scene)
        with answers:
            answering = show_answers(scene, runs, looks)
        if answering:
            show_strip(scene, answering, looks)


def show_scene(scene: SceneParameters) -> None:
    """The picture, and another one of the same kind at a click."""
    st.image(cache.scene_jpeg(scene), width=PICTURE_SIDE)
    st.button(
        "Draw another",
        icon=":material/casino:",
        key="another_scene",
        on_click=set_state,
        kwargs={"seed": (scene.seed + 1) % (RANGES["seed"].high + 1)},
    )


def show_strip(scene: SceneParameters, runs: dict[str, Run], looks: dict[str, Look]) -> None:
    """How sure each run is of the true class along one parameter, and where the scene is."""
    along = st.segmented_control(
        "Look along",
        [*SLIDERS, *MORE_SLIDERS],
        default="rotation",
        required=True,
        format_func=lambda name: RANGES[name].title,
        key=ALONG,
        bind="query-params",
        wrap=True,
    )
    with st.spinner(f"Drawing {STRIP_POINTS} pictures"):
        answers = cache.answers_along(scene, along, STRIP_POINTS, runs)
    show(
        strip_chart(
            answers,
            {name: looks[name] for name in runs},
            RANGES[along].title,
            RANGES[along].unit,
            getattr(scene, along),
            scene.class_name,
        ),
        key="strip",
    )


def choose_scene() -> SceneParameters:
    """The scene that the class box and the sliders describe; all of it stands in the address."""
    class_name = st.selectbox(
        "What is in the picture", SCENE_CLASSES, key=CLASS, bind="query-params"
    )
    values = {name: slider(name) for name in SLIDERS}
    with st.expander("More"):
        values |= {name: slider(name) for name in MORE_SLIDERS}
        allowed = RANGES["seed"]
        values["seed"] = st.number_input(
            "Number of the drawing",
            int(allowed.low),
            int(allowed.high),
            int(allowed.default),
            key="seed",
            bind="query-params",
            help=allowed.explanation,
        )
    return SceneParameters(class_name, **values)


def slider(name: str) -> float:
    """The slider of one parameter."""
    allowed = RANGES[name]
    return st.slider(
        f"{allowed.title} ({allowed.unit})" if allowed.unit else allowed.title,
        float(allowed.low),
        float(allowed.high),
        float(allowed.default),
        float(allowed.step),
        key=name,
        bind="query-params",
        help=allowed.explanation,
    )


def show_answers(
    scene: SceneParameters, runs: dict[str, Run], looks: dict[str, Look]
) -> dict[str, Run]:
    """What each run says to the picture; those that can answer."""
    answered = {}
    for name, run in runs.items():
        with st.container(border=True, gap="xsmall"):
            st.markdown(looks[name].marked(f"**{plain(looks[name].title)}**"))
            try:
                with st.spinner("Loading the model: a few seconds, once"):
                    answer = cache.scene_answer(scene, run)
            except EngineError as error:
                st.error(plain(str(error)), icon=":material/error:")
                continue
            answered[name] = run
            (said, probability), *others = top_k(
                answer.probabilities, run.config.class_names, RANKED
            )
            mark = ":green[✓]" if said == scene.class_name else ":red[✗]"
            st.progress(
                min(1.0, probability),
                text=f"{mark} **{plain(said)}**, {exact_percent(probability)} sure",
            )
            st.caption(
                " · ".join(f"{plain(other)} {exact_percent(share)}" for other, share in others)
                + f" · {answer.milliseconds:.0f} ms"
            )
    return answered


def over_the_whole_split(runs: list[Run], looks: dict[str, Look]) -> None:
    """Accuracy of all runs against rotation and scale, over all test pictures."""
    st.subheader("Over the whole test split")
    curves = {parameter: robustness_curves(runs, parameter) for parameter in REDRAWN}
    if not any(curves.values()):
        st.info(
            "No run has been measured yet. Measure all of them at a terminal, which takes "
            f"minutes:\n```\npython -m engine robustness {runs[0].config.data_set}\n```",
            icon=":material/monitoring:",
        )
        return
    st.markdown(
        "Every test picture is drawn again with the same rotation, or the same scale, and all "
        "else as it was."
    )
    for column, parameter in zip(st.columns(len(REDRAWN)), REDRAWN, strict=True):
        measured = [run for run in runs if run.name in curves[parameter]]
        if not measured:
            continue
        with column:
            show(
                robustness_chart(
                    curves[parameter],
                    looks,
                    REDRAWN[parameter],
                    1 / len(SCENE_CLASSES),
                ),
                key=f"robustness_{parameter}",
            )
    link(ROBUSTNESS, "Dark, blurred, badly saved: Robustness")


main()
