"""The gradient on its way back through time: a chain of Jacobians, with what is left of it."""

from course_utils.diagrams.drawing import Drawing, Panel
from course_utils.diagrams.style import FONT

STEP = 104  # from one time step to the next


def jacobian_chain(norms):
    """The last states of a recurrent network, the Jacobians between them, and the norms of their products.

    norms: numbers, at lag k the norm of the product of the last k Jacobians; norms[0] is 1. The chain begins at h_1.
    Returns a Drawing. Raises ValueError where there is no step to draw.
    """
    T = len(norms)
    if T < 2:
        raise ValueError("a chain needs the norms at two lags or more")
    told = ", ".join(f"{shown(norm)} at h_{T - lag}" for lag, norm in enumerate(norms))
    panel = Panel(
        "Forward in time, and the gradient on its way back",
        f"The states h_1 to h_{T} follow one another, each with the same W_hh, and the loss L is computed from h_{T}. "
        f"The gradient goes the other way, from L to h_{T} and on to h_1. From h_t to h_(t-1) it is multiplied by the "
        f"Jacobian J_t. Below each state stands the norm of the product of the Jacobians from there to h_{T}: {told}.",
    )
    after = None
    for lag, norm in enumerate(norms):
        t = T - lag
        x = STEP * (t - 1)
        state = panel.state(x, 0, f"$h_{{{t}}}$")
        panel.cell(x, 78, shown(norm), width=62, colour="pink", shade=min(norm, 1.0))
        if after is None:
            loss = panel.box(x + 78, 0, "$L$", "green", width=38)
            panel.arrow(state, loss, shift=-7)
            panel.arrow(loss, state, kind="gradient", shift=-7)
        else:
            panel.arrow(state, after, kind="time", weights="W_hh", shift=-7)
            panel.arrow(after, state, kind="gradient", label=f"$J_{{{t + 1}}}$", side="below", shift=-7)
        after = state
    panel.text(-STEP / 3, 112, "norm of the product of the Jacobians", size=FONT - 3, colour="grey", anchor="left")
    return Drawing(panel)


def shown(norm):
    """A norm as it stands in a cell: three digits at most."""
    return f"{norm:.3g}" if norm >= 0.001 or norm == 0 else f"{norm:.0e}".replace("e-0", "e-")
