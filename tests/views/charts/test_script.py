import base64
import gzip
import json

import numpy as np
import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

from engine.views.charts.script import figure_json, packed_plotly


def test_a_figure_comes_back_without_a_template():
    figure = go.Figure(go.Scatter(x=[1, 2], y=[3, None], name="a"), layout={"title": {"text": "T"}})
    spec = json.loads(figure_json(figure))
    assert spec["data"][0]["y"] == [3, None]
    assert spec["layout"] == {"title": {"text": "T"}}


def test_arrays_are_encoded():
    spec = json.loads(figure_json(go.Figure(go.Scatter(y=np.array([1.5, 2.5])))))
    values = spec["data"][0]["y"]
    assert np.frombuffer(base64.b64decode(values["bdata"]), values["dtype"]).tolist() == [1.5, 2.5]


def test_no_name_can_end_the_script_element():
    name = "</script><script>alert(1)</script>&amp;"
    text = figure_json(go.Figure(go.Scatter(y=[1], name=name)))
    assert not set("<>&") & set(text)
    assert json.loads(text)["data"][0]["name"] == name


def test_plotly_is_packed_small_and_whole():
    packed = packed_plotly()
    assert len(packed) < 2_500_000
    assert gzip.decompress(base64.b64decode(packed)).decode() == get_plotlyjs()
