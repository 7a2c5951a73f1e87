"""One frozen preset a model, with the reasons for its numbers.

The two recipes are those of the source report; the baselines it did without.
"""

import dataclasses

from engine.recipes.config import Augmentation, Baseline, Phase, Recipe

# The report: two convolution layers at 300x300, ReLU and max pooling after each, dropout 0.3,
# Adam, batches of 32; batch normalisation tried and rejected, because validation accuracy swung.
# The report gives neither filters, dense width nor learning rate: they were chosen on the
# validation split (see the README). A dense layer of 128 is also the widest power of two whose
# weights, 44 MB in float16, stay below what a repository should hold in one file.
SCRATCH = Recipe(
    model="scratch",
    image_size=300,
    batch_size=32,
    seed=1,
    augmentation=Augmentation(rotation=0.1, zoom=0.1),
    filters=(16, 32),
    batch_normalisation=False,
    head="flatten",
    dense_units=128,
    dropout=0.3,
    optimiser="adam",
    phases=(Phase("scratch", epochs=60, learning_rate=1e-4),),
)

# The report: 224x224, the size ResNet50 was trained at on ImageNet; dense 1024, dropout 0.24;
# RMSprop 1e-4 for ten epochs with the backbone as it is, then a tenth of that for fine-tuning,
# 25-40 epochs in all. The preset fine-tunes the last two stages of four, 22 of the backbone's 24
# million parameters: on validation better than the last stage alone (see the README), and faster
# than all of them. The report's flatten head is 102.8 million weights (392 MiB in float32),
# too heavy for a free host, so the preset averages the 7x7 maps first (2.1 million).
RESNET50 = Recipe(
    model="resnet50",
    image_size=224,
    batch_size=32,
    seed=1,
    augmentation=Augmentation(rotation=0.1, zoom=0.1),
    filters=(),
    batch_normalisation=False,
    head="average",
    dense_units=1024,
    dropout=0.24,
    optimiser="rmsprop",
    phases=(
        Phase("head", epochs=10, learning_rate=1e-4, trainable="head"),
        Phase("fine_tune", epochs=15, learning_rate=1e-5, trainable="from_conv4"),
    ),
)

PRESETS = {"scratch": SCRATCH, "resnet50": RESNET50}

# A minute instead of an hour, for a class that watches: photos of 128 pixels cost a fifth of the
# arithmetic of 300; and what a frozen backbone makes of photos that nothing turns or zooms is
# computed once and kept, so that an epoch of its head takes a moment.
QUICK_PRESETS = {
    "scratch": dataclasses.replace(
        SCRATCH, image_size=128, phases=(Phase("scratch", epochs=30, learning_rate=5e-4),)
    ),
    "resnet50": dataclasses.replace(
        RESNET50,
        augmentation=Augmentation(rotation=0.0, zoom=0.0),
        phases=(Phase("head", epochs=20, learning_rate=5e-4, trainable="head"),),
    ),
}

# What is tried on the validation split: powers of ten around what suits some thousand numbers a
# photo, each scaled to a standard deviation of 1, and some thousand photos.
STRENGTHS = (1e-5, 1e-4, 1e-3, 1e-2, 1e-1)

BASELINE_PRESETS = {
    "baseline-majority": Baseline("baseline-majority", image_size=24, seed=1, strengths=()),
    # 1,728 numbers a photo: outlines and main colours survive, folds and prints do not.
    "baseline-pixels": Baseline("baseline-pixels", image_size=24, seed=1, strengths=STRENGTHS),
    # The resolution that ResNet50 sees. 8x8 cells, blocks of 2x2 cells, 9 directions as in the
    # paper that introduced HOG (Dalal and Triggs, 2005): 1,764 numbers for edges, 64 for colours.
    "baseline-hog": Baseline(
        "baseline-hog",
        image_size=224,
        seed=1,
        strengths=STRENGTHS,
        colour_levels=4,
        cell=28,
        orientations=9,
    ),
    "baseline-features": Baseline("baseline-features", image_size=224, seed=1, strengths=STRENGTHS),
}
