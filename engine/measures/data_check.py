"""Is the data honest? Doubles, labels that contradict each other, and labels that look wrong.

scikit-learn and cleanlab are imported where they are used: they take two seconds.
"""

import numpy as np
import pandas as pd

from engine.runs import Predictions


def describe_doubles(duplicates: pd.DataFrame, photos: pd.DataFrame) -> pd.DataFrame:
    """The doubles with what stands at stake: other labels, other splits.

    Args:
        duplicates: `engine.data.duplicates.find_duplicates`.
        photos: The photos of the data set.

    Returns:
        The rows of `duplicates` with class_name and split, and for each group conflict (bool: its
        photos have different labels) and leak (bool: they stand in different splits); groups with
        a conflict first, then those with a leak.
    """
    table = duplicates.merge(photos[["image_id", "class_name", "split"]], on="image_id")
    grouped = table.groupby("group")
    table["conflict"] = grouped["class_name"].transform("nunique") > 1
    table["leak"] = grouped["split"].transform("nunique") > 1
    order = ["conflict", "leak", "group"]
    return table.sort_values(order, ascending=[False, False, True], kind="stable").reset_index(
        drop=True
    )


def probable_label_errors(predictions: Predictions) -> pd.DataFrame:
    """Photos whose label is probably wrong, by confident learning.

    A photo is suspected where the model gives another class at least the probability it usually
    has when that class is right, and was not trained on the photo: C. Northcutt, L. Jiang and I.
    Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels" (2021), as the library
    cleanlab has it.

    Args:
        predictions: Of one run: validation and test photos, on which it was not trained.

    Returns:
        One row a suspected photo, the most suspect first: image_id, split, label, suggested
        (class names), quality (probability of the label, 0 to 1).
    """
    from cleanlab.filter import find_label_issues

    names = np.asarray(predictions.class_names, dtype=object)
    probabilities = predictions.y_prob.astype("float64")
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    # cleanlab wants each class to stand among the labels; others cannot be learnt about anyway.
    present = np.unique(predictions.y_true)
    labels = np.searchsorted(present, predictions.y_true)
    among = probabilities[:, present] + 1e-12
    among /= among.sum(axis=1, keepdims=True)
    if len(present) < 2:
        suspects = np.array([], dtype=int)
    else:
        suspects = find_label_issues(
            labels, among, return_indices_ranked_by="self_confidence", n_jobs=1
        )
    said = present[among[suspects].argmax(axis=1)] if len(suspects) else suspects
    return pd.DataFrame(
        {
            "image_id": predictions.image_ids[suspects],
            "split": predictions.split[suspects],
            "label": names[predictions.y_true[suspects]],
            "suggested": names[said],
            "quality": probabilities[suspects, predictions.y_true[suspects]],
        }
    )
