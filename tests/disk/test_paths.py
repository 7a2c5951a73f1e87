"""Where things are kept, and which names may become folders."""

import pytest

from engine.disk import paths
from engine.errors import EngineError, one_line


def test_everything_lies_below_the_folder_that_the_environment_names(artifacts):
    assert paths.artifacts_folder() == artifacts
    folders = [paths.data_folder(), paths.published_folder(), paths.runs_folder()]
    assert [folder.parent for folder in folders] == [artifacts] * 3
    assert len({folder.name for folder in folders}) == 3


def test_by_default_beside_the_package(monkeypatch):
    monkeypatch.delenv(paths.ARTIFACTS_VARIABLE, raising=False)
    assert (paths.artifacts_folder().parent / "streamlit_app.py").is_file()


def test_of_an_installed_package_in_the_folder_it_was_started_in(tmp_path, monkeypatch):
    monkeypatch.delenv(paths.ARTIFACTS_VARIABLE, raising=False)
    installed = tmp_path / "site-packages" / "engine" / "disk" / "paths.py"
    monkeypatch.setattr(paths, "__file__", str(installed))
    monkeypatch.chdir(tmp_path)
    assert paths.artifacts_folder() == tmp_path.resolve() / "artifacts"
    # A process that it starts runs in another folder, and keeps to the same one.
    options = paths.child_process()
    assert options["cwd"] == tmp_path.resolve() / "site-packages"
    assert options["env"][paths.ARTIFACTS_VARIABLE] == str(tmp_path.resolve() / "artifacts")


@pytest.mark.parametrize("name", ["clothing", "scratch-2", "A.b_c", "1", "a" * 64])
def test_safe_names_pass(name):
    assert paths.check_name(name, "run") == name


@pytest.mark.parametrize(
    "name", ["", ".", "..", ".hidden", "../x", "a/b", "a\\b", "a b", "-x", "a" * 65, "a\n", None, 3]
)
def test_names_that_could_leave_their_folder_are_refused(name):
    with pytest.raises(EngineError, match="The run must be") as caught:
        paths.check_name(name, "run")
    assert "\n" not in str(caught.value)


def test_another_librarys_error_fits_into_our_sentence():
    assert one_line(OSError("no\n  room.")) == "no room"
    assert one_line(OSError()) == "OSError"
    assert len(one_line(OSError("x" * 999))) == 200


def test_a_child_process_keeps_the_artifacts_folder(tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(paths.ARTIFACTS_VARIABLE, "here")
    options = paths.child_process()
    assert (options["cwd"] / "engine" / "__main__.py").is_file()
    assert options["env"][paths.ARTIFACTS_VARIABLE] == str(tmp_path.resolve() / "here")
