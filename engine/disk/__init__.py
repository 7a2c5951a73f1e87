"""Files that other programs, and killed ones, may touch at the same time; no photo, no run.

`paths` says where everything lies, below one folder that tests can move. Then `atomic` (a file is
whole or not at all) and `staging` (a folder is), which hide what is not finished under the names
of `leftovers`; `locks` (work for one process at a time), `process_identity` (whose is it, and does
that process still run), `output_file` (a file that a person named) and `read_only` (a hosted page
that only shows).
"""
