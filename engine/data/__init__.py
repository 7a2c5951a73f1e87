"""Photos: where they come from, which split each is in, and how a model sees them."""

from engine.data.bringing import bring
from engine.data.catalog import CATALOG
from engine.data.data_set import DataSet, list_data_sets, load_data_set
from engine.data.imports import open_data_set
from engine.data.prepared import load_prepared

__all__ = [
    "CATALOG",
    "DataSet",
    "bring",
    "list_data_sets",
    "load_data_set",
    "load_prepared",
    "open_data_set",
]
