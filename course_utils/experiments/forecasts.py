"""The forecasts of lesson 1 with five seeds, on both of its series, trained as in the quick and in the full profile.

    python -m course_utils.experiments.forecasts

trains the lesson's SimpleRNN on course_series and on beijing_weather, on each as both profiles do, so that the series
and the training can be told apart, and fits the lesson's ridge regression. Of each it measures the mean absolute errors
on the test series, and writes results/forecasts.json. About ten minutes on two cores; beijing_weather is downloaded, or
prepared from COURSE_ARCHIVES.
"""

import argparse
import time

import keras
import numpy as np
from sklearn.linear_model import Ridge

from course_utils.datasets import load
from course_utils.experiments.result_file import write_result
from course_utils.references import exports

SERIES = ("course_series", "beijing_weather")
TRAININGS = {"quick": (32, 5), "full": (64, 20)}  # units and epochs of the lesson's profiles


def errors_on(lesson, name, seeds):
    """Mean absolute errors 1, 6 and 24 hours ahead: {"ridge": (3,), "quick": (seeds, 3), "full": (seeds, 3)}."""
    train, test = (
        np.array([hour["temperature"] for hour in split.as_numpy_iterator()]) for split in load(name, ["train", "test"])
    )
    past, future = lesson.windows(test)

    def error(forecast):
        return [round(float(value), 4) for value in abs(forecast - future).mean(axis=0)]

    measured = {"ridge": error(Ridge(1.0).fit(*lesson.windows(train)).predict(past))}
    for profile, (units, epochs) in TRAININGS.items():
        measured[profile] = []
        for seed in seeds:
            keras.utils.set_random_seed(seed)
            forecast = lesson.train_forecaster(train, units, epochs, verbose=0)
            measured[profile].append(error(forecast(past)))
            print(name, measured["ridge"], profile, seed, measured[profile][-1], flush=True)
    return measured


def main():
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seeds", type=int, default=5, help="how many networks for each series (default: 5)")
    options = parser.parse_args()
    begun, lesson = time.monotonic(), exports("1")
    measured = {name: errors_on(lesson, name, range(options.seeds)) for name in SERIES}
    path = write_result(
        "forecasts",
        data=", ".join(SERIES),
        seeds=range(options.seeds),
        seconds=time.monotonic() - begun,
        **measured,
    )
    print(path)


if __name__ == "__main__":
    main()
