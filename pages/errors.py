"""Errors: which photos each model gets wrong, what it takes them for, and how sure it is."""

import re
from dataclasses import dataclass
from functools import partial

import pandas as pd
import streamlit as st

from engine import metrics
from engine.answers import (
    answers_table,
    doubtful_labels,
    matching_photos,
    most_confident_mistakes,
    prediction_table,
    right_answers,
)
from engine.charts import confusion
from engine.charts.evidence import difference_chart
from engine.charts.theme import MODEL_ICONS, SHORT_TITLES, TITLES, coloured
from engine.config import MODELS
from engine.errors import EngineError
from engine.evidence import class_differences, paired_evidence
from engine.runs import Run
from engine.sentences import errors as sentences
from engine.sentences.errors import OUTCOME_TITLES
from engine.sentences.verdict import WHAT_DOES_NOT_FOLLOW, verdict
from pages.ui.answers import show_answer_pages, show_answers
from pages.ui.chart import show
from pages.ui.frame import Comparison, need_runs, open_page
from pages.ui.navigation import ERRORS
from pages.ui.outcomes import SPLIT_TITLES, WHO_IS_RIGHT, outcome_tiles
from pages.ui.photos import photos_here
from pages.ui.tables import csv_button, show_sortable
from pages.ui.text import plain
from pages.ui.why import Why, choose_why

SPLIT_HELP = (
    "Test photos were never used before. Validation photos chose the epoch that is kept, "
    "so their numbers may be a little too good."
)
SHARES, COUNTS = "% of true label", "Photos"
ANY, WRONG, EITHER = "any label", "any wrong label", "Either model"
MATRICES, CLASSES = "Confusion matrices", "Class by class"
MISTAKES, LABELS = "Confident mistakes", "Doubtful labels"
#: Two rows at 1280 px; each photo takes a browser 10 ms.
PHOTOS_A_PAGE = 10
CONFIDENT_MISTAKES = 8
DOUBTFUL_LABELS = 12
#: A matrix of more classes cannot be read; the boxes and the table keep all of them.
MOST_CLASSES = 30


@dataclass(frozen=True, eq=False)
class Answers:
    """What one run says about the photos of the split.

    Attributes:
        table: `engine.answers.prediction_table`.
        report: `engine.metrics.per_class_report`.
        counts: `engine.metrics.confusion_table` in photos.
        values: What the cells show: `counts`, or shares of each true label.
    """

    table: pd.DataFrame
    report: pd.DataFrame
    counts: pd.DataFrame
    values: pd.DataFrame


def read_answers(run: Run, split: str, cells: str) -> Answers:
    """The answers of a run on one split."""
    part = run.predictions.of_split(split)
    labels = (part.y_true, part.y_pred, part.class_names)
    counts = metrics.confusion_table(*labels)
    shares = cells == SHARES
    return Answers(
        table=prediction_table(part.image_ids, part.y_true, part.y_prob, part.class_names),
        report=metrics.per_class_report(*labels),
        counts=counts,
        values=metrics.confusion_table(*labels, normalize="true") if shares else counts,
    )


def starting_cell(run: Run) -> tuple[str, str]:
    """The most frequent mistake over both splits, so that a plain link means one thing."""
    names = run.predictions.class_names
    cell = metrics.largest_confusion(run.predictions.y_true, run.predictions.y_pred, len(names))
    return (ANY, WRONG) if cell is None else (names[cell[0]], names[cell[1]])


def photos_of(count: int) -> str:
    """`1 photo`, `2 photos`."""
    return f"{count:,} photo{'' if count == 1 else 's'}"


def first_page(key: str) -> None:
    """Another choice starts on its first page of photos."""
    if st.session_state.get(key, 1) != 1:
        st.session_state[key] = 1


def takes_clicks() -> bool:
    """Whether cells can be clicked: Plotly takes a finger's tap for the cell tapped before."""
    return not re.search(r"Mobi|Android|iPhone|iPad", st.context.headers.get("User-Agent", ""))


def take_click(model: str, chart: str, class_names: list[str]) -> None:
    """Carry a click on a matrix over to the boxes below it."""
    cell = confusion.clicked_cell(st.session_state[chart].selection.points, class_names)
    if cell is not None:
        st.session_state["true_label"], st.session_state["predicted_label"] = cell
        st.session_state["model"] = SHORT_TITLES[model]
        first_page("photo_page")


@st.fragment  # A click reruns this part alone.
def matrices_and_photos(
    comparison: Comparison,
    answers: dict[str, Answers],
    said: pd.DataFrame,
    split: str,
    why: Why | None,
) -> None:
    """The confusion matrices, the choice of a cell or a class, and its photos."""
    models = list(answers)
    st.markdown(
        f"{sentences.MATRICES} "
        + ("**Click a cell, or choose below,** " if takes_clicks() else "**Choose a cell below** ")
        + "to see its photos."
    )
    if len(shown_classes(answers)) < len(said["true"].unique()):
        st.caption(f"The {MOST_CLASSES} classes with the most mistakes are drawn.")
    matrices = st.container()  # Drawn last: they frame what the boxes below them chose.
    true, predicted, who = choose(comparison, models)
    chosen = [model for model in models if who in (SHORT_TITLES[model], EITHER)]
    cell = (None if true == ANY else true, None if predicted in (ANY, WRONG) else predicted)
    with matrices:
        draw_matrices(answers, chosen, cell, split)
    photos = matching_photos(said, chosen, *cell, only_wrong=predicted == WRONG)
    describe_choice(photos, models, chosen, true, predicted)
    if len(photos):
        show_answer_pages(comparison.data_set, photos, models, "photo_page", PHOTOS_A_PAGE, why)


def choose(comparison: Comparison, models: list[str]) -> tuple[str, str, str]:
    """The three boxes: true label, predicted label, and whose prediction."""
    run = comparison.runs[models[0]]
    names = run.config.class_names
    keys = ("true_label", "predicted_label")
    if not any(key in st.session_state or key in st.query_params for key in keys):
        for key, start in zip(keys, starting_cell(run), strict=True):
            st.session_state[key] = start
    owners = [SHORT_TITLES[model] for model in models]
    if len(models) > 1:
        owners.append(EITHER)
    bound = {"bind": "query-params", "on_change": first_page, "args": ("photo_page",)}
    # No default, so that every choice stands in the address; cleared boxes mean any label.
    labels = {"index": None, "placeholder": ANY, **bound}
    left, middle, right = st.columns(3)
    true = left.selectbox("True label", [ANY, *names], key="true_label", **labels)
    predicted = middle.selectbox(
        "Predicted label", [ANY, WRONG, *names], key="predicted_label", **labels
    )
    return (
        true or ANY,
        predicted or ANY,
        right.selectbox("Predicted by", owners, key="model", **bound),
    )


def draw_matrices(answers: dict[str, Answers], chosen: list[str], cell: tuple, split: str) -> None:
    """The matrix of each model, with a frame around the chosen cell, row or column."""
    shown = shown_classes(answers)
    values = {model: one.values.loc[shown, shown] for model, one in answers.items()}
    largest = confusion.full_colour(values.values())
    for column, (model, one) in zip(st.columns(len(answers)), answers.items(), strict=True):
        key = f"matrix_{model}"
        figure = confusion.confusion_figure(
            one.counts,
            values[model],
            model,
            largest,
            cell if model in chosen else None,
        )
        on_click = partial(take_click, model, key, shown)
        with column:
            show(
                figure,
                key,
                f"Confusion matrix of {TITLES[model]}",
                on_select=on_click if takes_clicks() else "ignore",
                selection_mode="points",
            )
            csv_button(matrix_rows(one.counts), f"confusions-{model}-{split}")


def matrix_rows(counts: pd.DataFrame) -> pd.DataFrame:
    """A confusion matrix as a table of numbers of photos, its rows named in the first column."""
    return counts.rename_axis(columns=None).reset_index()


def shown_classes(answers: dict[str, Answers]) -> list[str]:
    """The classes of the matrices: all, or those with the most mistakes."""
    counts = [one.counts for one in answers.values()]
    names = list(counts[0].index)
    return [names[at] for at in metrics.most_confused_classes(counts, MOST_CLASSES)]


def describe_choice(photos, models, chosen, true: str, predicted: str) -> None:
    """What was chosen, how many photos that is, and who gets how many of them right."""
    of = "" if true == ANY else f" of **{plain(true)}**"
    by = " or ".join(coloured(model, SHORT_TITLES[model]) for model in chosen)
    said = {ANY: "", WRONG: f", wrong by {by}"}.get(
        predicted, f", called **{plain(predicted)}** by {by}"
    )
    lines = [f"##### {photos_of(len(photos))}{of}{said}"]
    if photos.empty:
        lines.append("No photo stands in this cell: choose another one.")
    else:
        rights = (
            f"{coloured(model, SHORT_TITLES[model])} gets "
            f"**{right_answers(photos, model)} of {len(photos)}** right"
            for model in models
        )
        lines.append(" · ".join(rights))
    st.markdown("\n\n".join(lines))


def class_by_class(answers: dict[str, Answers], report: pd.DataFrame, split: str) -> None:
    """The difference of the matrices, and the scores of each class as a chart and a table."""
    models = list(answers)
    if len(models) == 1:
        scores_chart(report)
    else:
        difference, scores = st.columns(2)
        with difference:
            shown = shown_classes(answers)
            show(
                confusion.difference_figure(
                    *(one.counts for one in answers.values()),
                    *(one.values.loc[shown, shown] for one in answers.values()),
                ),
                key="difference",
            )
            st.caption(sentences.DIFFERENCE)
        with scores:
            scores_chart(report)
    scores_table(report, models, split)


def scores_table(report: pd.DataFrame, models: list[str], split: str) -> None:
    """Precision, recall, F1 and support of each class; a click on a header sorts."""
    table, settings = pd.DataFrame({"Class": report["class_name"]}), {}
    settings["Class"] = st.column_config.TextColumn(pinned=True)
    table["Photos"] = report["support"]
    settings["Photos"] = st.column_config.NumberColumn(help="Support: photos of this true label.")
    for score, title in confusion.SCORE_TITLES.items():
        for model in models:
            header = f"{title} {MODEL_ICONS[model]}"
            table[header] = 100 * report[f"{score}_{model}"]
            settings[header] = st.column_config.NumberColumn(
                format="%.0f %%", help=f"{title} of {TITLES[model]}."
            )
        if len(models) > 1:
            header = f"{title} Δ"
            table[header] = 100 * report[f"{score}_difference"]
            settings[header] = st.column_config.NumberColumn(
                format="%+.0f", help=f"{title} of ResNet50 less scratch, in percentage points."
            )
    show_sortable(
        table,
        report,
        f"scores-by-class-{split}",
        hide_index=True,
        column_config=settings,
        height=min(35 * len(table) + 38, 560),
    )


@st.fragment
def scores_chart(report: pd.DataFrame) -> None:
    """One score of each class, the score in the address."""
    score = st.segmented_control(
        "Score",
        list(confusion.SCORE_TITLES.values()),
        default=confusion.SCORE_TITLES["recall"],
        required=True,
        key="score",
        bind="query-params",
        help=sentences.SCORES,
    )
    (score,) = (name for name, title in confusion.SCORE_TITLES.items() if title == score)
    show(confusion.scores_figure(report, score), key="scores")


def who_is_right(comparison: Comparison, pairs: pd.DataFrame, split: str, why: Why | None) -> None:
    """How often both, one or none is right, what follows from it, and the photos behind it."""
    evidence = paired_evidence(pairs)
    outcome_tiles(evidence.counts)
    st.markdown(verdict(evidence, split))
    st.caption(WHAT_DOES_NOT_FOLLOW)
    outcome_photos(comparison, pairs, why)
    differences = class_differences(pairs)
    show(difference_chart(differences), key="class_differences")
    st.caption(sentences.CLASS_DIFFERENCES)
    csv_button(differences, f"class-differences-{split}")


@st.fragment
def outcome_photos(comparison: Comparison, pairs: pd.DataFrame, why: Why | None) -> None:
    """The photos of one of the four outcomes."""
    title = st.segmented_control(
        "Show the photos of",
        list(OUTCOME_TITLES.values()),
        default=OUTCOME_TITLES["only resnet50"],
        required=True,
        key="outcome",
        bind="query-params",
        on_change=first_page,
        args=("outcome_page",),
    )
    (outcome,) = (name for name, one in OUTCOME_TITLES.items() if one == title)
    photos = matching_photos(pairs[pairs["outcome"] == outcome], MODELS, None, None)
    if photos.empty:
        st.markdown("There is no such photo in this split.")
    else:
        show_answer_pages(comparison.data_set, photos, MODELS, "outcome_page", PHOTOS_A_PAGE, why)


def confident_mistakes(
    comparison: Comparison, answers: dict[str, Answers], said: pd.DataFrame, why: Why | None
) -> None:
    """The wrong answers that each model is surest of."""
    for model, one in answers.items():
        mistakes = most_confident_mistakes(one.table, CONFIDENT_MISTAKES)
        st.markdown(f"##### {coloured(model, TITLES[model])}")
        if mistakes.empty:
            st.markdown("It makes no mistake on this split.")
            continue
        photos = mistakes[["image_id"]].merge(said, on="image_id")
        show_answers(comparison.data_set, photos, list(answers), f"mistakes_{model}", why)


def show_doubtful_labels(comparison: Comparison, said: pd.DataFrame, why: Why | None) -> None:
    """Photos on which both models agree against the label."""
    doubtful = doubtful_labels(said)
    if doubtful.empty:
        st.markdown(
            "On no photo of this split do both models agree against the label, each at least "
            "50 % sure."
        )
        return
    st.markdown(
        "Both models agree with each other against the label of "
        f"**{photos_of(len(doubtful))}**, each at least 50 % sure. Models share blind spots, but "
        "so do the people who label: look for yourself."
    )
    if len(doubtful) > DOUBTFUL_LABELS:
        st.caption(f"The {DOUBTFUL_LABELS} of which they are surest.")
    show_answers(comparison.data_set, doubtful.head(DOUBTFUL_LABELS), MODELS, "doubtful", why)


def choose_view(comparison: Comparison) -> tuple[str, str, str]:
    """What the page shows, of which split, and in which unit.

    One view at a time: all at once took a second to draw, and a phone a minute to scroll.
    """
    views = [MATRICES, CLASSES, MISTAKES]
    if comparison.complete:
        views = [MATRICES, CLASSES, WHO_IS_RIGHT, MISTAKES, LABELS]
    always = {"required": True, "bind": "query-params"}
    view = st.segmented_control("Show", views, default=MATRICES, key="errors_view", **always)
    with st.container(horizontal=True):
        split = st.segmented_control(
            "Split",
            list(SPLIT_TITLES.values()),
            default=SPLIT_TITLES["test"],
            key="errors_split",
            help=SPLIT_HELP,
            **always,
        )
        cells = SHARES
        if view in (MATRICES, CLASSES):
            cells = st.segmented_control(
                "Cells show", [SHARES, COUNTS], default=SHARES, key="cells", **always
            )
    (split,) = (name for name, title in SPLIT_TITLES.items() if title == split)
    return view, split, cells


def main() -> None:
    comparison = open_page(
        ERRORS, "Which photos does each model get wrong, and what does it take them for?"
    )
    need_runs(comparison, both=False)
    view, split, cells = choose_view(comparison)
    try:
        answers = {model: read_answers(run, split, cells) for model, run in comparison.runs.items()}
        said = answers_table({model: one.table for model, one in answers.items()})
        report = metrics.class_scores({model: one.report for model, one in answers.items()})
    except EngineError as error:
        st.error(f"{error} Choose other runs in the sidebar.", icon=":material/error:")
        st.stop()
    if said.empty:
        st.info(
            f"The {split} split has no photo that every chosen run has answered. "
            "Choose the other split or other runs.",
            icon=":material/info:",
        )
        st.stop()
    if view == CLASSES:
        class_by_class(answers, report, split)
        return
    why = None
    if photos_here(comparison.data_set, "The photos behind the errors"):
        why = choose_why(comparison.runs)
    if view == MATRICES:
        matrices_and_photos(comparison, answers, said, split, why)
    elif view == WHO_IS_RIGHT:
        who_is_right(comparison, said, split, why)
    elif view == MISTAKES:
        confident_mistakes(comparison, answers, said, why)
    else:
        show_doubtful_labels(comparison, said, why)


main()
