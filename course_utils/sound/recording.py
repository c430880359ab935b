"""A player, and recordings of the student's own."""

from pathlib import Path

import numpy as np

from course_utils.sound.spectrograms import RATE

FAINTEST = 0.003  # peak of a recording, of 1 (−50 dB): what is fainter counts as noise

RECORDING = """(async () => {
  const stream = await navigator.mediaDevices.getUserMedia({audio: true});
  const recorder = new MediaRecorder(stream), parts = [];
  recorder.ondataavailable = event => parts.push(event.data);
  const stopped = new Promise(done => recorder.onstop = done);
  recorder.start();
  await new Promise(done => setTimeout(done, 1000 * SECONDS));
  recorder.stop();
  await stopped;
  stream.getTracks().forEach(track => track.stop());
  const context = new AudioContext({sampleRate: HERTZ});
  const sound = await context.decodeAudioData(await new Blob(parts).arrayBuffer());
  return Array.from(sound.getChannelData(0));
})()"""


class SoundNotUsable(Exception):
    """A sound of the student's own cannot be used; the message says why and what would help."""

    def _render_traceback_(self):  # IPython shows this in place of a stack trace
        return [str(self)]


def own_sound(place, seconds=4, longest=20):
    """A sound of the student's own, as one waveform (samples,) float32 at RATE, its peak at 0.5.

    place: path of a sound file that soundfile reads (WAV, FLAC, OGG, MP3), of any rate; its channels are averaged. Or
        "microphone": on Colab the browser records for `seconds`.
    longest: seconds that a file may last; of a longer one no more is read.
    Raises SoundNotUsable, also where the peak, before it is scaled, is below FAINTEST: noise would be made loud.
    """
    import soundfile
    from scipy.signal import resample_poly

    if place == "microphone":
        try:
            from google.colab.output import eval_js
        except ImportError:
            raise SoundNotUsable('"microphone" works on Colab only; here give the path of a sound file.') from None
        script = RECORDING.replace("SECONDS", str(seconds)).replace("HERTZ", str(RATE))
        try:
            samples, rate = np.array(eval_js(script), dtype="float32")[:, None], RATE
        except Exception as error:  # Colab's own, of a private module
            raise SoundNotUsable(
                f"The browser did not record ({error}); allow this page the microphone and run the cell again, or give "
                "the path of a sound file."
            ) from None
        length = len(samples) / rate
    else:
        path = Path(place).expanduser()
        if not path.is_file():
            raise SoundNotUsable(f"There is no file {place!r} here; give the path of a sound file.")
        try:
            with soundfile.SoundFile(path) as file:
                rate, length = file.samplerate, file.frames / file.samplerate
                samples = file.read(int(longest * rate), dtype="float32", always_2d=True)
        except (soundfile.LibsndfileError, TypeError) as error:  # TypeError: of a .raw file, whose rate it lacks
            raise SoundNotUsable(f"{place!r} cannot be read ({error}); save it as WAV and give that file.") from None
    if not 0.1 <= length <= longest:
        raise SoundNotUsable(f"{place!r} lasts {length:.1f} seconds; 0.1 to {longest} seconds are wanted.")
    if not np.isfinite(samples).all():
        raise SoundNotUsable(f"{place!r} holds samples that are infinite or NaN; save it as 16 bit WAV.")
    waveform = resample_poly(samples.mean(axis=1), RATE, rate)
    peak = abs(waveform).max()
    if peak < FAINTEST:
        raise SoundNotUsable(
            f"{place!r} has a peak of {peak:.2g}, its channels averaged, and below {FAINTEST} it is silence or noise; "
            "speak louder, or give one channel alone if they cancel each other."
        )
    return (0.5 * waveform / peak).astype("float32")


def play(waveform, rate=RATE):
    """A player for a notebook to show: 16 bit samples, as loud as they are (a peak of 1 is the loudest).

    waveform: (samples,) from -1 to 1. Two seconds at 8 kHz add 43 kB to the notebook.
    """
    from IPython.display import Audio

    return Audio(np.clip(waveform, -1, 1), rate=rate, normalize=False)
