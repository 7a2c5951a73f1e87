"""`learning-curve`: medians, both times, and what is refused."""

import pytest

from tests.conftest import make_data_set


def test_learning_curve_prints_medians_and_both_times(command, tiny_data_set, monkeypatch):
    from engine.training import learning_curve
    from engine.training.learning_curve import FrozenCost
    from tests.measures.test_little_data import table

    asked = []

    def measure(data_set, sizes, seeds, weights, progress, more):
        asked.append((data_set.name, sizes, seeds, weights, more))
        progress.say("1/1 scratch")
        found = table(scratch_5=(15, [0.2, 0.4, 0.3]), resnet50_5=(15, [0.5, 0.5, 0.6]))
        return found, FrozenCost(photos=100, passes=60_000, pace=0.01, heads=119.0)

    monkeypatch.setattr(learning_curve, "measure_learning_curve", measure)
    code, out, err = command("learning-curve", "tiny", "--sizes", "all", "5", "--seeds", 3, 1)
    assert code == 0, err
    assert asked == [("tiny", ("5", "all"), (1, 3), None, False)]
    assert out.splitlines() == [
        "scratch, 5 a class (15 photos): test accuracy 0.3000 (0.2000 to 0.4000; seeds 1, 2, 3)",
        "resnet50, 5 a class (15 photos): test accuracy 0.5000 (0.5000 to 0.6000; seeds 1, 2, 3)",
    ]
    first, last = err.splitlines()
    assert first == "1/1 scratch"
    # (600 + 119) / (1 + 119)
    assert "2.0 minutes with stored features" in last
    assert "12 minutes if computed in every epoch (60,000 photos at 10 ms)" in last
    assert last.endswith("6 times as long")
    command("learning-curve", "tiny", "--more")
    assert asked[1] == ("tiny", learning_curve.SIZES, learning_curve.SEEDS, None, True)


@pytest.mark.parametrize(
    ("flags", "named"),
    [
        (["--sizes", "0"], "'0'"),
        (["--sizes", "5", "some"], "'some'"),
        (["--sizes"], "--sizes"),
        (["--sizes", "100"], "fewer photos than the sizes ask for"),
        (["--seeds", "-1"], "Received: -1"),
        (["--seeds", "x"], "'x'"),
        (["--epochs", "3"], "--epochs"),
        (["--weights", "missing.h5"], "missing.h5"),
    ],
)
def test_learning_curve_refuses_wrong_flags(refused, tiny_data_set, flags, named):
    assert named in refused("learning-curve", "tiny", *flags)


def test_learning_curve_without_the_photos_or_the_data_set(refused, artifacts):
    assert "'nothing'" in refused("learning-curve", "nothing")
    make_data_set(artifacts / "published" / "tiny", with_photos=False)
    assert "python -m engine data tiny" in refused("learning-curve", "tiny")
