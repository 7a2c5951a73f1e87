"""The random changes of training photos, as Keras layers.

The same layers stand inside the models and behind the preview of the Data set page. They act in
training only: with `training=False` a photo passes unchanged.
"""

from engine.config import Augmentation


def build_augmentation(augmentation: Augmentation, seed: int):
    """Layers that rotate and zoom a batch, a fresh draw for each photo.

    What a turn uncovers is filled by the photo's own reflection, so that no model can read
    "was augmented" off a black corner.

    Args:
        augmentation: How far at the most.
        seed: Seed of the draws.

    Returns:
        A `keras.Sequential` from and to float (batch, height, width, 3), 0-255.
    """
    import keras

    # float32 whatever the model's precision: bfloat16 has 8 bits, too few for coordinates.
    return keras.Sequential(
        [
            keras.layers.RandomRotation(
                augmentation.rotation, fill_mode="reflect", seed=seed, dtype="float32"
            ),
            keras.layers.RandomZoom(
                augmentation.zoom, fill_mode="reflect", seed=seed + 1, dtype="float32"
            ),
        ],
        name="augmentation",
    )
