"""An LSTM for long trainings on a processor: Keras's weights and numbers, a cheaper gradient, the states in view.

PRODUCTS=bfloat16 in the environment multiplies matrices in bfloat16 and keeps all else in float32: on a processor that
has instructions for it (AMX), an epoch then takes two thirds of the time. Elsewhere it takes longer.
"""

import os

import keras
import tensorflow as tf
from keras import layers

PRODUCTS = os.environ.get("PRODUCTS", "float32")


def product(a, b, **settings):
    """tf.matmul of float32 matrices, computed in PRODUCTS."""
    return tf.cast(tf.matmul(tf.cast(a, PRODUCTS), tf.cast(b, PRODUCTS), **settings), "float32")


@tf.custom_gradient
def recurrence(z, W, h, c):
    """The steps of an LSTM, without what each step adds from its input.

    z: (T, batch, 4 * units), that is, x W_x + b. W: (units, 4 * units). h, c: (batch, units), the states before.
    Returns the outputs (T, batch, units) and the last h and c.

    The gradient of W is one product over all steps in place of a sum of T small ones: on one thread of a CPU, this
    saves a third of the time of `keras.layers.LSTM`.
    """
    steps, first, W_cast = tf.shape(z)[0], (h, c), tf.cast(W, PRODUCTS)

    def forward(t, h, c, *arrays):
        i, f, g, o = tf.split(z[t] + product(h, W_cast), 4, axis=1)
        i, f, g, o = tf.sigmoid(i), tf.sigmoid(f), tf.tanh(g), tf.sigmoid(o)
        c = f * c + i * g
        h = o * tf.tanh(c)
        return t + 1, h, c, *(array.write(t, x) for array, x in zip(arrays, (h, c, i, f, g, o), strict=True))

    arrays = [tf.TensorArray("float32", steps, element_shape=h.shape) for _ in range(6)]
    _, h, c, *arrays = tf.while_loop(lambda t, *_: t < steps, forward, (0, h, c, *arrays))
    hs, *gates = (array.stack() for array in arrays)

    def gradient(d_hs, d_h, d_c):
        back = tf.transpose(W_cast)
        cs, *of_step = gates
        before = tf.concat([first[1][None], cs[:-1]], axis=0)

        def backward(t, d_h, d_c, d_z):
            i, f, g, o = (gate[t] for gate in of_step)
            squashed = tf.tanh(cs[t])
            d_h = d_h + d_hs[t]
            d_c = d_c + d_h * o * (1 - squashed**2)
            parts = [d_c * g * i * (1 - i), d_c * before[t] * f * (1 - f)]
            parts += [d_c * i * (1 - g**2), d_h * squashed * o * (1 - o)]
            d_gates = tf.concat(parts, axis=1)
            return t - 1, product(d_gates, back), d_c * f, d_z.write(t, d_gates)

        d_z = tf.TensorArray("float32", steps, element_shape=z.shape[1:])
        _, d_h, d_c, d_z = tf.while_loop(lambda t, *_: t >= 0, backward, (steps - 1, d_h, d_c, d_z))
        d_z = d_z.stack()
        before = tf.concat([first[0][None], hs[:-1]], axis=0)
        rows = [tf.reshape(x, (-1, x.shape[-1])) for x in (before, d_z)]
        return d_z, product(*rows, transpose_a=True), d_h, d_c

    return (hs, h, c), gradient


class CarriedLSTM(layers.LSTM):
    """(x, h, c) to outputs, h, c: `keras.layers.LSTM`, its weights and its numbers, with the states in view."""

    def __init__(self, units, **settings):
        super().__init__(units, **settings)
        self.input_spec = None  # LSTM's own admits a single input

    def build(self, shape):
        super().build(shape[0])

    def compute_output_spec(self, inputs):
        x, *states = inputs
        return [keras.KerasTensor((*x.shape[:2], self.units)), *(keras.KerasTensor(state.shape) for state in states)]

    def projected(self, x):
        """What each step adds from its input, x W_x + b: (T, batch, 4 * units)."""
        by_time = tf.transpose(x, (1, 0, 2))
        rows = product(tf.reshape(by_time, (-1, x.shape[2])), self.cell.kernel)
        return tf.reshape(rows, (*tf.unstack(tf.shape(by_time))[:2], -1)) + self.cell.bias

    def call(self, inputs):
        x, h, c = inputs
        outputs, h, c = recurrence(self.projected(x), tf.convert_to_tensor(self.cell.recurrent_kernel), h, c)
        return [tf.transpose(outputs, (1, 0, 2)), h, c]
