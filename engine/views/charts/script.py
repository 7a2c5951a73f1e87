"""Charts in a file of their own: figures as JSON, and plotly.js itself, packed."""

import base64
import functools
import gzip
import json

import plotly.graph_objects as go

#: What the charts of this room are, for those who hand them on without knowing Plotly.
Figure = go.Figure


def figure_json(figure: go.Figure) -> str:
    """The data and layout of a figure as JSON that may stand inside a script element.

    Without Plotly's own template: whoever draws the figure brings colours that fit the page.
    """
    # By way of Plotly's encoder, which knows the arrays of NumPy and pandas.
    spec = json.loads(figure.to_json())
    spec["layout"].pop("template", None)
    text = json.dumps({"data": spec["data"], "layout": spec["layout"]}, separators=(",", ":"))
    # Class names are untrusted: none of them may end the element.
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


@functools.cache
def packed_plotly() -> str:
    """plotly.js, gzipped and in base64: 2 MB in place of 4.8, and a browser can unpack it.

    Packing takes half a second, so once a process is enough.
    """
    from plotly.offline import get_plotlyjs

    # Without a time, so that the same report is the same file.
    packed = gzip.compress(get_plotlyjs().encode(), compresslevel=9, mtime=0)
    return base64.b64encode(packed).decode()
