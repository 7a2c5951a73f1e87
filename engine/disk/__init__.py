"""Files that other programs, and killed ones, may touch at the same time; no photo, no run.

`paths` says where everything lies, below one folder that tests can move. Then `staging` (whole or
not at all), `process_identity` (whose is it, and does that process still run), `output_file` (a
file that a person named) and `read_only` (a hosted page that only shows).
"""
