import pandas as pd
import pytest

from engine import runs


def test_nothing_is_there_yet(tmp_path):
    batches = runs.load_batches(tmp_path)
    assert tuple(batches.columns) == runs.BATCHES_COLUMNS
    assert batches.empty
    assert not runs.stop_requested(tmp_path)


def test_batches_are_read_back_as_they_were_noted(tmp_path):
    runs.clear_progress(tmp_path, 0)
    runs.append_batch(tmp_path, 0.25, 2.3, 0.1)
    runs.append_batch(tmp_path, 0.5, 2.1, 0.2)
    expected = pd.DataFrame([(0.25, 2.3, 0.1), (0.5, 2.1, 0.2)], columns=runs.BATCHES_COLUMNS)
    pd.testing.assert_frame_equal(runs.load_batches(tmp_path), expected)


def test_going_on_forgets_the_wish_to_stop_and_what_is_repeated(tmp_path):
    runs.clear_progress(tmp_path, 0)
    for epoch in (0.5, 1.0, 1.5, 2.0, 2.5):
        runs.append_batch(tmp_path, epoch, 1.0, 0.5)
    runs.request_stop(tmp_path)
    assert runs.stop_requested(tmp_path)
    runs.clear_progress(tmp_path, 2)
    assert not runs.stop_requested(tmp_path)
    assert runs.load_batches(tmp_path)["epoch"].tolist() == [0.5, 1.0, 1.5, 2.0]


def test_a_wish_that_comes_too_late_is_no_error(tmp_path):
    runs.request_stop(tmp_path / "gone")


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", 0),
        ("a,b\n1,2\n", 0),
        ("epoch,loss,accuracy\n0.5,1,0.5\n0.6,1", 1),
        ("epoch,loss,accuracy\n0.5,1,0.5\n0.6,nan,0.1\n", 1),
        ("epoch,loss,accuracy\nx,1,0.5\n", 0),
        ("epoch,loss,accuracy,seconds_left\n0.5,1,0.5,3\n", 1),  # of an older version
        ("\x00\xff", 0),
    ],
)
def test_a_half_written_file_gives_what_is_whole(tmp_path, text, rows):
    (tmp_path / runs.BATCHES_FILE).write_text(text, encoding="latin-1")
    assert len(runs.load_batches(tmp_path)) == rows
