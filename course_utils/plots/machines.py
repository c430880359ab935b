"""Networks drawn as graphs."""

from course_utils.plots.style import PALETTE


def recurrent_graph(axes, pattern, steps=3):
    """Draw the graph of a recurrent network: inputs below, hidden states in the middle, outputs above.

    axes: matplotlib axes, which lose their frame.
    pattern: "folded" (one step, with its loop), or unfolded over `steps` steps: "hidden" (recurrence between hidden
        states), "output" (recurrence from the output only), "forced" (the same, told the targets y* instead), "end"
        (one output at the end).
    Raises ValueError for another pattern.
    """
    if pattern not in ("folded", "hidden", "output", "forced", "end"):
        raise ValueError(f"there is no pattern {pattern!r}; choose folded, hidden, output, forced or end")
    folded, width = pattern == "folded", 1.5
    columns = [("", 0.0)] if folded else [(f"_{t}", width * t) for t in range(1, steps + 1)]
    loop_colour = PALETTE["bad"]

    def node(name, x, y, colour):
        axes.text(x, y, f"${name}$", ha="center", va="center", color="white", zorder=3)
        axes.scatter([x], [y], s=620, color=colour, zorder=2)

    def arrow(start, end, label, colour="black", offset=(12, 0), style="arc3", shrink=14):
        """From start to end, with a label `offset` points from the middle."""
        line = {"arrowstyle": "-|>", "color": colour, "shrinkA": shrink, "shrinkB": shrink, "lw": 1.4}
        axes.annotate("", end, start, arrowprops=line | {"connectionstyle": style})
        middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        place = {"xytext": offset, "textcoords": "offset points", "ha": "center", "va": "center"}
        axes.annotate(f"${label}$", middle, color=colour, fontsize=8, **place)

    for number, (index, x) in enumerate(columns):
        node(f"x{index}", x, 0, PALETTE["muted"])
        node(f"h{index}", x, 1, PALETTE["model"])
        arrow((x, 0), (x, 1), "W_{xh}")
        if pattern != "end" or number == steps - 1:
            node(f"y{index}", x, 2, PALETTE["good"])
            arrow((x, 1), (x, 2), "W_{hy}")
        if pattern in ("hidden", "end"):
            if number == 0:
                axes.text(x - width, 1, "$h_0$", ha="center", va="center")
            arrow((x - width, 1), (x, 1), "W_{hh}", loop_colour, offset=(0, 8))
        elif pattern == "output":
            if number == 0:  # the start token
                axes.text(x - width, 2, "$y_0$", ha="center", va="center")
            arrow((x - width, 2), (x, 1), "W_{yh}", loop_colour, offset=(9, 10))
        elif pattern == "forced":
            axes.text(x - width / 2, 0, f"$y^*_{number}$", ha="center", va="center", color=loop_colour)
            arrow((x - width / 2, 0), (x, 1), "W_{yh}", loop_colour, offset=(-14, 4))
    if folded:
        loop = "arc,angleA=150,angleB=-150,armA=34,armB=34,rad=14"
        arrow((0, 1.08), (0, 0.92), "W_{hh}", loop_colour, offset=(-33, 0), style=loop, shrink=11)
    left = -1.2 if folded else -0.4
    axes.set(xlim=(left, (0.7 if folded else width * steps + 0.6)), ylim=(-0.35, 2.35))
    axes.axis("off")
