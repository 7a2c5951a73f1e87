"""Runs that travel between machines: a zip file of run folders and their data set's index.

    <data set>/data_set.json, photos.csv     every name, class and split; no photo
    <data set>/<run>/...                     a run folder as it lies on disk

Who imports it needs no photos: the index is enough to show what the runs answered.
"""

from engine.exchange.layout import MAX_BYTES
from engine.exchange.pack import Exported, export_problem, export_runs
from engine.exchange.unpack import Imported, import_runs, import_upload

__all__ = [
    "MAX_BYTES",
    "Exported",
    "Imported",
    "export_problem",
    "export_runs",
    "import_runs",
    "import_upload",
]
