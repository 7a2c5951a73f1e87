import shutil

import pytest

from engine import runs
from engine.disk.leftovers import temporary_name
from engine.errors import EngineError


def test_publish_drops_what_only_training_needed(run):
    folder = runs.unfinished_folder("tiny", "next")
    shutil.copytree(run.folder, folder)
    assert runs.is_complete(folder)
    runs.state_path(folder, 3).parent.mkdir()
    for path in (runs.state_path(folder, 3), folder / "config.partial", folder / "notes.txt"):
        path.write_bytes(b"x")
    final = runs.publish(folder, "next", keep=("notes.txt",))
    assert sorted(path.name for path in final.iterdir()) == sorted([*runs.FILES, "notes.txt"])
    assert not folder.exists()


def test_publish_leaves_the_run_whole_where_its_name_was_taken_meanwhile(run):
    folder = runs.unfinished_folder("tiny", "next")
    shutil.copytree(run.folder, folder)
    (folder.parent / "next").mkdir()
    runs.state_path(folder, 3).parent.mkdir()
    with pytest.raises(EngineError, match="name of the run must be free"):
        runs.publish(folder, "next")
    assert (folder / runs.STATES_FOLDER).is_dir()


def test_one_training_at_a_time(artifacts):
    folder = runs.unfinished_folder("tiny", "next")
    folder.mkdir(parents=True)
    with (
        runs.lock_unfinished(folder),
        pytest.raises(EngineError, match="The run next is being trained by another process"),
        runs.lock_unfinished(folder),
    ):
        pytest.fail("two hold the lock")
    with runs.lock_unfinished(folder):
        pass


def test_a_run_gets_its_place_and_its_data_set_goes_while_it_is_locked(run):
    folder = runs.unfinished_folder("tiny", "next")
    shutil.copytree(run.folder, folder)
    with runs.lock_unfinished(folder):
        # Windows moves no folder in which a file is open.
        assert sorted(one.name for one in folder.rglob("*")) == sorted(runs.FILES)
        runs.publish(folder, "next")
        shutil.rmtree(folder.parent)
    assert runs.data_sets_with_runs() == ["tiny"]


def test_runs_of_two_data_sets_do_not_wait_for_each_other(artifacts):
    with (
        runs.lock_unfinished(runs.unfinished_folder("a", "b.c")),
        runs.lock_unfinished(runs.unfinished_folder("a.b", "c")),
        runs.lock_unfinished(runs.unfinished_folder("a", "c")),
        runs.lock_unfinished(runs.unfinished_learning_curve("a")),
    ):
        assert runs.unfinished_runs("a") == []


def test_states_are_known_by_their_epochs(artifacts):
    folder = runs.unfinished_folder("tiny", "next")
    assert runs.state_epochs(folder) == []
    runs.state_path(folder, 1).parent.mkdir(parents=True)
    for epoch in (10_000, 2, 11):
        runs.state_path(folder, epoch).write_bytes(b"")
    name = temporary_name("0.weights.h5")  # while one is being written
    (folder / runs.STATES_FOLDER / name).write_bytes(b"")
    assert runs.state_epochs(folder) == [2, 11, 10_000]


def test_trim_history_keeps_the_first_rows(run):
    whole = runs.load_history(run.folder)
    with (run.folder / runs.HISTORY_FILE).open("a") as file:
        file.write("4,scratch,0.3")  # killed while this was written
    runs.trim_history(run.folder, 2)
    assert runs.load_history(run.folder).equals(whole.iloc[:2])
    runs.trim_history(run.folder, 0)
    assert (run.folder / runs.HISTORY_FILE).read_text().split() == [",".join(runs.HISTORY_COLUMNS)]


def test_trim_history_where_there_is_none(artifacts):
    runs.trim_history(artifacts, 3)
    assert list(artifacts.iterdir()) == []


def test_what_cannot_be_json_is_never_written(run):
    before = (run.folder / runs.SUMMARY_FILE).read_text()
    with pytest.raises(ValueError, match="JSON compliant"):
        runs.save_summary(run.folder, {**run.summary, "test_accuracy": float("nan")})
    assert (run.folder / runs.SUMMARY_FILE).read_text() == before
