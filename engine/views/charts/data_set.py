"""How many photos a data set has of each class, and in which split."""

import pandas as pd
import plotly.graph_objects as go

from engine.recipes.config import SPLITS
from engine.text import plain_html
from engine.views.charts.style import styled

#: Colours of neither model; told apart by lightness and pattern too. Numbers stand on them in
#: `_TEXT_COLOURS`, at a contrast of at least 4.5:1.
_COLOURS = {"train": "#5B3FD1", "validation": "#B9A8F9", "test": "#E7E2FB"}
_TEXT_COLOURS = {"train": "#FFFFFF", "validation": "#1B1F27", "test": "#1B1F27"}
_PATTERNS = {"train": "", "validation": "", "test": "/"}
#: The sign of each split in the title; the test split's hatching has the colour of its lines.
_KEY = {"train": ("■", "#5B3FD1"), "validation": ("■", "#B9A8F9"), "test": ("▨", "#B9A8F9")}
_ROW_PIXELS = 34


def photos_per_class(photos: pd.DataFrame) -> pd.DataFrame:
    """Number of photos by class and split.

    Args:
        photos: Photos with the columns `class_name` and `split` (`engine.data.DataSet.photos`).

    Returns:
        One row a class, the largest first, indexed by `class_name`: `train`, `validation`,
        `test` and `total`.
    """
    counts = photos.groupby(["class_name", "split"]).size().unstack(fill_value=0)
    counts = counts.reindex(columns=list(SPLITS), fill_value=0)
    counts["total"] = counts.sum(axis=1)
    return counts.sort_values("total", ascending=False, kind="stable")


def class_chart(counts: pd.DataFrame) -> go.Figure:
    """One bar a class, the largest on top, made of its splits, its total at the end.

    Args:
        counts: `photos_per_class`.
    """
    names = [plain_html(name) for name in counts.index]
    # In the title, because beside long class names a legend does not fit on a phone.
    key = "  ".join(
        f'<span style="color:{colour}">{sign}</span> {split}'
        for split, (sign, colour) in _KEY.items()
    )
    figure = go.Figure()
    for split in SPLITS:
        figure.add_bar(
            name=split.capitalize(),
            orientation="h",
            y=names,
            x=counts[split],
            marker={
                "color": _COLOURS[split],
                "line": {"color": "#5B3FD1", "width": 1},
                # Without a background of its own, a dark theme shines through under dark numbers.
                "pattern": {
                    "shape": _PATTERNS[split],
                    "bgcolor": _COLOURS[split],
                    "fgcolor": "#B9A8F9",
                    "size": 6,
                },
            },
            text=counts[split],
            textposition="inside",
            textangle=0,
            insidetextanchor="middle",
            textfont={"color": _TEXT_COLOURS[split], "size": 13},
            customdata=counts["total"],
            hovertemplate=(
                f"<b>%{{y}}</b><br>%{{x:,}} of %{{customdata:,}} photos: {split}<extra></extra>"
            ),
        )
    figure.add_scatter(
        mode="text",
        x=counts["total"],
        y=names,
        text=[f" <b>{total:,}</b>" for total in counts["total"]],
        textposition="middle right",
        cliponaxis=False,
        hoverinfo="skip",
        showlegend=False,
    )
    styled(
        figure,
        f'Photos of each class<br><span style="font-weight:normal">{key}</span>',
        x="Number of photos",
        y="",
        height=150 + _ROW_PIXELS * len(counts),
    )
    figure.update_layout(
        barmode="stack",
        bargap=0.25,
        uniformtext={"mode": "hide", "minsize": 12},
        # Rows are read against their labels, not zoomed.
        dragmode=False,
        showlegend=False,
        margin_t=80,
    )
    figure.update_xaxes(
        range=[0, 1.12 * max(1, int(counts["total"].max()))], tickformat=",", rangemode="tozero"
    )
    # Class names may look like numbers.
    figure.update_yaxes(autorange="reversed", type="category", ticksuffix=" ")
    return figure
