"""TFDS builder of `multi30k`: 31,014 captions of photographs in English and in French (Multi30k, task 1)."""

import gzip

import tensorflow_datasets as tfds

BASE = "https://raw.githubusercontent.com/multi30k/dataset/master/data/task1/raw"  # sizes and sha256: checksums.tsv
SPLITS = {"train": "train", "validation": "val", "test": "test_2016_flickr"}
LANGUAGES = ("en", "fr")


def lines_of(path):
    """The lines of a gzipped file, without the spaces around them."""
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        return [line.strip() for line in lines]


class Multi30k(tfds.core.GeneratorBasedBuilder):
    """Captions of photographs by English speakers and their French translations, in the order of the files."""

    VERSION = tfds.core.Version("1.0.0")

    def _info(self):
        return self.dataset_info_from_configs(
            features=tfds.features.Translation(languages=LANGUAGES),
            supervised_keys=LANGUAGES,
            disable_shuffling=True,
            homepage="https://github.com/multi30k/dataset",
            description="English captions of Flickr30k's photographs and their French translations (Multi30k, task 1).",
            citation="D. Elliott et al., Multi30K: Multilingual English-German Image Descriptions, 2016; "
            "D. Elliott et al., Findings of the Second Shared Task on Multimodal Machine Translation, 2017",
        )

    def _split_generators(self, dl_manager):
        names = {split: [f"{BASE}/{file}.{language}.gz" for language in LANGUAGES] for split, file in SPLITS.items()}
        return {split: self._generate_examples(paths) for split, paths in dl_manager.download(names).items()}

    def _generate_examples(self, paths):
        pairs = zip(*(lines_of(path) for path in paths), strict=True)
        for number, pair in enumerate(pairs):
            yield number, dict(zip(LANGUAGES, pair, strict=True))
