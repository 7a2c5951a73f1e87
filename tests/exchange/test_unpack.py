"""Runs from elsewhere: whole and fitting, or one sentence and nothing left behind."""

import dataclasses
import errno
import io
import json
import os
import pickle
import stat
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine import runs
from engine.data import list_data_sets, load_data_set, open_data_set
from engine.disk import paths
from engine.errors import EngineError
from engine.exchange import Imported, export_runs, import_runs, import_upload, unpack
from engine.exchange.layout import LIMITS
from tests.conftest import give_weights, make_data_set, make_run
from tests.told import counted_to


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """A colleague's machine with the data set `tiny` and two runs: the content of a zip file."""
    folder = tmp_path / "elsewhere"
    with monkeypatch.context() as there:
        there.setenv(paths.ARTIFACTS_VARIABLE, str(folder))
        data_set = make_data_set(folder / "data" / "tiny")
        give_weights(make_run(data_set, "scratch", root=paths.runs_folder()))
        give_weights(make_run(data_set, "baseline-hog", name="hog", root=paths.runs_folder()))
        file = io.BytesIO()
        export_runs("tiny", None, file)
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def archive(tmp_path):
    """Writes a zip file of these members."""

    def write(files, **options):
        path = tmp_path / "runs.zip"
        with zipfile.ZipFile(path, "w", **options) as file:
            for name, content in files.items():
                file.writestr(name, content)
        return path

    return write


@pytest.fixture
def refused(artifacts, archive):
    """Importing fails with one sentence and leaves everything as it was."""

    def check(files, match, **options):
        path = files if isinstance(files, Path) else archive(files, **options)
        before = content(artifacts)
        with pytest.raises(EngineError, match=match) as caught:
            import_runs(path)
        assert "\n" not in str(caught.value)
        assert type(caught.value) is EngineError
        assert content(artifacts) == before

    return check


def content(folder):
    return {
        one.relative_to(folder).as_posix(): one.read_bytes()
        for one in folder.rglob("*")
        if one.is_file()
    }


def hidden():
    return [one.name for one in paths.artifacts_folder().rglob(".*")]


def changed(files, name, change):
    return {**files, name: change(files[name])}


def changed_json(files, name, /, **values):
    return changed(files, name, lambda old: json.dumps({**json.loads(old), **values}).encode())


def arrays(content):
    with np.load(io.BytesIO(content)) as file:
        return dict(file)


def npz(**values):
    file = io.BytesIO()
    np.savez_compressed(file, **values)
    return file.getvalue()


def safetensors(**values):
    from safetensors.numpy import save

    return save({name: np.asarray(value) for name, value in values.items()})


# What works


def test_a_machine_without_the_photos_knows_the_whole_data_set(artifacts, archive, elsewhere):
    calls = []
    done = import_runs(archive(elsewhere), counted_to(calls.append))
    assert done == Imported("tiny", {"hog": "hog", "scratch": "scratch"}, {})
    assert done.sentence == "Imported into tiny: hog, scratch."
    data_set = load_data_set("tiny")
    assert (len(data_set.photos), data_set.has_photos) == (30, False)
    found, problems = runs.load_runs("tiny")
    assert ([one.name for one in found], problems) == (["hog", "scratch"], [])
    assert not any(one.published for one in found)
    assert hidden() == []
    assert calls[-1] == (2, 2, "check_runs")
    assert calls[0][2] == "unpack"


def test_what_comes_back_is_what_went(artifacts, archive, elsewhere):
    import_runs(archive(elsewhere))
    file = io.BytesIO()
    export_runs("tiny", None, file)
    with zipfile.ZipFile(file) as again:
        assert {name: again.read(name) for name in again.namelist()} == elsewhere


def test_a_zip_file_of_an_earlier_version(artifacts, archive, elsewhere):
    table = b"picture,predicted,probability\nscenes/test/beach/000.png,dot,0.5\n"
    former = f"tiny/hog/{runs.FORMER_OUT_OF_DISTRIBUTION_FILE}"
    import_runs(archive({**elsewhere, former: table}))
    assert len(runs.find_run("tiny", "hog").out_of_distribution) == 1
    file = io.BytesIO()
    export_runs("tiny", ["hog"], file)
    with zipfile.ZipFile(file) as again:
        assert again.read(former) == table


def test_packed_again_by_hand(artifacts, archive, elsewhere):
    folders = {"tiny/": b"", "tiny/hog/": b"", "tiny/scratch/": b""}
    path = archive({**folders, **elsewhere}, compression=zipfile.ZIP_DEFLATED)
    assert list(import_runs(path).names) == ["hog", "scratch"]


def test_photos_that_come_later_belong_to_it(artifacts, tmp_path, archive, elsewhere):
    """The photos are imported into the very data set, whose index they replace."""
    folder = tmp_path / "tiny"
    (tmp_path / "elsewhere/data/tiny/photos").rename(folder)
    here = open_data_set(folder)
    with (tmp_path / "index").open("wb") as file:
        make_run(here, "scratch", root=paths.runs_folder())
        give_weights(runs.find_run("tiny", "scratch"))
        export_runs("tiny", None, file)
    for one in (paths.data_folder(), paths.runs_folder()):
        one.rename(tmp_path / f"old-{one.name}")
    import_runs(tmp_path / "index")
    assert not load_data_set("tiny").has_photos
    assert open_data_set(folder).has_photos
    assert list_data_sets() == ["tiny"]
    assert load_data_set("tiny").digest == runs.find_run("tiny", "scratch").config.data_set_digest


def test_a_taken_name_gets_a_number(tiny_data_set, archive, elsewhere):
    make_run(tiny_data_set, "scratch", wrong=3)
    make_run(tiny_data_set, "scratch", name="scratch-2", root=paths.runs_folder())
    before = runs.find_run("tiny", "scratch").summary
    done = import_runs(archive(elsewhere))
    assert done.names == {"hog": "hog", "scratch": "scratch-3"}
    assert done.sentence == "Imported into tiny: hog, scratch as scratch-3."
    assert runs.find_run("tiny", "scratch-3").name == "scratch-3"
    assert runs.find_run("tiny", "scratch").summary == before
    assert load_data_set("tiny").has_photos


def test_two_runs_never_get_the_same_name(tiny_data_set, archive, elsewhere):
    second = {
        name.replace("/scratch/", "/scratch-2/"): data
        for name, data in elsewhere.items()
        if "/scratch/" in name
    }
    second = changed_json(second, "tiny/scratch-2/config.json", name="scratch-2")
    make_run(tiny_data_set, "scratch", wrong=3)
    done = import_runs(archive({**elsewhere, **second}))
    assert done.names == {"hog": "hog", "scratch": "scratch-2", "scratch-2": "scratch-2-2"}


def test_the_very_same_run_does_not_come_twice(artifacts, archive, elsewhere):
    path = archive(elsewhere)
    import_runs(path)
    runs.rename_run("tiny", "hog", "mine")
    runs.delete_run("tiny", "scratch")
    done = import_runs(path)
    assert done == Imported("tiny", {"scratch": "scratch"}, {"hog": "mine"})
    assert done.sentence == ("Imported into tiny: scratch. Here already in tiny: hog as mine.")
    before = content(artifacts)
    assert import_runs(path).names == {}
    assert content(artifacts) == before


def test_the_same_photos_under_another_name(artifacts, archive, elsewhere):
    data_set = make_data_set(artifacts / "data" / "tiny")
    own = artifacts / "data" / "wardrobe"
    data_set.folder.rename(own)
    dataclasses.replace(data_set, name="wardrobe").save_index(own)
    assert import_runs(archive(elsewhere)).data_set == "wardrobe"
    assert runs.find_run("wardrobe", "hog").config.data_set == "wardrobe"
    assert list_data_sets() == ["wardrobe"]


def test_other_photos_of_the_same_name_stay_apart(artifacts, archive, elsewhere):
    data_set = make_data_set(artifacts / "data" / "tiny")
    dataclasses.replace(data_set, digest="0" * 64).save_index(data_set.folder)
    done = import_runs(archive(elsewhere))
    assert done.data_set == f"tiny-{data_set.digest[:6]}"
    assert list_data_sets() == ["tiny", done.data_set]
    assert [one.name for one in runs.load_runs(done.data_set)[0]] == ["hog", "scratch"]
    assert import_runs(archive(elsewhere)).names == {}


def test_a_name_of_the_catalog_is_its_own(artifacts, archive, elsewhere, monkeypatch):
    files = {name.replace("tiny/", "clothing/", 1): data for name, data in elsewhere.items()}
    files = changed_json(files, "clothing/data_set.json", name="clothing")
    for run in ("hog", "scratch"):
        files = changed_json(files, f"clothing/{run}/config.json", data_set="clothing")
    assert import_runs(archive(files)).data_set.startswith("clothing-")
    (artifacts / "data").rename(artifacts / "before")
    digest = json.loads(files["clothing/data_set.json"])["digest"]
    same = dataclasses.replace(unpack.CATALOG["clothing"], digest=digest)
    monkeypatch.setitem(unpack.CATALOG, "clothing", same)
    assert import_runs(archive(files)).data_set == "clothing"


def test_drawn_pictures_are_known_here(drawn_data_set, archive):
    give_weights(make_run(drawn_data_set, "scratch", root=paths.runs_folder()))
    file = io.BytesIO()
    export_runs("scenes", None, file)
    runs.delete_run("scenes", "scratch")
    with zipfile.ZipFile(file) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    assert import_runs(archive(files)).names == {"scratch": "scratch"}


# Damaged and hostile zip files


@pytest.mark.parametrize("name", ["../evil.py", "/etc/evil", "tiny/../../evil", "C:/evil", "a\\b"])
def test_paths_that_leave_the_folder(refused, elsewhere, tmp_path, name):
    refused({**elsewhere, name: b"evil"}, "only paths below its own folder")
    assert not list(tmp_path.rglob("evil*"))


def test_links(refused, elsewhere, tmp_path):
    path = tmp_path / "linked.zip"
    with zipfile.ZipFile(path, "w") as file:
        for name, data in elsewhere.items():
            file.writestr(name, data)
        link = zipfile.ZipInfo("tiny/scratch/robustness.csv")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        file.writestr(link, "/etc/passwd")
    refused(path, "no links")


def test_bombs(refused, elsewhere):
    deflated = {"compression": zipfile.ZIP_DEFLATED}
    bomb = {**elsewhere, "tiny/scratch/robustness.csv": bytes(8 * 2**20)}
    refused(bomb, "more than 200-fold", **deflated)


@pytest.mark.parametrize(
    ("limit", "match"),
    [("files", "at most 10 files"), ("bytes", "at most 0 MiB"), ("file_bytes", "at most 0 MiB")],
)
def test_more_than_runs_need(refused, elsewhere, monkeypatch, limit, match):
    monkeypatch.setattr(unpack, "LIMITS", dataclasses.replace(LIMITS, **{limit: 10}))
    refused(elsewhere, match)


def test_a_bomb_inside_the_answers(refused, elsewhere):
    name = "tiny/scratch/predictions.npz"
    huge = npz(**arrays(elsewhere[name]), more=np.zeros(300 * 2**20, "uint8"))
    assert len(huge) < 2**20
    refused({**elsewhere, name: huge}, "predictions.npz: the arrays are too large")


@pytest.mark.parametrize("cut", [0, 1, 100, -30, -1])
def test_cut_short(refused, archive, elsewhere, cut):
    path = archive(elsewhere)
    path.write_bytes(path.read_bytes()[:cut])
    refused(path, "must be a whole zip file")


def test_a_bit_that_fell_over(refused, archive, elsewhere):
    path = archive(elsewhere)
    data = bytearray(path.read_bytes())
    data[data.index(b"image_id") + 200] ^= 1
    path.write_bytes(data)
    refused(path, "must be a whole zip file")


@pytest.mark.parametrize("data", [b"", b"hello", b"\x80\x04\x95"])
def test_what_is_no_zip(refused, tmp_path, data):
    path = tmp_path / "runs.zip"
    path.write_bytes(data)
    refused(path, "must be a whole zip file")


def test_a_file_that_is_not_there(refused, tmp_path):
    refused(tmp_path / "missing.zip", "zip file that exists")


@pytest.mark.parametrize(
    "name",
    [
        "tiny/scratch/weights.pkl",
        "tiny/scratch/weights.h5",
        "tiny/scratch/model.keras",
        "tiny/scratch/states/epoch-0001.weights.h5",
        "tiny/scratch/lock",
        "tiny/evil.py",
        "evil.py",
        "__MACOSX/tiny",
        "other/data_set.json",
        "tiny/photos/dot/000.jpg",
        "tiny/scratch/photos.csv",
    ],
)
def test_files_that_no_run_has(refused, elsewhere, name):
    refused({**elsewhere, name: b"x"}, "weights only as weights.safetensors. Received: '")


@pytest.mark.parametrize("name", ["tiny/.hidden/config.json", "tiny/a b/config.json"])
def test_names_that_no_run_has(refused, elsewhere, name):
    refused({**elsewhere, name: b"x"}, "name of the run must be")


def test_a_hidden_data_set(refused, elsewhere):
    files = {name.replace("tiny/", ".tiny/", 1): data for name, data in elsewhere.items()}
    refused(files, "data set must be 1 to 64")


def test_an_empty_zip(refused):
    refused({}, "Received: 'an empty zip file'")


def test_no_index_or_no_run(refused, elsewhere):
    refused({k: v for k, v in elsewhere.items() if "photos.csv" not in k}, "with photos.csv")
    refused({k: v for k, v in elsewhere.items() if k.count("/") == 1}, "none with a run")


@pytest.mark.parametrize("file", runs.FILES)
def test_every_file_of_a_run_must_be_there_and_whole(refused, elsewhere, file):
    name = f"tiny/scratch/{file}"
    refused({k: v for k, v in elsewhere.items() if k != name}, file)
    for damage in (b"", b"\0" * 50, elsewhere[name][:-3], pickle.dumps({"a": 1})):
        refused({**elsewhere, name: damage}, f"whole runs of its data set. {file}")


def test_one_damaged_run_keeps_all_out(refused, elsewhere):
    refused(
        changed_json(elsewhere, "tiny/scratch/summary.json", epochs=9), "history.csv: there are not"
    )


# Weights


def weights(elsewhere, change):
    from safetensors.numpy import load

    return changed(
        elsewhere, "tiny/hog/weights.safetensors", lambda old: safetensors(**change(load(old)))
    )


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda old: {}, "its variables are not those of the model"),
        (lambda old: {**old, "more": np.zeros(1, "float16")}, "its variables are not"),
        (lambda old: {**old, "predictions/bias": np.zeros(4, "float16")}, r"bias has shape \(4,\)"),
        (lambda old: {**old, "predictions/bias": np.zeros(3, "float32")}, "finite float16"),
        (
            lambda old: {**old, "predictions/bias": np.float16([0, np.nan, 0])},
            "predictions/bias is not made of finite",
        ),
    ],
)
def test_weights_of_another_model(refused, elsewhere, change, match):
    refused(weights(elsewhere, change), f"weights.safetensors: .*{match}")


def test_weights_that_are_a_pickle_are_never_opened(refused, elsewhere, tmp_path):
    class Evil:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "evil"),)

    for data in (pickle.dumps(Evil()), npz(a=np.array([Evil()], dtype=object))):
        refused({**elsewhere, "tiny/hog/weights.safetensors": data}, "safetensors: it cannot be")
        refused({**elsewhere, "tiny/hog/predictions.npz": data}, "predictions.npz: ")
    assert not (tmp_path / "evil").exists()


# What does not fit together


@pytest.mark.parametrize(
    ("values", "match"),
    [
        ({"data_set_digest": "0" * 64}, "another version of these photos"),
        ({"split_seed": 99}, "the classes or splits"),
        ({"class_names": ["a", "b", "c"]}, "class names are not those of the configuration"),
        ({"data_set": "other"}, "unlike its folder"),
        ({"name": "other"}, "unlike its folder"),
        ({"name": "../../evil"}, "name of the run"),
        ({"format_version": 2}, "format version"),
    ],
)
def test_a_configuration_of_something_else(refused, elsewhere, values, match):
    refused(changed_json(elsewhere, "tiny/scratch/config.json", **values), match)


@pytest.mark.parametrize(
    "change",
    [
        lambda old: {**old, "image_ids": np.char.add("x", old["image_ids"])},
        lambda old: {**old, "y_true": (old["y_true"] + 1) % 3},
        lambda old: {key: one[1:] if key != "class_names" else one for key, one in old.items()},
        lambda old: {**old, "split": old["split"][::-1]},
    ],
)
def test_answers_to_other_photos(refused, elsewhere, change):
    files = changed(
        elsewhere, "tiny/scratch/predictions.npz", lambda old: npz(**change(arrays(old)))
    )
    refused(files, "its photos, splits or labels are not those")


@pytest.mark.parametrize(
    ("values", "match"),
    [
        ({"test_accuracy": 0.99}, "test_accuracy is not that of predictions.npz"),
        ({"processor": "\ud800"}, "cannot be shown"),
        ({"notes": "x" * 70_000}, "too large"),
    ],
)
def test_a_summary_that_says_something_else(refused, elsewhere, values, match):
    refused(changed_json(elsewhere, "tiny/scratch/summary.json", **values), match)


def test_more_epochs_than_were_configured(refused, elsewhere):
    recipe = json.loads(elsewhere["tiny/scratch/config.json"])["recipe"]
    recipe["phases"][0]["epochs"] = 2
    refused(changed_json(elsewhere, "tiny/scratch/config.json", recipe=recipe), "more epochs")


@pytest.mark.parametrize(
    ("values", "match"),
    [
        ({"name": "other"}, "at least one of them is damaged"),
        ({"photo_count": 29}, "at least one of them is damaged"),
        ({"drawn": True}, "drawn pictures of tiny must be those that this project draws"),
        ({"digest": "x"}, "its digest is none"),
        ({"title": ""}, "no short text"),
        ({"title": "x" * 201}, "no short text"),
        ({"description": "\ud800"}, "a text is none"),
        ({"licence": "a\nb"}, "a text is none"),
        ({"attribution": "x" * 2001}, "a text is none"),
        ({"unreadable": [[1, 2]]}, "a text is none"),
        ({"source": "https://x) [evil](javascript:alert(1)"}, "no plain address"),
    ],
)
def test_an_index_that_cannot_be(refused, elsewhere, values, match):
    refused(changed_json(elsewhere, "tiny/data_set.json", **values), match)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"cross/000.jpg", b"../../x.jpg"),
        (b"cross/000.jpg", b"cross\\000.jpg"),
        (b",64,48", b",0,48"),
        (b",64,48", b",64,-1"),
        (b"image_id", b"id"),
        (b"train", b"teach"),
    ],
)
def test_a_table_of_photos_that_cannot_be(refused, elsewhere, old, new):
    files = changed(elsewhere, "tiny/photos.csv", lambda data: data.replace(old, new))
    refused(files, "The data set tiny must have")


def test_an_index_that_contradicts_the_one_here(refused, tiny_data_set, elsewhere):
    table = pd.read_csv(io.BytesIO(elsewhere["tiny/photos.csv"]))
    table.loc[0, "split"] = "test"
    refused(
        {**elsewhere, "tiny/photos.csv": table.to_csv(index=False).encode()},
        "must have the photos, classes and splits that it has here",
    )


def test_two_data_sets_that_want_the_same_name(refused, artifacts, elsewhere):
    """The start of a digest can be chosen; the rest then differs."""
    data_set = make_data_set(artifacts / "data" / "tiny")
    dataclasses.replace(data_set, digest="0" * 64).save_index(data_set.folder)
    (artifacts / "data" / f"tiny-{data_set.digest[:6]}").mkdir()
    refused(elsewhere, "name of the data set must be free")


# The machine


def test_a_disk_that_refuses_takes_everything_back(refused, elsewhere, monkeypatch):
    rename = Path.rename

    def refuse(path, target):
        if Path(target) == paths.runs_folder() / "tiny" / "scratch":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target))
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuse)
    refused(elsewhere, "could not be imported: No space left")
    assert list_data_sets() == []


def test_a_run_of_that_name_that_comes_at_this_moment(refused, artifacts, elsewhere, monkeypatch):
    (artifacts / "runs/tiny/scratch").mkdir(parents=True)
    monkeypatch.setattr(runs, "free_name", lambda data_set, wanted, beside: wanted)
    refused(elsewhere, "came into being at this moment")


def test_nothing_comes_where_nothing_may_be_written(refused, elsewhere, monkeypatch):
    monkeypatch.setenv("READ_ONLY", "1")
    refused(elsewhere, "Importing runs is off")


# Uploads


@pytest.mark.parametrize(
    "name", ["runs.zip", "", "..", "../../evil.zip", "a" * 999, "\0.zip", "ünï 🙂.zip", "a\nb.zip"]
)
def test_a_visitors_name_for_a_file_leads_nowhere(artifacts, archive, elsewhere, tmp_path, name):
    before = content(tmp_path / "elsewhere")
    data = archive(elsewhere).read_bytes()
    assert import_upload(name, data).names == {"hog": "hog", "scratch": "scratch"}
    with pytest.raises(EngineError, match="whole zip file"):
        import_upload(name, data[:-1])
    assert hidden() == []
    assert not list(tmp_path.rglob("evil*"))
    assert content(tmp_path / "elsewhere") == before


def test_an_upload_that_the_disk_has_no_room_for(artifacts, archive, elsewhere, monkeypatch):
    data = archive(elsewhere).read_bytes()

    def refuse(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(EngineError, match="could not be imported: No space left"):
        import_upload("runs.zip", data)
    assert hidden() == []


def test_no_upload_is_kept_where_nothing_may_be_written(artifacts, monkeypatch):
    monkeypatch.setenv("READ_ONLY", "1")
    with pytest.raises(EngineError, match="Importing runs is off"):
        import_upload("runs.zip", b"PK")
    assert list(artifacts.iterdir()) == []
