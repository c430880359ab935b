"""The look of the course's figures: one palette, one size."""

import matplotlib as mpl
from matplotlib.colors import LinearSegmentedColormap

# Colour-blind safe (after Okabe and Ito), named by what they stand for.
PALETTE = {
    "model": "#0072B2",
    "baseline": "#E69F00",
    "good": "#009E73",
    "bad": "#D55E00",
    "other": "#CC79A7",
    "muted": "#8C8C8C",
}

FIGURE_SIZE = (8.0, 3.4)

DIVERGING = LinearSegmentedColormap.from_list("bad-good", [PALETTE["bad"], "#FFFFFF", PALETTE["good"]])


def use_house_style():
    """Set matplotlib's defaults for every figure of a lesson."""
    mpl.rcParams.update(
        {
            "figure.figsize": FIGURE_SIZE,
            "figure.dpi": 100,
            "figure.constrained_layout.use": True,
            "axes.prop_cycle": mpl.cycler(color=list(PALETTE.values())),
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.titlelocation": "left",
            "axes.titlesize": 11,
            "axes.grid": True,
            "grid.alpha": 0.25,
            "legend.frameon": False,
            "font.size": 10,
        }
    )
