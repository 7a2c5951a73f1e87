"""Train, keep, evaluate and ask networks that classify photos, and compare any two of them.

The rooms, in the order in which to read them: `recipes` (what a run is configured), `models` (one
file each), `data` (photos), `training`, `runs` (the format on disk), `serving` (answers),
`measures` (answers in, numbers out), `views` (what is shown), `exchange`, `jobs`, `disk`, `scenes`;
`__main__` and `commands` are the command line. Nothing here knows of Streamlit.
"""

__version__ = "0.2.0"
