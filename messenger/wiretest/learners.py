"""The attackers that learn: logistic regression and gradient boosted trees over all numbers.

Needs scikit-learn, the extra ``wiretest``.
"""

import warnings
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import QuantileTransformer, StandardScaler
from threadpoolctl import threadpool_limits

from messenger.wiretest.attackers import Scorer
from messenger.wiretest.windows import Window

SEED: Final = 1
ITERATIONS: Final = 2_000


def _matrix(windows: Sequence[Window]) -> "np.ndarray[Any, np.dtype[np.float64]]":
    return np.array([list(window.features.values()) for window in windows], dtype=np.float64)


def logistic(windows: Sequence[Window], busy: Sequence[bool]) -> Scorer:
    """Train a logistic regression on scaled numbers and their ranks."""
    model = make_pipeline(
        QuantileTransformer(n_quantiles=min(100, len(windows)), random_state=SEED),
        StandardScaler(),
        LogisticRegression(C=0.1, max_iter=ITERATIONS),
    )
    return _trained(model, windows, busy)


def boosted_trees(windows: Sequence[Window], busy: Sequence[bool]) -> Scorer:
    """Train gradient boosted trees, small ones: larger ones learn more noise than leak.

    In simulations with a small leak they reach an AUC of 0.56 where trees of 15 leaves reach 0.53.
    """
    model = HistGradientBoostingClassifier(
        max_iter=100,
        learning_rate=0.05,
        max_leaf_nodes=4,
        min_samples_leaf=min(20, max(5, len(windows) // 20)),
        max_features=0.5,
        l2_regularization=5.0,
        random_state=SEED,
    )
    return _trained(model, windows, busy)


def _trained(model: Any, windows: Sequence[Window], busy: Sequence[bool]) -> Scorer:
    # One thread: threads that wait for each other spin, beside a program that is being measured.
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of numbers that never change: that is what we hope for
        model.fit(_matrix(windows), np.array(busy, dtype=int))

    def score(unseen: Sequence[Window]) -> list[float]:
        with threadpool_limits(1):
            return [float(share) for share in model.predict_proba(_matrix(unseen))[:, 1]]

    return score
