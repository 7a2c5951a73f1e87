from engine.measures.comparison import load_comparison
from engine.views.looks import looks_of
from engine.views.sentences.method import how_measured
from tests.conftest import make_run


def rules(*pair):
    comparison = load_comparison("tiny", *pair)
    return dict(how_measured(comparison, looks_of(comparison.sides)))


def test_numbers_of_this_comparison(tiny_runs):
    found = rules()
    assert found["Splits"].startswith("18 photos to train on, 6 to validate, 6 to test;")
    assert found["Splits"].endswith("with seed 1. Both runs use the same split.")
    assert "(CNN from scratch 1, Fine-tuned ResNet50 1)" in found["Seeds"]
    assert found["Two differences at once"].startswith("ResNet50 has ImageNet behind it")


def test_of_two_runs_of_one_model(tiny_runs, tiny_data_set):
    make_run(tiny_data_set, "scratch", name="plain")
    found = rules("scratch", "plain")
    assert "(CNN from scratch 1, CNN from scratch (plain) 1)" in found["Seeds"]
    assert "Two differences at once" not in found


def test_of_one_run(tiny_data_set):
    make_run(tiny_data_set, "resnet50")
    assert rules()["Splits"].endswith("with seed 1.")
