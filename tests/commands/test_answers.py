"""`evaluate` and `predict`: what runs say."""

import json
import re

import pytest

from engine import runs


def test_evaluate(command, tiny_runs):
    code, out, err = command("evaluate", "tiny", "scratch")
    assert (code, err) == (0, "")
    assert re.search(r"^validation: accuracy 0\.3333 .* on 6 photos$", out, re.MULTILINE)
    assert re.search(r"^  cross +\d\.\d{3}", out, re.MULTILINE)


def test_evaluate_json(command, tiny_runs):
    code, out, err = command("evaluate", "tiny", "resnet50", "--json")
    assert (code, err) == (0, "")
    result = json.loads(out)
    assert (result["data_set"], result["run"]) == ("tiny", "resnet50")
    assert list(result["splits"]) == ["validation", "test"]
    for values in result["splits"].values():
        assert values["photos"] == 6
        assert values["accuracy"] == pytest.approx(5 / 6)
        low, high = values["interval_95"]
        assert 0 < low < 5 / 6 < high < 1
        assert [row["class_name"] for row in values["classes"]] == ["cross", "dot", "stripe"]
        assert sum(row["support"] for row in values["classes"]) == 6


def test_predict(command, trained, photo):
    code, out, err = command("predict", photo, "--data-set", "tiny", "--run", "scratch")
    assert code == 0, err
    rows = [line.split() for line in out.splitlines()]
    assert {name for _, name in rows} == {"cross", "dot", "stripe"}
    shares = [float(share.rstrip("%")) for share, _ in rows]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(100, abs=0.05)
    assert re.fullmatch(r"\d+ ms\n", err)


def test_predict_json(command, trained, photo):
    code, out, _ = command("predict", photo, "--data-set", "tiny", "--run", "scratch", "--json")
    assert code == 0
    result = json.loads(out)
    assert list(result) == ["run", "predictions", "milliseconds"]
    assert result["run"] == "scratch"
    assert result["milliseconds"] > 0
    assert all(list(one) == ["class_name", "probability"] for one in result["predictions"])
    assert {one["class_name"] for one in result["predictions"]} == {"cross", "dot", "stripe"}
    probabilities = [one["probability"] for one in result["predictions"]]
    assert probabilities == sorted(probabilities, reverse=True)
    assert sum(probabilities) == pytest.approx(1, abs=1e-4)


def test_predict_refuses(refused, tiny_runs, photo, tmp_path):
    def line(path, data_set="tiny", run="scratch", *flags):
        return refused("predict", path, "--data-set", data_set, "--run", run, *flags)

    assert "missing.jpg" in line(tmp_path / "missing.jpg")
    assert "no such file" in line(tmp_path)
    (tmp_path / "text.jpg").write_text("no photo")
    assert "text.jpg" in line(tmp_path / "text.jpg")
    (tmp_path / "cut.png").write_bytes(photo.read_bytes()[:50])
    assert "cut.png" in line(tmp_path / "cut.png")
    (tmp_path / "empty.jpg").write_bytes(b"")
    assert "empty" in line(tmp_path / "empty.jpg")
    assert "resnet50, scratch. Received: 'best'" in line(photo, run="best")
    assert "tiny. Received: 'nowhere'" in line(photo, data_set="nowhere")
    assert "Received: '../x'" in line(photo, run="../x")
    # The fake run of the fixture has an empty file of weights.
    assert runs.WEIGHTS_FILE in line(photo, "tiny", "scratch", "--json")


@pytest.mark.parametrize("command_line", [["evaluate", "nowhere", "scratch"], ["evaluate", "tiny"]])
def test_evaluate_refuses(refused, tiny_runs, command_line):
    refused(*command_line)


def test_evaluate_refuses_unknown_and_damaged_runs(refused, tiny_runs):
    assert "Received: 'best'" in refused("evaluate", "tiny", "best")
    (tiny_runs["scratch"].folder / runs.HISTORY_FILE).write_text("x")
    assert runs.HISTORY_FILE in refused("evaluate", "tiny", "scratch", "--json")
