"""Overview: the question, the answer in numbers, and what they cost."""

import pandas as pd
import streamlit as st

from engine import findings
from engine.answers import only_one_right, paired_table, prediction_table
from engine.charts.accuracy import accuracy_chart
from engine.charts.theme import IN_A_SENTENCE, SHORT_TITLES, TITLES, coloured
from engine.data import CATALOG
from engine.errors import EngineError
from engine.evidence import Evidence, paired_evidence
from engine.histories import history_summary, overtaking
from engine.text import count, duration, percent
from pages.ui import address
from pages.ui.answers import answer_caption
from pages.ui.baselines import baseline_table, least_to_try
from pages.ui.chart import show
from pages.ui.frame import Comparison, has_both_models, need_runs, open_page
from pages.ui.navigation import (
    CALIBRATION,
    DATA_SET,
    ERRORS,
    LEARNING_CURVE,
    LIVE_PREDICTION,
    OVERVIEW,
    STRESS_TEST,
    TRAINING_CURVES,
    link,
)
from pages.ui.outcomes import outcome_tiles
from pages.ui.photos import photo_grid, photos_here
from pages.ui.text import plain
from pages.ui.verdict import WHAT_DOES_NOT_FOLLOW, interval_of_points, verdict

QUESTION = (
    "What does a convolutional network learn from a few thousand photos when it starts from "
    "nothing? And what does a ResNet50 add that has already seen the 1.3 million photos of "
    "ImageNet, and is only fine-tuned on ours?"
)
PHOTOS_EACH = 4


def main() -> None:
    comparison = open_page(OVERVIEW, QUESTION)
    _data_set_line(comparison)
    need_runs(comparison, both=False)
    table = findings.accuracy_table(
        {model: run.predictions for model, run in comparison.runs.items()}
    )
    if table.empty:
        st.info("The runs hold no predictions for validation or test photos.")
        st.stop()
    split = "test" if (table["split"] == "test").any() else "validation"
    pairs = _paired(comparison, split)
    evidence = None if pairs is None else paired_evidence(pairs)
    _headline(comparison, table, split, evidence)
    _cards(comparison, table, evidence)
    baselines = baseline_table(comparison)
    show(accuracy_chart(table, baselines), key="accuracy")
    least_to_try(comparison, baselines, split)
    left, right = st.columns(2, gap="large")
    with left:
        _cost(comparison)
    with right:
        _source_report(comparison, table)
    if evidence is not None:
        _is_it_real(split, evidence)
        _only_one_right(comparison, pairs)
    _next_pages()
    _how_measured(comparison)


def _data_set_line(comparison: Comparison) -> None:
    data_set = comparison.data_set
    sizes = data_set.photos["split"].value_counts()
    splits = ", ".join(
        f"{sizes.get(split, 0):,} {purpose}"
        for split, purpose in (
            ("train", "to train on"),
            ("validation", "to choose the best epoch"),
            ("test", "to test on"),
        )
    )
    st.caption(
        f":material/photo_library: **{plain(data_set.title)}**: "
        f"{plain(data_set.description.rstrip('.'))}. {len(data_set.photos):,} photos in "
        f"{len(data_set.class_names)} classes: {splits}."
    )
    others = [name for name in CATALOG if name != data_set.name and has_both_models(name)]
    for name in others:
        st.button(
            f"Or look at {CATALOG[name].title}: {CATALOG[name].description.lower()}",
            icon=":material/swap_horiz:",
            type="tertiary",
            key=f"go_{name}",
            on_click=address.choose,
            args=(address.DATA_SET, name),
        )


def _paired(comparison: Comparison, split: str) -> pd.DataFrame | None:
    """What both models said about each photo of the split; None if there is but one model."""
    if not comparison.complete:
        return None
    tables = [
        prediction_table(part.image_ids, part.y_true, part.y_prob, part.class_names)
        for part in (comparison.runs[model].predictions.of_split(split) for model in TITLES)
    ]
    try:
        return paired_table(*tables)
    except EngineError as error:
        st.warning(str(error), icon=":material/warning:")
        return None


def _headline(
    comparison: Comparison, table: pd.DataFrame, split: str, evidence: Evidence | None
) -> None:
    digests = {run.config.data_set_digest for run in comparison.runs.values()}
    if len(digests | {comparison.data_set.digest}) > 1:
        st.warning(
            "These runs were trained on another version of these photos: train them again "
            "before you compare.",
            icon=":material/difference:",
        )
    rows = {model: findings.accuracy_of(table, model, split) for model in comparison.runs}
    rows = {model: row for model, row in rows.items() if row is not None}
    photos = f"{next(iter(rows.values()))['photos']:,} {split} photos"
    answers = {model: f"**{percent(row['accuracy'])}**" for model, row in rows.items()}
    gap = findings.accuracy_gap(table, split)
    if gap is None:
        model, answer = next(iter(answers.items()))
        text = (
            f"On {photos} that it never learned from, {IN_A_SENTENCE[model]} names {answer} right."
        )
    else:
        outcome = "too few photos to tell them apart"
        if evidence is not None and evidence.clear:
            winner = "fine-tuning" if gap > 0 else "training from scratch"
            outcome = f"{winner} wins by {100 * abs(gap):.0f} points"
        text = (
            f"On {photos} that neither learned from, {IN_A_SENTENCE['resnet50']} names "
            f"{answers['resnet50']} right, {IN_A_SENTENCE['scratch']} {answers['scratch']}: "
            f"{outcome}."
        )
    st.markdown(f"#### {text}")


def _cards(comparison: Comparison, table: pd.DataFrame, evidence: Evidence | None) -> None:
    columns = st.columns(len(comparison.runs) + comparison.complete)
    for column, model in zip(columns, comparison.runs, strict=False):
        with column.container(border=True, height="stretch", gap="xsmall"):
            test = findings.accuracy_of(table, model, "test")
            if test is not None:
                st.metric(coloured(model, f"{TITLES[model]}, test"), percent(test["accuracy"]))
                st.caption(
                    f"95 % interval {_interval(test)}  \n"
                    f"about **{_errors_per_100(test)} in 100 photos**"
                )
            validation = findings.accuracy_of(table, model, "validation")
            if validation is not None:
                st.caption(
                    f"Validation **{percent(validation['accuracy'])}**, "
                    f"95 % interval {_interval(validation)}"
                )
    if comparison.complete:
        with columns[-1].container(border=True, height="stretch", gap="xsmall"):
            _gap_card(table, evidence)


def _gap_card(table: pd.DataFrame, evidence: Evidence | None) -> None:
    test, validation = (findings.accuracy_gap(table, split) for split in ("test", "validation"))
    if test is not None:
        st.metric(
            "Gap on test",
            f"{100 * test:+.1f} points",
            help="Percentage points: accuracy of the fine-tuned ResNet50 less that of the CNN "
            "from scratch.",
        )
        if evidence is not None:
            st.caption(
                f"95 % interval {interval_of_points(evidence)}  \n"
                + ("**hardly chance**" if evidence.clear else "**it may be chance**")
            )
    if validation is not None:
        st.caption(f"Validation **{100 * validation:+.1f} points**")


def _cost(comparison: Comparison) -> None:
    st.subheader("What it took")
    rows = {}
    for model, run in comparison.runs.items():
        summary, history = run.summary, history_summary(run.history)
        trained = summary["trainable_parameters"]
        rows[coloured(model, SHORT_TITLES[model])] = {
            "Parameters": count(summary["parameters"]),
            "of these trained": "all" if trained == summary["parameters"] else count(trained),
            "Epochs": f"{history.epochs}",
            "Best epoch": f"{history.best_epoch or 'none'}",
            "Training time": duration(summary["training_seconds"] / 60),
            "Computed in": summary["precision"],
        }
    st.table(pd.DataFrame(rows))
    processors = {plain(run.summary["processor"]) for run in comparison.runs.values()}
    st.caption(f"Trained on: {'; '.join(sorted(processors))}. Best epoch: on validation.")


def _overtaking_sentence(comparison: Comparison) -> str:
    found = overtaking(comparison.runs["resnet50"].history, comparison.runs["scratch"].history)
    if found is None:
        return (
            ":material/timer: ResNet50 never passed the best validation accuracy of the CNN from "
            "scratch."
        )
    return (
        f":material/timer: ResNet50 passed the best validation accuracy of the CNN from scratch "
        f"({percent(found.scratch_best)}) **at epoch {found.epoch}, after "
        f"{duration(found.minutes)}**. The CNN trained for {duration(found.scratch_minutes)}."
    )


def _source_report(comparison: Comparison, table: pd.DataFrame) -> None:
    st.subheader("Beside the source report")
    report = {
        "scratch": ("CNN from scratch, validation", "75–80 %"),
        "resnet50": ("ResNet50, validation", "98.8 % after 40 epochs"),
    }
    rows = []
    for model, (what, value) in report.items():
        row = findings.accuracy_of(table, model, "validation")
        rows.append((what, value, "not trained yet" if row is None else percent(row["accuracy"])))
    if comparison.complete:
        found = overtaking(comparison.runs["resnet50"].history, comparison.runs["scratch"].history)
        here = "never" if found is None else f"at epoch {found.epoch}"
        rows.append(("ResNet50 caught up", "within 10 epochs", here))
    st.table(pd.DataFrame(rows, columns=["", "Report", "Here"]).set_index(""))
    st.caption(
        "The comparison comes from a course report on ten classes of other photos, so the digits "
        "cannot be compared directly, only the pattern. The report had no test split."
    )
    if comparison.complete:
        st.markdown(_overtaking_sentence(comparison))


def _is_it_real(split: str, evidence: Evidence) -> None:
    st.subheader("Is the difference real?")
    outcome_tiles(evidence.counts, split)
    st.markdown(verdict(evidence, split))
    st.caption(WHAT_DOES_NOT_FOLLOW)


def _only_one_right(comparison: Comparison, pairs: pd.DataFrame) -> None:
    st.subheader("Photos that only one model gets right")
    found = {model: only_one_right(pairs, model) for model in ("resnet50", "scratch")}
    if not photos_here(comparison.data_set, "These examples"):
        return
    st.caption("Those where the model that is right was surest, with what each model said.")
    for column, (model, rows) in zip(st.columns(2, gap="large"), found.items(), strict=True):
        with column:
            st.markdown(f"**{coloured(model, f'Only {IN_A_SENTENCE[model]} is right')}**")
            if rows.empty:
                st.caption("No photo.")
            shown = rows.head(PHOTOS_EACH)
            captions = [answer_caption(row, TITLES) for _, row in shown.iterrows()]
            photo_grid(comparison.data_set, shown["image_id"], captions)


def _next_pages() -> None:
    st.subheader("Where to look next")
    texts = {
        DATA_SET: "What do the photos look like, and what does a model see of them?",
        TRAINING_CURVES: "How fast did each model learn, and when did it start to overfit?",
        LEARNING_CURVE: "What if there were five photos a class, or twenty?",
        ERRORS: "Which classes are confused, and which mistakes are made with full confidence?",
        CALIBRATION: "When a model says it is 90 % sure, is it right nine times in ten?",
        LIVE_PREDICTION: "Show both models a photo of your own.",
        STRESS_TEST: "Move the thing in a drawn picture until a model breaks.",
    }
    pages = list(texts)
    # Three a row: more would cut their titles.
    for start in range(0, len(pages), 3):
        for column, page in zip(st.columns(3), pages[start : start + 3], strict=False):
            with column.container(border=True, height="stretch", gap="xsmall"):
                link(page, f"**{page.title}**")
                st.caption(texts[page])


def _how_measured(comparison: Comparison) -> None:
    data_set = comparison.data_set
    sizes = data_set.photos["split"].value_counts()
    seeds = ", ".join(
        f"{TITLES[model]} {run.config.recipe.seed}" for model, run in comparison.runs.items()
    )
    with st.expander("How this was measured", icon=":material/straighten:"):
        st.markdown(
            f"""
- **Splits.** {sizes.get("train", 0):,} photos to train on, {sizes.get("validation", 0):,} to
  validate, {sizes.get("test", 0):,} to test; drawn once, class by class, with seed
  {data_set.split_seed}. Both models use the same split.
- **Test.** The test split was used for nothing but the numbers shown here: no setting and no
  epoch was chosen on it.
- **Best epoch.** Of each training, the weights of the epoch with the highest validation accuracy
  are kept. That choice makes the validation accuracy a little flattering; the test accuracy is
  not affected.
- **Intervals.** 95 % Wilson intervals: how far chance in the choice of photos could have moved
  the number. Of the gap: a paired bootstrap, 10,000 times as many photos drawn with replacement
  from the same photos, seed 1. Narrower than the two intervals suggest, because both models
  answered the same photos.
- **Test of the difference.** McNemar's exact test: of the photos that only one model gets right,
  either would have half if both were equally good.
- **Grey squares.** The least one should try. Always answering the class most frequent in training
  is what a model without eyes reaches. The others are logistic regressions on a description of
  the photo; how strongly they are regularised was chosen on validation.
- **Two differences at once.** ResNet50 has ImageNet behind it and is also the deeper network: the
  gap compares the two approaches, not pre-training alone.
- **Seeds.** One training a model, so no spread over seeds is shown ({seeds}).
"""
        )


def _interval(row: pd.Series) -> str:
    return f"{100 * row['low']:.1f} to {percent(row['high'])}"


def _errors_per_100(row: pd.Series) -> str:
    errors = 100 * (1 - row["accuracy"])
    if 0 < errors < 0.5:
        return "fewer than 1 error"
    return f"{errors:.0f} error{'' if round(errors) == 1 else 's'}"


main()
