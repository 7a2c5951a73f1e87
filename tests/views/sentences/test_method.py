from engine.views.sentences.method import how_measured


def test_numbers_of_this_comparison(tiny_data_set):
    rules = dict(how_measured(tiny_data_set, {"scratch": 3, "resnet50": 4}))
    assert rules["Splits"].startswith("18 photos to train on, 6 to validate, 6 to test;")
    assert "with seed 1." in rules["Splits"]
    assert "(CNN from scratch 3, Fine-tuned ResNet50 4)" in rules["Seeds"]
