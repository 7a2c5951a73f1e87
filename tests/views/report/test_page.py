"""The report as a file: self-contained, escaped, small, written whole or not at all."""

import base64
import json
import os
import re
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from engine import runs
from engine.errors import EngineError
from engine.measures.comparison import load_comparison
from engine.views.report import build_report, save_report
from tests.conftest import make_data_set, make_run

#: Elements without an end tag.
VOID = {"meta", "link"}


class Document(HTMLParser):
    """All elements with their attributes, the text of each kind, and the text outside scripts."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open, self.texts, self.shown = [], [], {}, []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"</{tag}> closes another element"

    def handle_data(self, data):
        inside = self.open[-1] if self.open else ""
        self.texts.setdefault(inside, []).append(data)
        if inside not in {"script", "style", "title"}:
            self.shown.append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]

    def text(self):
        return " ".join("".join(self.shown).split())


@pytest.fixture
def document(tiny_runs):
    return Document(build_report(load_comparison("tiny")))


def figures(document):
    names = [one["data-name"] for one in document.all("script") if one.get("class") == "figure"]
    texts = [text for text in document.texts["script"] if text.startswith('{"data"')]
    return dict(zip(names, map(json.loads, texts), strict=True))


def test_everything_is_in_the_file(document):
    for tag, attributes in document.elements:
        for name, value in attributes.items():
            if name in {"src", "srcset", "poster", "data", "action", "background"}:
                raise AssertionError(f"<{tag}> fetches {value}")
            if name == "href":
                assert value.startswith(("#", "data:")), value
    assert {tag for tag, _ in document.elements}.isdisjoint({"iframe", "object", "embed", "img"})
    (style,) = document.texts["style"]
    assert "url(" not in style and "@import" not in style
    policy = next(one["content"] for one in document.all("meta") if "http-equiv" in one)
    assert "default-src 'none'" in policy


def test_it_is_whole_and_says_what_it_is(document):
    assert document.open == []
    assert document.all("html") == [{"lang": "en"}]
    assert document.texts["h1"] == ["Tiny"]
    ids = [attributes["id"] for _, attributes in document.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = [one["href"][1:] for one in document.all("a") if one["href"].startswith("#")]
    assert set(links) <= set(ids)
    assert document.texts["h2"] == [
        "The answer",
        "Is the difference real?",
        "What is different",
        "What is the least one should try?",
        "What it took",
        "The data set",
        "How they learned",
        "Which photos go wrong",
        "Class by class",
        "How far their certainty can be trusted",
        "How this was measured",
        "Do it again",
    ]


def test_the_numbers_are_those_of_the_runs(document):
    text = document.text()
    assert "83.3 % right, the CNN from scratch 33.3 %: too few photos to tell them apart." in text
    assert "Of the same 6 test photos, ResNet50 names 50.0 points more right" in text
    command = "train tiny resnet50 --image-size 32 --dense-units 8 --precision float32"
    assert f"python -m engine {command}" in text
    assert "No photo is part of this file" in text
    assert "**" not in text


def test_every_chart_has_its_numbers_a_name_and_a_description(document):
    boxes = [one for one in document.all("div") if one.get("class") == "chart"]
    assert [one["data-name"] for one in boxes] == list(figures(document))
    assert len(boxes) == 13
    assert all(one["role"] == "img" and len(one["aria-label"]) > 20 for one in boxes)
    assert all(one["data-file"] == f"tiny-{one['data-name']}" for one in boxes)


def test_every_table_has_a_caption_headers_and_a_file(document):
    tables = len(document.all("table"))
    assert tables == len(document.all("caption")) == 16
    files = [one for one in document.all("a") if "download" in one]
    assert len(files) == tables
    names = [one["download"] for one in files]
    assert len(set(names)) == len(names)
    scores = next(one for one in files if one["download"] == "tiny-scores-by-class.csv")
    content = base64.b64decode(scores["href"].partition("base64,")[2]).decode()
    assert content.splitlines()[0].startswith("class_name,support,precision_left")
    assert all(one.get("scope") in {"row", "col"} for one in document.all("th"))


def test_it_is_small_and_always_the_same(tiny_runs):
    text = build_report(load_comparison("tiny"))
    assert len(text.encode()) < 5_000_000
    assert build_report(load_comparison("tiny")) == text


HOSTILE = "</script><script>alert(1)</script>"


def test_names_that_visitors_chose_stay_text(artifacts, monkeypatch):
    monkeypatch.setattr("tests.conftest.CLASS_NAMES", (HOSTILE, "=cmd()", "**b**&amp;<b>"))
    monkeypatch.setattr("engine.data.data_set.DataSet.photo_path", None)
    data_set = make_data_set(artifacts / "published" / "tiny", with_photos=False)
    for model in ("scratch", "resnet50"):
        run = make_run(data_set, model)
        table = pd.DataFrame(
            [(f"{HOSTILE}/1", HOSTILE, 0.3)], columns=runs.OUT_OF_DISTRIBUTION_COLUMNS
        )
        runs.save_out_of_distribution(run.folder, table)
    document = Document(build_report(load_comparison("tiny")))
    kinds = [one.get("class") or one.get("id") for one in document.all("script")]
    assert kinds == ["figure"] * 13 + ["plotly", None]
    assert not document.all("b")
    assert HOSTILE in document.text()
    spec = figures(document)["confusions-scratch"]
    assert "&lt;script&gt;" in json.dumps(spec["data"])
    files = {one["download"]: one["href"] for one in document.all("a") if "download" in one}
    scores = base64.b64decode(files["tiny-scores-by-class.csv"].partition("base64,")[2]).decode()
    assert re.search("^'=cmd\\(\\),", scores, re.MULTILINE)


@pytest.mark.parametrize(("model", "missing"), [("scratch", "resnet50"), ("resnet50", "scratch")])
def test_one_model_alone(tiny_data_set, model, missing):
    make_run(tiny_data_set, model)
    document = Document(build_report(load_comparison("tiny")))
    assert f"There is no run of {missing} yet" in document.text()
    assert "Is the difference real?" not in document.texts["h2"]
    assert "Gap on test" not in document.text()
    assert document.open == []


def test_without_a_script_the_tables_remain(document):
    (said,) = [text for text in document.texts["p"] if "scripts are off here" in text]
    assert said.endswith("The tables hold the same numbers.")
    assert len(document.all("noscript")) == 1


def test_it_is_written_whole_or_not_at_all(tiny_runs, tmp_path, monkeypatch):
    path = tmp_path / "report.html"
    path.write_text("the one before")
    comparison = load_comparison("tiny")

    def fail(self, target):
        raise OSError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr("pathlib.Path.replace", fail)
        with pytest.raises(OSError, match="disk full"):
            save_report(comparison, path)
    assert path.read_text() == "the one before"
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == ["report.html"]
    assert save_report(comparison, path) == path.stat().st_size > 1_000_000


def test_a_link_stays_a_link(tiny_runs, tmp_path):
    (tmp_path / "link.html").symlink_to(tmp_path / "target.html")
    save_report(load_comparison("tiny"), tmp_path / "link.html")
    assert (tmp_path / "link.html").is_symlink()
    assert (tmp_path / "target.html").stat().st_size > 1_000_000


def test_no_device_is_replaced(tiny_runs):
    with pytest.raises(EngineError, match="ordinary file"):
        save_report(load_comparison("tiny"), Path(os.devnull))


@pytest.mark.parametrize(
    ("name", "words"), [("folder", "must be a file, not a folder"), ("no/report.html", "no' first")]
)
def test_where_it_cannot_be_written(tiny_runs, tmp_path, name, words):
    (tmp_path / "folder").mkdir()
    with pytest.raises(EngineError, match=words):
        save_report(load_comparison("tiny"), tmp_path / name)
