import dataclasses

import numpy as np
import pytest

from engine.measures.findings import accuracy_table
from engine.measures.source_report import source_report_table, stands_beside_the_report
from tests.conftest import make_run


def test_ours_beside_the_report(tiny_runs):
    table = accuracy_table(tiny_runs.values())
    found = source_report_table(table, tiny_runs)
    assert found["here"].tolist() == pytest.approx([1 / 3, 5 / 6, 1])
    assert found["report_high"].tolist() == [0.8, 0.988, 10]
    alone = source_report_table(table, {"scratch": tiny_runs["scratch"]})
    assert len(alone) == 2
    assert np.isnan(alone["here"].iloc[1])


def test_the_fine_tuned_network_may_never_be_ahead(tiny_runs):
    slow = dataclasses.replace(tiny_runs["resnet50"], history=tiny_runs["scratch"].history)
    fast = dataclasses.replace(tiny_runs["scratch"], history=tiny_runs["resnet50"].history)
    runs = {"scratch": fast, "resnet50": slow}
    assert np.isnan(source_report_table(accuracy_table(runs.values()), runs)["here"].iloc[2])


def test_only_the_two_networks_of_the_report_stand_beside_it(tiny_runs, tiny_data_set):
    assert stands_beside_the_report(tiny_runs)
    assert stands_beside_the_report({"resnet50": tiny_runs["resnet50"]})
    plain = make_run(tiny_data_set, "scratch", name="plain")
    assert not stands_beside_the_report({"plain": plain, "scratch": tiny_runs["scratch"]})
    baseline = make_run(tiny_data_set, "baseline-hog")
    assert not stands_beside_the_report({"baseline-hog": baseline})
    assert not stands_beside_the_report({})
