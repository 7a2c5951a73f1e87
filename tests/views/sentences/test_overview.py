import dataclasses

import pytest

from engine.measures.evidence import Evidence
from engine.measures.findings import accuracy_table, cost_table
from engine.models.specs import QUICK_PRESETS
from engine.views.sentences.overview import (
    beside_the_report,
    cost_in_words,
    errors_per_100,
    head_alone,
    headline,
    interval,
    overtaking_sentence,
    splits_in_words,
)


def evidence(p_value):
    return Evidence({}, 6, 0.5, 0.1, 0.9, p_value)


@pytest.fixture
def table(tiny_runs):
    return accuracy_table({model: run.predictions for model, run in tiny_runs.items()})


@pytest.fixture
def histories(tiny_runs):
    return {model: run.history for model, run in tiny_runs.items()}


def test_splits(tiny_data_set):
    assert splits_in_words(tiny_data_set) == (
        "18 to train on, 6 to choose the best epoch, 6 to test on"
    )


def test_the_winner_is_named_only_where_chance_is_a_poor_explanation(table):
    assert headline(table, "test", evidence(0.01)) == (
        "On 6 test photos that neither learned from, the fine-tuned ResNet50 names "
        "**83.3\u00a0%** right, the CNN from scratch **33.3\u00a0%**: fine-tuning wins by 50 "
        "points."
    )
    for unclear in (evidence(0.06), None):
        assert headline(table, "test", unclear).endswith("too few photos to tell them apart.")


def test_scratch_may_win(table):
    swapped = table.assign(model=table["model"].map({"scratch": "resnet50", "resnet50": "scratch"}))
    said = headline(swapped, "test", evidence(0.01))
    assert said.endswith("training from scratch wins by 50 points.")


def test_one_model_alone(table):
    said = headline(table[table["model"] == "scratch"], "validation", None)
    assert said == (
        "On 6 validation photos that it never learned from, the CNN from scratch names "
        "**33.3\u00a0%** right."
    )


def test_interval_and_errors(table):
    row = table.iloc[0]
    assert interval(row) == "9.7 to 70.0\u00a0%"
    assert errors_per_100(row) == "67 errors"
    assert errors_per_100(row.replace(row["accuracy"], 0.99)) == "1 error"
    assert errors_per_100(row.replace(row["accuracy"], 0.998)) == "fewer than 1 error"
    assert errors_per_100(row.replace(row["accuracy"], 1.0)) == "0 errors"


def test_overtaking(histories):
    assert "**at epoch 1, after 2 seconds**" in overtaking_sentence(
        histories["resnet50"], histories["scratch"]
    )
    assert "never passed" in overtaking_sentence(histories["scratch"], histories["resnet50"])


def test_beside_the_source_report(table, histories):
    rows = beside_the_report(table, histories)
    assert [here for _, _, here in rows] == ["33.3\u00a0%", "83.3\u00a0%", "at epoch 1"]
    rows = beside_the_report(table[table["model"] == "scratch"], {"scratch": histories["scratch"]})
    assert [here for _, _, here in rows] == ["33.3\u00a0%", "not trained yet"]


def test_what_it_took(tiny_runs):
    table = cost_table(tiny_runs)
    shown = cost_in_words(table)
    assert shown.loc["Parameters"].tolist() == ["1,234", "1,234"]
    assert shown.loc["of these trained"].tolist() == ["all", "all"]
    assert shown.loc["Best epoch"].tolist() == ["3", "6"]
    assert shown.loc["Training time"].tolist() == ["8 seconds", "15 seconds"]
    part = table.assign(trainable_parameters=34, best_epoch=float("nan"))
    assert cost_in_words(part).loc["of these trained"].tolist() == ["34", "34"]
    assert cost_in_words(part).loc["Best epoch"].tolist() == ["none", "none"]


def test_a_resnet50_of_which_only_the_head_learnt(tiny_runs):
    assert head_alone(tiny_runs) is None
    assert head_alone({"scratch": tiny_runs["scratch"]}) is None
    run = tiny_runs["resnet50"]
    config = dataclasses.replace(run.config, name="quick", recipe=QUICK_PRESETS["resnet50"])
    note = head_alone({**tiny_runs, "resnet50": dataclasses.replace(run, config=config)})
    assert "(run quick) only the head learnt" in note
