"""The page Your runs: what each run reached, and all that can be done with it."""

import dataclasses
import io
import shutil
import zipfile
from functools import partial

import pytest
from streamlit.runtime.media_file_manager import MediaFileManager

from engine import runs
from engine.data import list_data_sets, load_data_set
from engine.disk import paths
from engine.exchange import MAX_BYTES, export_runs, import_runs
from engine.recipes.recipe import Phase
from pages.ui.navigation import OVERVIEW, YOUR_RUNS
from tests.conftest import give_weights, make_data_set, make_run
from tests.page_runner import open_page, texts
from tests.presets import PRESETS

open_runs = partial(open_page, YOUR_RUNS.path)


@pytest.fixture
def own(tiny_runs, tiny_data_set):
    """A run `mine` of `tiny` that was trained here, beside two published ones."""
    return give_weights(
        make_run(tiny_data_set, "scratch", wrong=2, name="mine", root=paths.runs_folder())
    )


@pytest.fixture
def made(monkeypatch):
    """What the download buttons make when they are pressed: a function by file name."""
    functions = {}
    original = MediaFileManager.add_deferred

    def remember(self, function, mimetype, coordinates, file_name=None, **more):
        functions[file_name] = function
        return original(self, function, mimetype, coordinates, file_name=file_name, **more)

    monkeypatch.setattr(MediaFileManager, "add_deferred", remember)
    return functions


@pytest.fixture
def colleague(tmp_path, monkeypatch):
    """The zip file of a colleague: a data set `hats` and a run `good` of it."""
    folder = tmp_path / "colleague"
    with monkeypatch.context() as there:
        there.setenv(paths.ARTIFACTS_VARIABLE, str(folder))
        data_set = make_data_set(folder / "data" / "hats")
        give_weights(make_run(data_set, "scratch", name="good", root=paths.runs_folder()))
        file = io.BytesIO()
        export_runs("hats", None, file)
    return file.getvalue()


def names(data_set="tiny"):
    return [folder.name for folder in runs.find_run_folders(data_set)]


def keys(page, kind):
    return {one.key for one in page.get(kind) if one.key}


def done(page):
    """What the last button did, without Markdown's backslashes."""
    return page.success[0].value.replace("\\", "")


def button(page, key):
    return page.button(key=key).click().run()


def rename(page, name, new_name):
    page.text_input(key=f"new_name_{name}").input(new_name)
    (submit,) = [one for one in page.button if one.label == "Rename it"]
    page = submit.click().run()
    assert not page.exception
    return page


def upload(page, content, name="runs.zip"):
    page.file_uploader[0].set_value((name, content, "application/zip")).run()
    page.button(key="import").click().run()
    assert not page.exception
    return page


# What there is


def test_every_run_is_in_the_table(own, tiny_data_set):
    make_run(tiny_data_set, "baseline-hog")
    table = open_runs().dataframe[0].value
    assert table["Run"].tolist() == ["scratch", "resnet50", "baseline-hog", "mine"]
    assert table["From"].tolist() == ["the project"] * 3 + ["here"]
    assert table["Model"].tolist()[1] == "🔷 Fine-tuned ResNet50"
    assert table["Trained on"].tolist() == ["2026-01-01"] * 4
    assert table["Test"].tolist()[3] == own.summary["test_accuracy"]


def test_the_table_can_be_taken_home(own, made):
    open_runs()
    lines = made["tiny-runs.csv"]().decode().splitlines()
    assert lines[0].startswith("run,model,published,test_accuracy")
    assert len(lines) == 1 + 3


def test_a_run_of_ones_own_is_looked_at_first(own):
    page = open_runs()
    assert page.selectbox(key="run").value == "mine"
    shown = texts(page)
    assert "🟠 CNN from scratch: mine" in shown
    assert "Trained on 2026\\-01\\-01 in 8 seconds, computed in float32, on the tests." in shown
    assert {one.label: one.value for one in page.metric} == {
        "Test": "66.7\u00a0%",
        "Validation": "66.7\u00a0%",
        "Best epoch": "3 of 3",
    }


def test_a_baseline_has_no_epochs(own, tiny_data_set):
    make_run(tiny_data_set, "baseline-hog")
    page = open_runs(run="baseline-hog")
    assert [one.label for one in page.metric] == ["Test", "Validation"]
    assert page.code[0].value == "python -m engine train tiny baseline-hog"


def test_the_address_chooses_the_run(own):
    page = open_runs(run="resnet50")
    assert page.selectbox(key="run").value == "resnet50"
    assert "came with the project" in texts(page)


@pytest.mark.parametrize("value", ["nothing", "", "../../x", "<script>"])
def test_hostile_addresses(own, value):
    assert open_runs(run=value).selectbox(key="run").value == "mine"


def test_the_command_that_trains_it_again(own):
    (code,) = open_runs().code
    assert code.value.startswith("python -m engine train tiny scratch --name mine-again ")
    assert "--image-size 32" in code.value


def test_what_no_flag_gives_is_said(own):
    recipe = dataclasses.replace(
        PRESETS["scratch"], phases=(Phase("head", 1, 1e-3), Phase("scratch", 1, 1e-3))
    )
    runs.save_config(own.folder, dataclasses.replace(own.config, recipe=recipe))
    shown = texts(open_runs())
    assert "Change this in the file engine/models/scratch.py first: head 1 epochs" in shown


def test_a_run_of_other_photos_says_so_and_cannot_travel(own):
    config = dataclasses.replace(own.config, data_set_digest="0" * 64)
    runs.save_config(own.folder, config)
    page = open_runs()
    assert "It was trained on another version of these photos" in texts(page)
    assert "The run mine cannot be exported" in texts(page)
    assert "export_run-mine" not in keys(page, "download_button")


def test_without_a_run(tiny_data_set):
    page = open_runs()
    assert "**Tiny** has no run yet" in texts(page)
    assert not page.dataframe
    assert len(page.file_uploader) == 1
    assert not [one for one in keys(page, "download_button") if one.startswith("export")]


# Renaming


def test_renaming(own):
    page = rename(open_runs(run="mine", runs="mine~resnet50"), "mine", "longer")
    assert names() == ["resnet50", "scratch", "longer"]
    assert done(page) == "The run mine is called longer now."
    assert page.selectbox(key="run").value == "longer"
    # The box in the sidebar, and the address that goes to the other pages.
    assert page.selectbox(key="left_box").value == "longer"
    assert page.query_params["runs"] == "longer~resnet50"
    assert page.dataframe[0].value["Run"].tolist() == ["scratch", "resnet50", "longer"]
    page.run()
    assert not page.success


@pytest.mark.parametrize(
    ("name", "match"),
    [("scratch", "must be free"), ("../x", "letters, digits"), ("", "letters, digits")],
)
def test_a_name_that_cannot_be(own, name, match):
    page = rename(open_runs(), "mine", name)
    assert match in page.error[0].value
    assert names() == ["resnet50", "scratch", "mine"]
    page.run()
    assert not page.error


def test_published_runs_offer_neither(own):
    page = open_runs(run="scratch")
    assert not [one for one in page.button if one.label in ("Rename it", "Delete it for good")]


# Deleting


def test_deleting(own):
    page = button(open_runs(run="mine", runs="mine~resnet50"), "delete_mine")
    assert not page.exception
    assert names() == ["resnet50", "scratch"]
    assert done(page) == "The run mine is deleted."
    assert page.selectbox(key="run").value == "scratch"
    assert page.query_params["runs"] == "~resnet50"
    assert "run" not in page.query_params


def test_a_run_that_someone_else_deleted_meanwhile(own):
    page = open_runs()
    runs.delete_run("tiny", "mine")
    page = button(page, "delete_mine")
    assert not page.exception
    assert page.selectbox(key="run").value == "scratch"


def test_a_run_that_cannot_be_read_can_be_deleted(own, tiny_runs):
    (own.folder / runs.HISTORY_FILE).write_text("x")
    (tiny_runs["scratch"].folder / runs.HISTORY_FILE).write_text("x")
    page = open_runs()
    assert len(page.warning) == 2
    assert "It came with the project: get its files again" in texts(page)
    page = button(page, "delete_mine")
    assert not page.exception
    assert names() == ["resnet50", "scratch"]
    assert len(page.warning) == 1


# Export


def test_export_of_a_run(own, made, monkeypatch, tmp_path):
    open_runs()
    path = tmp_path / "runs.zip"
    path.write_bytes(made["tiny-run-mine.zip"]())
    monkeypatch.setenv(paths.ARTIFACTS_VARIABLE, str(tmp_path / "elsewhere"))
    assert import_runs(path).names == {"mine": "mine"}


def test_export_of_all_says_what_stays(own, made, tiny_data_set):
    give_weights(make_run(tiny_data_set, "baseline-hog"))
    page = open_runs()
    labels = [one.label for one in page.download_button]
    assert "Export all runs of Tiny (2)" in labels
    for name in ("scratch", "resnet50"):  # their fake weights are empty
        assert f"The run {name} cannot be exported: weights" in texts(page).replace("\\", "")
    with zipfile.ZipFile(io.BytesIO(made["tiny-runs.zip"]())) as archive:
        assert {one.split("/")[1] for one in archive.namelist() if one.count("/") == 2} == {
            "mine",
            "baseline-hog",
        }


# Import


def test_import_shows_the_new_data_set_everywhere(own, colleague):
    page = upload(open_runs(), colleague)
    assert done(page) == "Imported into hats: good."
    assert page.selectbox(key="data_set_box").value == "hats"
    assert page.selectbox(key="run").value == "good"
    assert page.file_uploader[0].value is None
    assert list_data_sets() == ["hats", "tiny"]
    overview = open_page(OVERVIEW.path, data_set="hats")
    assert "Hats" in texts(overview)
    assert not overview.error


def test_importing_twice_says_so(own, colleague):
    page = upload(upload(open_runs(), colleague), colleague)
    assert done(page) == "Here already in hats: good."
    assert names("hats") == ["good"]


@pytest.mark.parametrize(
    ("damage", "name", "match"),
    [
        (lambda data: data[:2000], "cut.zip", "whole zip file"),
        (lambda data: b"", "empty.zip", "whole zip file"),
        (lambda data: data, "x" * 300 + ".zip", None),
        (lambda data: data[:-9], "`**<b>../evil**`.zip", "whole zip file"),
    ],
)
def test_a_damaged_file_is_one_sentence(own, colleague, damage, name, match):
    page = upload(open_runs(), damage(colleague), name)
    if match is None:
        assert not page.error
        return
    (error,) = page.error
    assert match in error.value
    assert names("hats") == []
    assert list_data_sets() == ["tiny"]


def test_a_hostile_file_is_one_sentence(own, tmp_path):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("hats/good/weights.pkl", b"evil")
        archive.writestr("hats/data_set.json", b"{}")
    (error,) = upload(open_runs(), file.getvalue()).error
    assert "weights only as weights" in error.value.replace("\\", "")
    assert list_data_sets() == ["tiny"]


def test_limits_are_said(own):
    assert f"at most {MAX_BYTES >> 20} MB" in open_runs().file_uploader[0].label


# Deleting the data set


def test_deleting_a_data_set(own):
    make_data_set(paths.data_folder() / "other")
    page = open_runs(data_set="other")
    assert "30 photos and what was computed from them" in texts(page)
    page = button(page, "delete_data_set")
    assert not page.exception
    assert done(page) == "Other is deleted from this machine."
    assert page.selectbox(key="data_set_box").value == "tiny"
    assert list_data_sets() == ["tiny"]


def test_keeping_the_runs(own):
    shutil.rmtree(paths.published_folder())
    page = open_runs()
    assert "- its runs mine" in texts(page)
    page.checkbox(key="keep_runs_tiny").check()
    page = button(page, "delete_data_set")
    assert not page.exception
    assert done(page) == "The photos of Tiny are deleted; its runs stay."
    assert page.selectbox(key="run").value == "mine"
    assert not load_data_set("tiny").has_photos


def test_what_came_with_the_project_stays(own, tiny_data_set):
    tiny_data_set.save_index(paths.published_folder() / "tiny")
    page = button(open_runs(), "delete_data_set")
    assert "is deleted" in done(page)
    assert names() == ["resnet50", "scratch"]
    assert "Nothing of Tiny was brought, imported or trained on this machine" in texts(page)


def test_not_while_it_is_being_trained(own, monkeypatch):
    from engine.errors import EngineError
    from engine.jobs import removal

    def refuse(*_):
        raise EngineError("The run next is being trained by another process: wait.")

    monkeypatch.setattr(removal, "_keep_to_this_process", refuse)
    page = button(open_runs(), "delete_data_set")
    assert "next is being trained" in page.error[0].value
    assert names() == ["resnet50", "scratch", "mine"]


# A machine that only shows


def test_read_only_exports_and_changes_nothing(own, made, monkeypatch):
    monkeypatch.setenv("READ_ONLY", "1")
    (own.folder.parent / "broken").mkdir()
    page = open_runs()
    assert "This page only shows" in texts(page)
    assert not page.file_uploader
    assert [one.key for one in page.button] == ["swap"]
    assert made["tiny-run-mine.zip"]()[:2] == b"PK"


def test_a_page_that_was_open_before_changes_nothing_either(own, monkeypatch):
    page = open_runs()
    monkeypatch.setenv("READ_ONLY", "1")
    page = button(page, "delete_mine")
    assert not page.exception
    assert names() == ["resnet50", "scratch", "mine"]
