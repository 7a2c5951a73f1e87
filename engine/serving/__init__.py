"""A complete run answers: its model exported, kept ready, and explained.

`predict` gives answers for single photos; `export` writes the graph it runs, in a process of its
own; `gradcam` says which parts of a photo speak for a class.
"""
