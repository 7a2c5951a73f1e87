"""Baselines: what a logistic regression makes of a photo described by hand, one a file.

A model that is no better than these has learnt nothing that was hard. `majority` looks at nothing,
`pixels` at small pixels, `hog` at colours and edges, `frozen_features` at what ImageNet taught.
"""
