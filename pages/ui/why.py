"""The choice to see what speaks for a class, in place of photos as they are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from engine.data import DataSet
from engine.errors import EngineError
from engine.runs import Run
from engine.views.looks import Look
from pages.ui import cache
from pages.ui.older_links import accept_older, older_titles

AS_THEY_ARE, ITS_ANSWER, TRUE_LABEL = "As they are", "its answer", "the true label"
WHY_HELP = (
    "Grad-CAM: where the last maps of the network, weighted by their influence on the score of "
    "the class, are strongest."
)


@dataclass(frozen=True, eq=False)
class Why:
    """Whose reasons for which class.

    Attributes:
        run: Whose.
        side: Where its answers stand, one of `engine.measures.answers.SIDES`.
        class_name: `ITS_ANSWER`, `TRUE_LABEL` or the name of a class.
        strength: Of the overlay, 0 to 1.
    """

    run: Run
    side: str
    class_name: str
    strength: float

    def picture(self, data_set: DataSet, photos: pd.DataFrame) -> Callable[[str], bytes]:
        """A function from an image id to the photo with the reasons laid over it.

        Args:
            data_set: The data set.
            photos: Rows of `engine.measures.answers.answers_table`.
        """
        names = self.run.config.class_names
        column = {ITS_ANSWER: f"predicted_{self.side}", TRUE_LABEL: "true"}.get(self.class_name)
        wanted = dict.fromkeys(photos["image_id"], self.class_name)
        if column:
            wanted = dict(zip(photos["image_id"], photos[column], strict=True))

        def picture(image_id: str) -> bytes:
            if wanted[image_id] not in names:
                raise EngineError(f"The run {self.run.name} does not know {wanted[image_id]}.")
            position = names.index(wanted[image_id])
            return cache.why_jpeg(data_set, image_id, self.run, position, self.strength)

        return picture


def strength_slider() -> float:
    """How strong the overlay is, 0 to 1; in the address."""
    percent = st.slider(
        "Strength (%)", 0, 100, 55, 5, key="strength", bind="query-params", width=200
    )
    return percent / 100


def choose_why(sides: Mapping[str, Run], looks: Mapping[str, Look]) -> Why | None:
    """The boxes above photos of the data set; None where they are to be shown as they are.

    Args:
        sides: The run of each side.
        looks: Its look.
    """
    owners = {f"Why {looks[side].short_title}": (run, side) for side, run in sides.items()}
    older = {f"Why {one}": f"Why {now}" for one, now in older_titles(sides, looks).items()}
    accept_older("show_photos", [AS_THEY_ARE, *owners], older)
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        shown = st.segmented_control(
            "Show photos",
            [AS_THEY_ARE, *owners],
            default=AS_THEY_ARE,
            required=True,
            key="show_photos",
            bind="query-params",
            help=WHY_HELP,
        )
        if shown not in owners:
            return None
        run, side = owners[shown]
        class_name = st.selectbox(
            "What speaks for",
            [ITS_ANSWER, TRUE_LABEL, *run.config.class_names],
            key="why_class",
            bind="query-params",
            width=200,
        )
        return Why(run, side, class_name, strength_slider())
