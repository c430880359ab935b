"""What lesson 2a needs besides."""

import numpy as np


def share_of_strange_windows(curves, true, train, width=5):
    """How much of `curves` looks like nothing in `train`: the share of windows of `width` values that are further from
    the nearest window of `train` than 99 % of the windows of `true` are.

    curves, true, train: (curves, steps) numbers. By definition, `true` itself has a share of 0.01.
    """
    from sklearn.neighbors import NearestNeighbors

    def windows(of):
        return np.lib.stride_tricks.sliding_window_view(of, width, axis=1).reshape(-1, width)

    nearest = NearestNeighbors(n_neighbors=1).fit(windows(train))
    usual, distance = (nearest.kneighbors(windows(of))[0] for of in (true, curves))
    return np.mean(distance > np.quantile(usual, 0.99))
