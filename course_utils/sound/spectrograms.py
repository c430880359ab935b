"""Waveforms as log-mel spectrograms."""

import functools

import keras
import numpy as np

RATE = 8_000  # samples per second of all audio here

HOP = 80  # samples from one frame of a spectrogram to the next: 10 ms

WINDOW = 200  # samples that a frame sees: 25 ms

FFT = 256

MELS = 40

QUIETEST = -60  # dB; what is quieter than this counts as silence in a log-mel spectrogram

MEAN, DEVIATION = -28, 24  # dB, of the log-mel spectrograms of strings of either corpus


@functools.cache
def mel_spectrogram():
    """Keras's layer as a compiled function: (n, samples) to (n, MELS, frames) in dB, not below QUIETEST.

    The layer's own `top_db` of 80 would cut values relative to the loudest of the batch: a waveform's features would
    depend on its neighbours.
    """
    import tensorflow as tf

    layer = keras.layers.MelSpectrogram(
        fft_length=FFT,
        sequence_length=WINDOW,
        sequence_stride=HOP,
        sampling_rate=RATE,
        num_mel_bins=MELS,
        min_power=10 ** (QUIETEST / 10),
        top_db=1000.0,
    )
    return tf.function(layer, input_signature=[tf.TensorSpec((None, None), "float32")])


def log_mel(waveforms):
    """Log-mel spectrograms of waveforms of different lengths: windows of 25 ms every 10 ms, 40 mel bands.

    waveforms: n arrays (samples,) from -1 to 1 at RATE.
    Returns (features, frames). features: (n, T, MELS) float32, standardised by MEAN and DEVIATION, without which
    learning is many times slower; silence is −1.33. frames: (n,) int32, how many are valid, one every 10 ms while the
    waveform lasts; what follows is 0. T is a multiple of 4, so that a strided convolution with padding="same" begins
    at the same place in every batch.
    Neither the other waveforms nor more padding change a valid frame: there is more silence after a waveform than a
    window is long, because the layer would mirror the end of the batch.
    Raises ValueError for no waveforms, and for one without samples.
    """
    lengths = np.array([len(waveform) for waveform in waveforms])
    if not len(lengths):
        raise ValueError("there are no waveforms, and a spectrogram needs one")
    for n in np.flatnonzero(lengths == 0)[:1]:
        raise ValueError(f"waveform {n} has no samples; leave it out")
    frames = (lengths + HOP - 1) // HOP
    most = 4 * -(-frames.max() // 4)
    padded = np.zeros((len(lengths), HOP * most + FFT), dtype="float32")
    for row, waveform in zip(padded, waveforms, strict=True):
        row[: len(waveform)] = waveform
    decibels = np.swapaxes(mel_spectrogram()(padded), 1, 2)[:, :most]
    features = (decibels - np.float32(MEAN)) / np.float32(DEVIATION)
    features[np.arange(most) >= frames[:, None]] = 0
    return features, frames.astype("int32")
