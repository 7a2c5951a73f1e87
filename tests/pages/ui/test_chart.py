"""A chart on a page: what its camera saves, and what it is called."""

import json

import pytest
from streamlit.testing.v1 import AppTest


def charts():
    import plotly.graph_objects as go

    from pages.ui.chart import format_box, show

    format_box()
    title = 'Photos of “a&lt;b”<br><span style="color:red">■</span> train'
    show(go.Figure(layout={"title": {"text": title}}), "per_class")
    show(go.Figure(), "matrix", "A matrix")


@pytest.fixture
def app():
    app = AppTest.from_function(charts)
    app.session_state["data_set_box"] = "tiny"
    app.run()
    assert not app.exception
    return app


def saved(app):
    configs = [json.loads(one.proto.config) for one in app.get("plotly_chart")]
    return [one["toImageButtonOptions"] for one in configs]


def test_pictures_are_png_of_twice_as_many_pixels_at_first(app):
    assert saved(app) == [
        {"format": "png", "filename": "tiny-per-class", "scale": 2},
        {"format": "png", "filename": "tiny-matrix", "scale": 2},
    ]


def test_pictures_become_svg(app):
    app.segmented_control[0].set_value("SVG").run()
    assert {(one["format"], one["scale"]) for one in saved(app)} == {("svg", 1)}


def test_charts_are_described(app):
    assert [one.proto.alt for one in app.get("plotly_chart")] == [
        "Photos of “a<b” ■ train",
        "A matrix",
    ]
