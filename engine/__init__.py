"""Train, keep, evaluate and ask the two models: `scratch` and `resnet50`.

Read in this order: `config` (what a run is), `data` (photos), `models`, `train`, `runs`,
`metrics`, `answers`, `histories`, `findings`, `evidence`, `calibration`, `predict`, `gradcam`;
`__main__` and `commands` are the command line. Nothing here knows of Streamlit.
"""
