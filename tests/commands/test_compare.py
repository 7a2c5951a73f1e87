"""`compare`: two runs side by side at a terminal."""

import json

import pytest

from tests.conftest import make_run


def test_what_is_different(command, tiny_runs):
    code, out, err = command("compare", "tiny")
    assert (code, err) == (0, "")
    header, *rows = out.splitlines()
    assert header.split() == ["Scratch", "ResNet50", "ResNet50", "less", "scratch"]
    (test,) = [row for row in rows if row.startswith("Test accuracy")]
    assert "33.3 % (9.7 to 70.0)" in test
    assert "+50.0 points (" in test
    assert rows[-1].startswith("Of the same 6 test photos, ResNet50 names 50.0 points more right")
    assert "*" not in out


def test_for_programs(command, tiny_data_set, tiny_runs):
    make_run(tiny_data_set, "scratch", name="plain", wrong=2)
    code, out, err = command("compare", "tiny", "plain", "scratch", "--json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert (found["data_set"], found["left"], found["right"]) == ("tiny", "plain", "scratch")
    assert found["settings"] == found["data"] == found["warnings"] == []
    test = found["result"][0]
    assert (test["what"], test["photos"]) == ("test_accuracy", 6)
    assert test["left"] == pytest.approx(2 / 3)
    assert test["difference"] == pytest.approx(-1 / 3)
    assert test["p_value"] == 0.5
    assert found["result"][2]["p_value"] is None


def test_one_run_alone_is_not_compared(refused, tiny_data_set, tiny_runs):
    said = refused("compare", "tiny", "scratch", "scratch")
    assert "two runs of tiny: scratch, resnet50. Received: 'scratch' alone" in said
    assert "Received: 'x'" in refused("compare", "tiny", "scratch", "x")
    assert "tiny. Received: 'nowhere'" in refused("compare", "nowhere")


def test_what_makes_two_runs_less_comparable_is_a_warning(command, tiny_runs):
    path = tiny_runs["resnet50"].folder / "config.json"
    config = json.loads(path.read_text()) | {"split_seed": 7}
    path.write_text(json.dumps(config))
    code, out, err = command("compare", "tiny")
    assert code == 0
    assert "Seed of the split" in out
    assert err.startswith("warning: The photos were split differently (seed 1 for the CNN")
