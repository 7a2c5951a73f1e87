"""The calibration page, without a browser."""

import json
from functools import partial

import pandas as pd
import pytest

from engine import runs
from pages.ui.navigation import CALIBRATION
from pages.ui.text import plain
from tests.conftest import make_run
from tests.page_runner import open_page, texts

open_calibration = partial(open_page, CALIBRATION.path)


def charts(page) -> dict[str, dict]:
    specs = (json.loads(one.proto.spec) for one in page.get("plotly_chart"))
    return {one["layout"]["title"]["text"]: one for one in specs}


def save_out_of_distribution(run, *sure):
    rows = [(f"scenes/test/beach/{n:03d}.png", "dot", one) for n, one in enumerate(sure)]
    runs.save_out_of_distribution(
        run.folder, pd.DataFrame(rows, columns=list(runs.OUT_OF_DISTRIBUTION_COLUMNS))
    )


def test_without_any_data_set(artifacts):
    assert "There is no data set yet" in texts(open_calibration())


def test_without_a_run(tiny_data_set):
    page = open_calibration()
    assert "python -m engine train tiny scratch" in texts(page)
    assert not page.metric


def test_how_sure_and_how_right(tiny_runs):
    # Both are 80 % sure of each answer; right on 2 and on 5 of the 6 test photos.
    page = open_calibration()
    assert [(one.label, one.value) for one in page.metric] == [
        ("🟠 CNN from scratch, calibration error", "46.7 points"),
        (f"🔷 {plain('Fine-tuned ResNet50')}, calibration error", "3.3 points"),
    ]
    shown = texts(page)
    assert "**80.0\u00a0% sure** and **33.3\u00a0% right**: it trusts itself too much" in shown
    assert "**83.3\u00a0% right**: about as it should be" in shown
    reliability = charts(page)["How right, when so sure"]
    names = [one.get("name") for one in reliability["data"]]
    assert names == [None, "Scratch", None, "ResNet50", None]
    assert reliability["data"][1]["x"] == pytest.approx([80])
    assert reliability["data"][1]["y"] == pytest.approx([100 / 3])
    assert len(charts(page)["How right, if it may pass"]["data"]) == 4


def test_a_model_may_trust_itself_too_little(tiny_data_set):
    make_run(tiny_data_set, "resnet50", wrong=0)
    page = open_calibration()
    assert "it trusts itself too little" in texts(page)
    assert len(page.metric) == 1


def test_validation(tiny_runs):
    page = open_calibration(calibration_split="Validation")
    assert len(page.metric) == 2


def test_when_it_passes_is_measured_on_test_photos(tiny_runs):
    table = open_calibration().table[0].value
    assert table.loc["It passes below"].tolist() == ["80.0\u00a0%"] * 2
    assert "False alarms, on 6 test photos of its classes" in table.index
    assert len(table) == 2


def test_out_of_distribution(tiny_runs):
    page = open_calibration()
    assert "python -m engine out-of-distribution tiny scratch resnet50" in page.info[0].value
    save_out_of_distribution(tiny_runs["scratch"], 0.3, 0.5, 0.6, 0.9)
    page = open_calibration()
    assert "python -m engine out-of-distribution tiny resnet50" in page.info[0].value
    noticed = page.table[0].value.loc["Noticed, of 4 pictures of scenes"]
    assert noticed.iloc[0].startswith("75.0\u00a0% (")
    assert "Scratch says **dot** (100\u00a0%)." in texts(page)
    save_out_of_distribution(tiny_runs["resnet50"], 0.3)
    assert not open_calibration().info


def test_damaged_out_of_distribution_answers_name_the_file_and_the_other_run_shows(tiny_runs):
    (tiny_runs["scratch"].folder / runs.OUT_OF_DISTRIBUTION_FILE).write_text("no table")
    page = open_calibration()
    assert "out_of_distribution.csv" in page.warning[0].value
    assert len(page.metric) == 1


def test_hostile_addresses(tiny_runs):
    page = open_calibration(data_set="../../etc", calibration_split="<script>", run_scratch="x")
    assert len(page.metric) == 2


def test_tables_can_be_taken_home(tiny_runs):
    assert [one.key for one in open_calibration().download_button] == ["csv_none-of-these"]
