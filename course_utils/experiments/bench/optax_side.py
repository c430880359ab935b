"""CTC in optax."""

import jax
import jax.numpy as jnp
import numpy as np
import optax


def ctc(work, size):
    logits, labels = jnp.asarray(work["logits"]), jnp.asarray(work["labels"])
    no_frame = (np.arange(logits.shape[1]) >= work["frames"][:, None]).astype("float32")
    no_label = (np.arange(labels.shape[1]) >= work["lengths"][:, None]).astype("float32")

    def total(logits):
        losses = optax.ctc_loss(logits, no_frame, labels, no_label, blank_id=0)
        return losses.sum(), losses

    compiled = jax.jit(jax.grad(total, has_aux=True))

    def run():
        return jax.block_until_ready(compiled(logits))[::-1]

    def outputs():
        losses, gradients = map(np.array, run())
        return {"losses": losses, "gradients": gradients}

    return outputs, run, 1, ""
