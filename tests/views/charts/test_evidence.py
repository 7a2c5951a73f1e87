import pytest

from engine.measures.evidence import class_differences
from engine.views.charts.evidence import difference_chart
from engine.views.looks import look_of_model, looks_of_names
from tests.measures.test_evidence import pairs_of

SIDES = {"left": look_of_model("scratch"), "right": look_of_model("resnet50")}


@pytest.fixture
def table():
    return class_differences(
        pairs_of(cat=(5, 3, 0, 2), dog=(1, 0, 8, 1), **{"<b>cow</b>": (4, 1, 1, 4)})
    )


def test_each_class_has_the_colour_of_who_is_ahead(table):
    found = {
        name.strip(): (value, trace.marker.color)
        for trace in difference_chart(table, SIDES).data
        for name, value in zip(trace.y, trace.x, strict=True)
    }
    assert found["dog"] == (pytest.approx(80), SIDES["right"].colour)
    assert found["cat"] == (pytest.approx(-30), SIDES["left"].colour)
    assert found["&lt;b&gt;cow&lt;/b&gt;"][0] == 0
    assert found["&lt;b&gt;cow&lt;/b&gt;"][1] not in [look.colour for look in SIDES.values()]


def test_whiskers_end_at_the_interval(table):
    (dog,) = (trace for trace in difference_chart(table, SIDES).data if trace.y[0].strip() == "dog")
    row = table[table["class_name"] == "dog"].iloc[0]
    assert dog.x[0] + dog.error_x.array[0] == pytest.approx(100 * row["high"])
    assert dog.x[0] - dog.error_x.arrayminus[0] == pytest.approx(100 * row["low"])


def test_the_largest_difference_is_on_top(table):
    order = difference_chart(table, SIDES).layout.yaxis.categoryarray
    assert [name.strip() for name in order][::-1] == ["dog", "&lt;b&gt;cow&lt;/b&gt;", "cat"]


def test_many_classes_grow_the_chart_up_to_a_limit():
    many = class_differences(pairs_of(**{f"class {n}": (n, 0, 1, 0) for n in range(60)}))
    figure = difference_chart(many, SIDES)
    drawn = figure.layout.yaxis.categoryarray
    assert len(drawn) == 30
    assert {name.strip() for name in drawn} == {f"class {n}" for n in range(30)}


def test_names_and_axes(table):
    figure = difference_chart(table, SIDES)
    assert figure.layout.title.text == "ResNet50 less scratch, by class"
    assert "points" in figure.layout.xaxis.title.text


def test_two_runs_of_one_model_have_a_name_and_a_mark_each(table):
    looks = looks_of_names({"scratch": "scratch", "a<b>": "scratch"}).values()
    figure = difference_chart(table, dict(zip(("left", "right"), looks, strict=True)))
    assert figure.layout.title.text == "Scratch (a&lt;b&gt;) less scratch, by class"
    ahead, behind, _ = figure.data
    assert ahead.marker.symbol != behind.marker.symbol
    assert "only Scratch (a&lt;b&gt;) right" in ahead.hovertemplate
