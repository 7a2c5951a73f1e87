"""Networks: how they are built from a recipe, and the ImageNet weights they start from.

Read `build` first. `augmentation` holds the random changes of training photos as layers, `fused` a
convolution with its normalisation, `pretrained/` where ImageNet's weights come from, and `backend`
which Keras backend a process uses. Keras is imported inside functions alone.
"""
