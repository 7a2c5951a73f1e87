"""Live prediction: what the models say about a photo of your own, and why."""

import random
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import streamlit as st

from engine.data.images import (
    FILE_EXTENSIONS,
    MAX_BYTES,
    MAX_PIXELS,
    decode_photo,
    encode_jpeg,
    thumbnail,
)
from engine.errors import EngineError
from engine.measures.answers import SIDES, top_k
from engine.measures.calibration import Rejection, choose_rejection
from engine.runs import fingerprint
from engine.views.charts.probabilities import probability_chart
from engine.views.looks import Look, looks_of
from pages.ui import cache
from pages.ui.chart import show
from pages.ui.frame import need_runs, open_page
from pages.ui.heat import overlay
from pages.ui.navigation import CALIBRATION, LIVE_PREDICTION, link
from pages.ui.older_links import accept_older, older_titles
from pages.ui.photos import photos_here
from pages.ui.text import plain
from pages.ui.why import ITS_ANSWER, WHY_HELP, strength_slider

UPLOAD, CAMERA, TEST_PHOTO = "Upload", "Camera", "Test photo"
BOTH, ANY_CLASS = "Both", "any class"
#: Pixels; a portrait of this height leaves room for the answers below it on a phone.
PHOTO_SIDE, SEEN_SIDE, WHY_SIDE, CAMERA_WIDTH = 300, 120, 260, 480
CLASSES_NAMED = 40


@dataclass
class Asked:
    """One photo and what was answered to it: the session keeps the last, and no photo else.

    Attributes:
        source: What the photo is, to see whether it is still the same.
        preview: The upright photo as JPEG, at most twice `PHOTO_SIDE` long; None if unreadable.
        width: Pixels to show it at.
        problem: Why it cannot be read.
        answers: By run folder and its fingerprint, the answer or why there is none.
        heats: By the same and the position of a class, what speaks for that class.
    """

    source: tuple
    preview: bytes | None = None
    width: int = 0
    problem: str | None = None
    answers: dict = field(default_factory=dict)
    heats: dict = field(default_factory=dict)


def choose_photo(data_set, source: str):
    """The widgets of a source of photos.

    Returns:
        What the photo is (to compare), a function that gives its pixels, and its true class;
        None where nothing is chosen yet.
    """
    if source == TEST_PHOTO:
        return choose_test_photo(data_set) if photos_here(data_set, "Test photos") else None
    if source == UPLOAD:
        file = st.file_uploader(
            f"A photo: at most {MAX_BYTES >> 20} MB and {MAX_PIXELS // 10**6} megapixels",
            type=[extension[1:] for extension in FILE_EXTENSIONS],
            max_upload_size=MAX_BYTES >> 20,
            key="upload",
            help="On a phone this button offers the camera, too. "
            "JPEG, PNG, WebP, AVIF, HEIC, BMP or GIF (its first frame).",
        )
    else:
        file = st.camera_input(
            "Show the camera one of the classes", key="camera", width=CAMERA_WIDTH
        )
    st.caption(
        ":material/lock: Your photo is not stored: it is forgotten when you close this page."
    )
    if not file:
        return None
    return (source, file.file_id), partial(decode_upload, file), None


def decode_upload(file) -> np.ndarray:
    """The pixels of an uploaded photo."""
    return decode_photo(file.getvalue(), file.name)


def choose_test_photo(data_set):
    """A class, one of its test photos, and a button for another."""
    test = data_set.photos[data_set.photos["split"] == "test"]
    # The bottom edge, so that the button stands beside the boxes and not beside their labels.
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wanted = st.selectbox(
            "Class",
            [ANY_CLASS, *data_set.class_names],
            key="photo_class",
            bind="query-params",
            on_change=lambda: st.session_state.pop("photo", None),
            width=170,
        )
        if wanted != ANY_CLASS:
            test = test[test["class_name"] == wanted]
        if test.empty:
            st.markdown(f"The test split has no photo of {plain(wanted)}.")
            return None
        image_ids = test["image_id"].tolist()
        image_id = st.selectbox(
            f"Photo ({len(image_ids)} to choose from)",
            image_ids,
            key="photo",
            bind="query-params",
            width=290,
        )
        st.button(
            "Another photo",
            icon=":material/shuffle:",
            key="another",
            disabled=len(image_ids) == 1,
            on_click=show_another,
            args=([one for one in image_ids if one != image_id],),
        )
    true_class = test.loc[test["image_id"] == image_id, "class_name"].iloc[0]
    return (data_set.folder, image_id), partial(data_set.read_photo, image_id), true_class


def show_another(image_ids: list[str]) -> None:
    """Choose a photo at random."""
    st.session_state["photo"] = random.choice(image_ids)


def open_photo(source: tuple, read) -> tuple[Asked, object]:
    """What the session knows of this photo, and its pixels where they had to be read now."""
    asked = st.session_state.get("asked")
    if asked is not None and asked.source == source:
        return asked, None
    asked = Asked(source)
    try:
        photo = read()
    except EngineError as error:
        asked.problem = str(error)
        photo = None
    else:
        # Twice as many pixels as shown: phones and projectors have dense screens.
        small = thumbnail(photo, 2 * PHOTO_SIDE)
        height, width = small.shape[:2]
        asked.preview = encode_jpeg(small)
        asked.width = max(1, round(width * min(1, PHOTO_SIDE / max(height, width))))
    st.session_state["asked"] = asked
    return asked, photo


def ask(asked: Asked, photo, chosen: dict, read) -> dict:
    """The answer of the run of each side, or the sentence why it has none."""
    answers = {}
    for side, run in chosen.items():
        key = (run.folder, fingerprint(run.folder))
        if key not in asked.answers:
            try:
                predictor = cache.predictor(run)
                photo = read() if photo is None else photo
                asked.answers[key] = predictor.predict(photo)
            except (EngineError, OSError) as error:
                asked.answers[key] = str(error)
        answers[side] = asked.answers[key]
    return answers


@dataclass(frozen=True)
class Reasons:
    """What the visitor wants to see of the reasons.

    Attributes:
        class_name: For which class, or `ITS_ANSWER`.
        strength: Of the overlay, 0 to 1.
    """

    class_name: str
    strength: float


def choose_reasons(class_names) -> Reasons | None:
    """The switch, the class and the strength of the overlay; None where it is off."""
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        wanted = st.toggle(
            "Show why",
            key="why",
            bind="query-params",
            help=WHY_HELP,
        )
        if not wanted:
            return None
        class_name = st.selectbox(
            "What speaks for",
            [ITS_ANSWER, *class_names],
            key="why_class",
            bind="query-params",
            width=200,
        )
        return Reasons(class_name, strength_slider())


def show_reasons(asked: Asked, run, answer, reasons: Reasons) -> None:
    """What speaks for a class, laid over what the model sees."""
    names = run.config.class_names
    said = names[int(answer.probabilities.argmax())]
    if reasons.class_name not in (ITS_ANSWER, *names):
        st.caption(f"It does not know **{plain(reasons.class_name)}**.")
        return
    position = names.index(said if reasons.class_name == ITS_ANSWER else reasons.class_name)
    key = (run.folder, fingerprint(run.folder), position)
    if key not in asked.heats:
        try:
            asked.heats[key] = cache.predictor(run).explain(answer.seen, position)
        except EngineError as error:
            st.error(plain(str(error)), icon=":material/error:")
            return
    heat = asked.heats[key]
    st.image(overlay(answer.seen, heat, reasons.strength), width=WHY_SIDE, output_format="JPEG")
    if heat.any():
        st.caption(
            f"The brighter, the more it speaks for **{plain(names[position])}**, in "
            f"{heat.shape[1]}x{heat.shape[0]} fields."
        )
    else:
        st.caption(f"Nothing in this picture speaks for **{plain(names[position])}**.")


def show_answer(
    key: str, look: Look, run, answer, classes: int, true_class: str | None, rejection: Rejection
) -> None:
    """One run's answer: in words, as bars, what it saw and how long it took."""
    st.markdown(f"##### {look.marked(plain(look.title))}")
    if isinstance(answer, str):
        st.error(plain(answer), icon=":material/error:")
        return
    ranked = top_k(answer.probabilities, run.config.class_names, classes)
    said, probability = ranked[0]
    if passes(probability, rejection):
        st.markdown("#### None of these, probably")
        st.markdown(
            f"Closest: **{plain(said)}**, {whole_percent(probability)} sure. Below "
            f"{whole_percent(rejection.threshold)} it passes."
        )
        if true_class is not None:
            st.markdown(f":orange[:material/do_not_disturb_on: **Passed**]: {plain(true_class)}.")
    else:
        st.markdown(f"#### {plain(said)}, {whole_percent(probability)} sure")
        if true_class == said:
            st.markdown(f":green[:material/check_circle: **Right**]: {plain(true_class)}.")
        elif true_class is not None:
            st.markdown(f":red[:material/cancel: **Wrong**]: it is {plain(true_class)}.")
    chart = probability_chart(ranked, look, len(answer.probabilities), true_class)
    show(chart, key=f"bars_{key}")
    size = len(answer.seen)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.image(answer.seen, width=SEEN_SIDE, output_format="PNG")
        st.caption(
            f"**It sees** the middle square, {size}x{size} pixels.\n\n"
            f"**It took** {answer.milliseconds:.0f} ms.",
            width=110,
        )


def passes(probability: float, rejection: Rejection) -> bool:
    """Whether a model is too unsure to name one of its classes."""
    return probability < rejection.threshold


def compare(answers: dict, looks: dict[str, Look], chosen: dict, rejections: dict) -> None:
    """One sentence about whether the models agree."""
    best = {
        side: top_k(answer.probabilities, chosen[side].config.class_names, 1)[0]
        for side, answer in answers.items()
        if not isinstance(answer, str)
    }
    if len(best) < len(SIDES):
        return
    said = {
        side: None if passes(probability, rejections[side]) else name
        for side, (name, probability) in best.items()
    }
    if set(said.values()) == {None}:
        st.markdown("**Both models pass:** this is none of their classes, probably.")
    elif len(set(said.values())) == 1:
        surer = max(best, key=lambda side: best[side][1])
        st.markdown(
            f"**Both models say {plain(said[surer])}**; {plain(looks[surer].short_title)} is surer "
            "of it."
        )
    else:
        each = ", ".join(
            f"{plain(looks[side].short_title)} "
            + ("passes" if name is None else f"says {plain(name)}")
            for side, name in said.items()
        )
        st.markdown(f"**The models disagree:** {each}.")


def whole_percent(probability: float) -> str:
    """0.934 -> `93 %`; never `100 %` of what is not certain."""
    return "more than 99\u00a0%" if probability > 0.99 else f"{100 * probability:.0f}\u00a0%"


def known_classes(class_names) -> str:
    """The classes in words, the list cut where there are very many."""
    listed = ", ".join(plain(name) for name in class_names[:CLASSES_NAMED])
    more = len(class_names) - CLASSES_NAMED
    return f"{listed} and {more} more" if more > 0 else listed


comparison = open_page(LIVE_PREDICTION, "Show both models a photo they have never seen.")
sides = comparison.sides
looks = looks_of(sides)
need_runs(comparison, looks)
class_names = list(dict.fromkeys(name for run in sides.values() for name in run.config.class_names))
st.markdown(
    f":material/info: They know **only these {len(class_names)} classes**: "
    f"{known_classes(class_names)}. Whatever else you show them gets one of these names, too, "
    "unless they are so unsure that they pass."
)

with st.container(horizontal=True, gap="medium"):
    source_title = st.segmented_control(
        "Photo from",
        [UPLOAD, CAMERA, TEST_PHOTO],
        default=UPLOAD,
        required=True,
        key="source",
        bind="query-params",
    )
    if comparison.complete:
        options = [BOTH, *(look.short_title for look in looks.values())]
        accept_older("ask", options, older_titles(sides, looks))
        asked_title = st.segmented_control(
            "Ask",
            options,
            default=BOTH,
            required=True,
            key="ask",
            bind="query-params",
        )
        sides = {
            side: run
            for side, run in sides.items()
            if asked_title in (BOTH, looks[side].short_title)
        }
    shown = st.slider(
        "Classes shown",
        1,
        len(class_names),
        min(5, len(class_names)),
        key="k",
        bind="query-params",
        width=200,
    )
picked = choose_photo(comparison.data_set, source_title)
if picked is None:
    if source_title == UPLOAD:
        st.caption("No photo at hand? **Test photo** above takes one that no model was trained on.")
    st.stop()

source, read, true_class = picked
asked, photo = open_photo(source, read)
if asked.problem:
    st.error(plain(asked.problem), icon=":material/error:")
    st.stop()
reasons = choose_reasons(class_names)
above = st.container()
if source_title == CAMERA:  # which shows the photo itself
    columns = st.columns(len(sides))
else:
    photo_column, *columns = st.columns([4, *[5] * len(sides)])
    with photo_column:
        st.image(asked.preview, width=asked.width)
        st.caption(
            "Your photo" if true_class is None else f"{plain(true_class)}, from the test split"
        )
with above, st.spinner("Loading the models: a few seconds, once"):
    answers = ask(asked, photo, sides, read)
rejections = {side: choose_rejection(run.predictions) for side, run in sides.items()}
with above:
    compare(answers, looks, sides, rejections)
for column, (side, answer) in zip(columns, answers.items(), strict=True):
    with column, st.container(border=True):
        run = sides[side]
        show_answer(run.name, looks[side], run, answer, shown, true_class, rejections[side])
        if reasons is not None and not isinstance(answer, str):
            show_reasons(asked, run, answer, reasons)
st.caption("“Sure” is the model's own estimate: it can be sure and wrong.")
link(CALIBRATION, "How far can “sure” be trusted?")
