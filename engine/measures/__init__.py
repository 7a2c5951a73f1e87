"""Answers in, numbers out: what can be said of one run, and of two on the same photos.

Read `metrics` and `answers` first: numpy and pandas alone, held to scikit-learn by tests. On them
stand `findings`, `evidence`, `calibration`, `histories`, `little_data`, `breaking`. `robustness`,
`out_of_distribution` and `stress` ask models again, about photos that `distortions` changes or
scenes redraw.
"""
