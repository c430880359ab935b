"""TFDS builder of `beijing_weather`: the temperatures among the Beijing PM2.5 data (UCI 381, CC BY 4.0)."""

import csv
import datetime

import numpy as np
import tensorflow_datasets as tfds

URL = "https://raw.githubusercontent.com/jbrownlee/Datasets/master/pollution.csv"  # size and sha256: checksums.tsv
SPLITS = {"train": (2010, 2011, 2012), "validation": (2013,), "test": (2014,)}
CHINA = datetime.timezone(datetime.timedelta(hours=8))


class BeijingWeather(tfds.core.GeneratorBasedBuilder):
    """Hourly temperatures at Beijing's airport, 2010 to 2014, in the order of time, in whole degrees."""

    VERSION = tfds.core.Version("1.0.0")

    def _info(self):
        features = {
            "time": tfds.features.Scalar(dtype=np.int64, doc="hours since 1970-01-01 00:00 UTC"),
            "temperature": tfds.features.Scalar(dtype=np.float32, doc="°C"),
        }
        return self.dataset_info_from_configs(
            features=tfds.features.FeaturesDict(features),
            disable_shuffling=True,
            homepage="https://archive.ics.uci.edu/dataset/381/beijing+pm2+5+data",
            description="Hourly weather and PM2.5 of Beijing; of it, the temperature. CC BY 4.0.",
            citation="S. X. Chen, Beijing PM2.5 [Dataset], UCI Machine Learning Repository, 2015, doi:10.24432/C5JS49",
        )

    def _split_generators(self, dl_manager):
        path = dl_manager.download(URL)
        return {split: self._generate_examples(path, years) for split, years in SPLITS.items()}

    def _generate_examples(self, path, years):
        with path.open() as lines:
            for number, row in enumerate(csv.DictReader(lines)):
                year, month, day, hour = (int(row[name]) for name in ("year", "month", "day", "hour"))
                if year in years:
                    moment = datetime.datetime(year, month, day, hour, tzinfo=CHINA)
                    yield number, {"time": int(moment.timestamp()) // 3600, "temperature": float(row["TEMP"])}
