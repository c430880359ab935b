"""A figure shown together with what it shows, in words."""

import matplotlib.pyplot as plt
import numpy as np


def show(alt):
    """Show the current figure, as `plt.show()` does, with a text for those who cannot see it.

    alt: what the figure shows, in a sentence or two: its axes, its curves, and what one is to see in them. The site,
    VS Code and nbconvert give it to screen readers; a validation compares it in place of "<Figure size ...>".
    """
    from IPython import get_ipython
    from IPython.display import display

    shell = get_ipython()
    if shell is None:  # a script: its backend shows figures, and has no place for the text
        plt.show()
        return
    figure = plt.gcf()
    data, metadata = shell.display_formatter.format(figure)
    for mime in data:
        if mime.startswith("image/"):
            metadata[mime] = {**metadata.get(mime, {}), "alt": alt}
    display({**data, "text/plain": alt}, metadata=metadata, raw=True)
    plt.close(figure)


def told(values):
    """Numbers of several kinds in words, for an alt text: "SimpleRNN 0.80, 0.75; bag of words 0.72, 0.71".

    values: {name: number or numbers}
    """
    return (
        "; ".join(f"{name} {', '.join(f'{x:.2f}' for x in np.ravel(numbers))}" for name, numbers in values.items())
        + "."
    )
