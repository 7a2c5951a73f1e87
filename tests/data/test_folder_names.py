import pytest

from engine.data.folder_names import free_name
from engine.errors import EngineError


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Äpfel, rot & grün", "Äpfel, rot & grün"),
        ("  big \n apples ", "big apples"),
        ("A\u0308pfel", "Äpfel"),
        ("日本 りんご", "日本 りんご"),
        ("🍎", "🍎"),
        ("train", "train"),
        ("NA", "NA"),
        ("x" * 40, "x" * 40),
    ],
)
def test_names_are_text(tmp_path, name, kept):
    assert free_name(name, ["other"], "class") == kept
    (tmp_path / kept).mkdir()


@pytest.mark.parametrize(
    "name",
    [
        *("", "   ", ".", "..", ".hidden", "end.", "a/b", "a\\b", "../up", "a:b", "a*", "x" * 41),
        *("a\0b", "a\x1b[31mb", "a\u202eb", "\ud800", "__MACOSX", "Thumbs.db", "con", "NUL.txt"),
        *("a?b", "<a>", 'a"b', "a|b"),
    ],
)
def test_refuses_names_that_are_no_folder_s_name(name):
    with pytest.raises(EngineError, match=r"The name of a class must be 1 to 40 .* Received: "):
        free_name(name, [], "class")


@pytest.mark.parametrize("name", ["hat", "HAT", " hat "])
def test_refuses_names_that_are_taken(name):
    with pytest.raises(EngineError, match=r"must differ from those that are here.* beside 'Hat'"):
        free_name(name, ["shoe", "Hat"], "class")
