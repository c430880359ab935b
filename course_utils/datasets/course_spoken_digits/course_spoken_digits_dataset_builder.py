"""TFDS builder of `course_spoken_digits`, over data/spoken_digits."""

import csv

import soundfile
import tensorflow_datasets as tfds

from course_utils.paths import resource, version_of

SPLITS = ("train", "validation", "test", "test_voices")


def index_file():
    """A line per clip: its filename, where it starts and ends in the file of its voice (samples), its split."""
    return resource("data") / "spoken_digits" / "index.csv"


def voice_files():
    """{voice: FLAC file with all its clips, one after the other}."""
    return {path.stem: path for path in sorted((index_file().parent / "voices").glob("*.flac"))}


class CourseSpokenDigits(tfds.core.GeneratorBasedBuilder):
    """The ten digits, spoken by synthetic voices; has exactly the features of `spoken_digit`."""

    VERSION = tfds.core.Version(version_of(index_file(), *voice_files().values()))

    def _info(self):
        features = {
            "audio": tfds.features.Audio(file_format="wav", sample_rate=8000),
            "label": tfds.features.ClassLabel(num_classes=10),
            "audio/filename": tfds.features.Text(),
        }
        return self.dataset_info_from_configs(
            features=tfds.features.FeaturesDict(features),
            supervised_keys=("audio", "label"),
            description="Digits synthesised for a course on sequence models; see data/spoken_digits/README.md.",
        )

    def _split_generators(self, dl_manager):
        return {split: self._generate_examples(split) for split in SPLITS}

    def _generate_examples(self, split):
        voices, read = voice_files(), {}
        with index_file().open(encoding="ascii", newline="") as lines:
            for number, row in enumerate(csv.DictReader(lines)):
                if row["split"] != split:
                    continue
                try:
                    digit, voice, _ = row["filename"].split("_")
                    if voice not in read:
                        read[voice] = soundfile.read(voices[voice], dtype="int16")[0]
                    start, end = int(row["start"]), int(row["end"])
                    if not 0 <= start < end <= len(read[voice]):
                        raise ValueError(f"samples {start} to {end} of {len(read[voice])}")
                    audio = read[voice][start:end].astype("int64")
                except (KeyError, TypeError, ValueError, soundfile.SoundFileError) as error:
                    raise ValueError(
                        f"{index_file()}, line {number + 2}, or the voice it names is damaged ({error!r}); "
                        "restore data/spoken_digits from the repository"
                    ) from error
                yield row["filename"], {"audio": audio, "label": int(digit), "audio/filename": row["filename"]}
