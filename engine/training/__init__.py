"""From a configuration to a complete run folder: networks, baselines, learning curves.

Read `train` first, top to bottom: it is one training. `learners` says what it learns from (photos,
or `features` computed once), `batches` and `callbacks` what Keras is given, `baselines` fits a
logistic regression on `descriptors` instead, `results` writes what every run ends with. `queue`
lets trainings wait for each other, `estimate` says how long one takes, `learning_curve/` trains
many on few photos.
"""
