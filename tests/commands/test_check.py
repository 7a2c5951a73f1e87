"""`check`: photos that stand twice."""

import pandas as pd


def test_check_says_what_stands_twice(command, tiny_data_set, monkeypatch):
    table = pd.DataFrame(
        [(1, "cross/000.jpg", 0.0), (1, "dot/009.jpg", 0.3)],
        columns=["group", "image_id", "difference"],
    )
    monkeypatch.setattr("engine.data.duplicates.find_duplicates", lambda *_: table)
    code, out, _ = command("check", "tiny")
    assert code == 0
    assert out.splitlines()[0] == (
        "tiny: 1 photo stands more than once, 1 with different labels, 1 in different splits"
    )
    assert "cross/000.jpg" in out.splitlines()[1]
    assert (tiny_data_set.folder / "duplicates.csv").is_file()


def test_check_of_nothing(refused, artifacts):
    assert "Received: 'nowhere'" in refused("check", "nowhere")
    assert refused("check", "../../etc")
