"""Train, keep, evaluate and ask the two models: `scratch` and `resnet50`.

Read in this order: `config` (what a run is), `data` (photos), `models`, `train`, `runs`,
`metrics`, `answers`, `histories`, `findings`, `predict`; `__main__` is the command line. Nothing
here knows of Streamlit.
"""
