"""What is measured of a complete run afterwards."""

import pandas as pd
import pytest

from engine import runs
from engine.runs import RunError


def write(run, file, text):
    (run.folder / file).write_text(text)
    return runs.load_run(run.folder)


def test_not_measured(run):
    assert run.robustness is None
    assert run.out_of_distribution is None


def test_robustness_is_read_where_it_was_measured(run):
    text = "parameter,value,accuracy,images\nrotation,90,0.5,400\n"
    assert write(run, runs.ROBUSTNESS_FILE, text).robustness.to_dict("records") == [
        {"parameter": "rotation", "value": 90.0, "accuracy": 0.5, "images": 400}
    ]


def test_out_of_distribution_answers_are_read_where_they_were_measured(run):
    text = "picture,predicted,probability\nscenes/test/beach/000.png,dot,1\n"
    assert write(run, runs.OUT_OF_DISTRIBUTION_FILE, text).out_of_distribution.to_dict(
        "records"
    ) == [{"picture": "scenes/test/beach/000.png", "predicted": "dot", "probability": 1.0}]


@pytest.mark.parametrize(
    ("save", "columns", "row", "which"),
    [
        (runs.save_robustness, runs.ROBUSTNESS_COLUMNS, ("scale", 0.3, 0.25, 8), "robustness"),
        (
            runs.save_out_of_distribution,
            runs.OUT_OF_DISTRIBUTION_COLUMNS,
            ("a.png", "dot", 0.125),
            "out_of_distribution",
        ),
    ],
)
def test_what_is_saved_is_read(run, save, columns, row, which):
    table = pd.DataFrame([row], columns=list(columns))
    save(run.folder, table)
    pd.testing.assert_frame_equal(getattr(runs.load_run(run.folder), which), table)
    assert not list(run.folder.glob(".building-*"))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "no readable table"),
        ("parameter,value,accuracy,images\n", "no rows"),
        ("parameter,value\nrotation,90\n", "the columns are not"),
        ("parameter,value,accuracy,images\nrotation,90,0.5,4", "cut short"),
        ("parameter,value,accuracy,images\nrotation,90,1.5,400\n", "between 0 and 1"),
        ("parameter,value,accuracy,images\nrotation,ninety,0.5,400\n", "no number"),
        ("parameter,value,accuracy,images\nrotation,,0.5,400\n", "no number"),
        ("parameter,value,accuracy,images\n7,90,0.5,400\n", "no text"),
        ("parameter,value,accuracy,images\nrotation,90,0.5,0\n", "no count"),
        ("parameter,value,accuracy,images\nrotation,90,0.5,-4\n", "no count"),
        ("parameter,value,accuracy,images\nrotation,90,0.5,1.5\n", "no count"),
        ("parameter,value,accuracy,images\nrotation,90,0.5,1e300\n", "no count"),
        ("parameter,value,accuracy,images\nzoom,1,0.5,4\nzoom,1.0,0.6,4\n", "stands twice"),
    ],
)
def test_damaged_robustness(run, text, problem):
    with pytest.raises(RunError, match=rf"robustness\.csv .*{problem}"):
        write(run, runs.ROBUSTNESS_FILE, text)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("\0", "no readable table|the columns are not"),
        ("picture,predicted,probability\n", "no rows"),
        ("picture,probability\na.png,1\n", "the columns are not"),
        ("picture,predicted,probability\na.png,dot,0.5", "cut short"),
        ("picture,predicted,probability\na.png,,0.5\n", "no text"),
        ("picture,predicted,probability\na.png,dot,much\n", "no number"),
        ("picture,predicted,probability\na.png,dot,inf\n", "no number"),
        ("picture,predicted,probability\na.png,dot,1.5\n", "between 0 and 1"),
    ],
)
def test_damaged_out_of_distribution(run, text, problem):
    with pytest.raises(RunError, match=rf"out_of_distribution\.csv .*({problem})"):
        write(run, runs.OUT_OF_DISTRIBUTION_FILE, text)


OF_AN_EARLIER_VERSION = "picture,predicted,probability\na.png,dot,0.5\n"


def test_a_run_of_an_earlier_version_is_read_under_the_former_name(run):
    found = write(run, runs.FORMER_OUT_OF_DISTRIBUTION_FILE, OF_AN_EARLIER_VERSION)
    assert found.out_of_distribution["probability"].tolist() == [0.5]
    with pytest.raises(RunError, match=r"strangers\.csv .*(no readable|columns are not)"):
        write(run, runs.FORMER_OUT_OF_DISTRIBUTION_FILE, "\0")


def test_what_is_measured_anew_replaces_the_file_of_an_earlier_version(run):
    write(run, runs.FORMER_OUT_OF_DISTRIBUTION_FILE, OF_AN_EARLIER_VERSION)
    # Where both lie there, today's name counts.
    text = OF_AN_EARLIER_VERSION.replace("0.5", "0.25")
    found = write(run, runs.OUT_OF_DISTRIBUTION_FILE, text).out_of_distribution
    assert found["probability"].tolist() == [0.25]
    runs.save_out_of_distribution(run.folder, found)
    assert not (run.folder / runs.FORMER_OUT_OF_DISTRIBUTION_FILE).exists()
