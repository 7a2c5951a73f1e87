"""`runs`: the list of all runs."""

import json

from engine import runs


def test_runs(command, tiny_runs):
    code, out, err = command("runs")
    assert (code, err) == (0, "")
    header, *rows = out.splitlines()
    assert header.split()[:3] == ["data", "set", "run"]
    assert [row.split()[:2] for row in rows] == [["tiny", "resnet50"], ["tiny", "scratch"]]
    assert all(row.endswith("published") for row in rows)


def test_runs_json_where_one_is_damaged(command, tiny_runs):
    (tiny_runs["scratch"].folder / runs.PREDICTIONS_FILE).write_bytes(b"")
    code, out, err = command("runs", "--json")
    assert code == 0
    result = json.loads(out)
    (row,) = result["runs"]
    assert (row["data_set"], row["run"], row["model"]) == ("tiny", "resnet50", "resnet50")
    assert row["published"] is True
    assert row["test_accuracy"] == tiny_runs["resnet50"].summary["test_accuracy"]
    (problem,) = result["problems"]
    assert runs.PREDICTIONS_FILE in problem
    assert err == f"error: {problem}\n"


def test_runs_where_there_are_none(command, artifacts):
    code, out, _ = command("runs", "--json")
    assert (code, json.loads(out)) == (0, {"runs": [], "problems": []})
    assert command("runs")[0] == 0
