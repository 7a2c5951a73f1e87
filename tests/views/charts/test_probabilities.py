import pytest

from engine.views.charts.probabilities import exact_percent, probability_chart
from engine.views.looks import look_of_model

SCRATCH = look_of_model("scratch")
RANKED = [("t-shirt", 0.934), ("shirt", 0.05), ("dress", 0.0001)]


def texts(figure):
    return [annotation.text for annotation in figure.layout.annotations]


def test_bars_hold_the_probabilities_in_percent_in_the_colour_of_the_run():
    look = look_of_model("resnet50")
    (bars,) = probability_chart(RANKED, look, 10).data
    assert list(bars.x) == pytest.approx([93.4, 5.0, 0.01])
    assert bars.orientation == "h"
    assert bars.marker.color == look.colour


def test_names_and_numbers_are_written_the_most_probable_on_top():
    figure = probability_chart(RANKED, SCRATCH, 10)
    assert texts(figure) == [
        "t-shirt",
        "<b>93.4\u00a0%</b>",
        "shirt",
        "<b>5.0\u00a0%</b>",
        "dress",
        "<b>&lt; 0.1\u00a0%</b>",
    ]
    bottom, top = figure.layout.yaxis.range
    assert bottom > top
    assert list(figure.data[0].y) == [0, 1, 2]


@pytest.mark.parametrize(
    ("count", "of", "title"),
    [
        (3, 10, "The 3 most probable of 10"),
        (1, 10, "The most probable of 10"),
        (3, 3, "All 3 classes"),
    ],
)
def test_title_says_how_many_are_shown(count, of, title):
    assert probability_chart(RANKED[:count], SCRATCH, of).layout.title.text == title


def test_the_true_class_is_marked():
    marked = [one for one in texts(probability_chart(RANKED, SCRATCH, 3, "shirt")) if "✔" in one]
    assert marked == ["<b>✔ shirt</b> (true)"]


def test_hostile_and_long_names_are_shown_as_text():
    name = "<script>alert(1)</script> and a very long rest"
    figure = probability_chart([(name, 0.5)], SCRATCH, 2)
    assert not any("<script" in one for one in texts(figure))
    assert texts(figure)[0].endswith("…")
    assert figure.data[0].customdata[0][0].startswith("&lt;script&gt;")
    assert "very long rest" in figure.data[0].customdata[0][0]


def test_the_figure_grows_with_the_number_of_classes():
    heights = [probability_chart(RANKED[:k], SCRATCH, 3).layout.height for k in (1, 2, 3)]
    assert heights[0] < heights[1] < heights[2]


@pytest.mark.parametrize(
    ("probability", "text"),
    [
        (0.0, "0.0\u00a0%"),
        (0.0004, "< 0.1\u00a0%"),
        (0.0005, "0.1\u00a0%"),
        (0.5, "50.0\u00a0%"),
        (0.9994, "99.9\u00a0%"),
        (0.9995, "> 99.9\u00a0%"),
        (1.0, "100.0\u00a0%"),
    ],
)
def test_exact_percent_never_rounds_to_none_or_all(probability, text):
    assert exact_percent(probability) == text
