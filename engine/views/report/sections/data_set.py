"""The photos: how many, of what, from where."""

import pandas as pd

from engine.measures.comparison import Comparison
from engine.views.charts.data_set import class_chart, photos_per_class
from engine.views.report.parts import Chart, Section, Table, Text
from engine.views.sentences.overview import splits_in_words


def data_set(comparison: Comparison) -> Section:
    """Facts of the data set, and its photos by class and split."""
    found = comparison.data_set
    counts = photos_per_class(found.photos)
    facts = {
        "Photos": f"{len(found.photos):,}: {splits_in_words(found)}",
        "Classes": f"{len(found.class_names)}",
        "Largest and smallest class": (
            f"{counts.index[0]} ({counts['total'].iloc[0]:,} photos) and {counts.index[-1]} "
            f"({counts['total'].iloc[-1]:,})"
        ),
        "Left out": f"{len(found.unreadable):,} files that cannot be read",
        "Licence": found.licence,
        "Source": found.source,
        "Photos by": found.attribution,
        "Digest (sha256)": found.digest,
    }
    if not found.unreadable:
        del facts["Left out"]
    if not found.attribution:
        del facts["Photos by"]
    table = pd.DataFrame({"": facts})
    raw = pd.DataFrame({"fact": list(facts), "value": list(facts.values())})
    return Section(
        "data-set",
        "The data set",
        [
            Text(f"{found.title}: {found.description.rstrip('.')}."),
            Table("data-set", "Facts of the data set", table, raw, words=True),
            Chart(
                "photos-per-class",
                class_chart(counts),
                "Number of photos of each class, made of its three splits; the table below has "
                "the numbers.",
            ),
            Table(
                "photos-per-class",
                "Photos of each class by split",
                counts.rename(columns=str.capitalize).map("{:,}".format),
                counts.reset_index(),
                folded=True,
            ),
            Text(
                "No photo is part of this file: it would not be small, and photos have licences "
                "of their own. The dashboard shows those behind every number.",
                "note",
            ),
        ],
    )
