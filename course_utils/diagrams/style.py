"""The look of the diagrams: the palette of the figures, in a version for a light and one for a dark page.

The colours are those of `plots.PALETTE` (after Okabe and Ito), darker or lighter until letters in them can be read.
"""

FONT = 17  # of a label, in units of a drawing; as many pixels where there is room
LEAST_SCALE = 0.65  # a drawing gets no smaller than this; where it does not fit then, it scrolls

# {name: colour of lines and letters}, or {name: (colour of lines and letters, colour to fill a shape with)}
LIGHT = {
    "paper": "#FFFFFF",
    "ink": "#1F2328",
    "edge": "#D0D7DE",
    "blue": ("#0072B2", "#DCEDF8"),
    "orange": ("#8F5F00", "#FCEBC8"),
    "green": ("#00785A", "#D5F0E7"),
    "vermillion": ("#B3400F", "#FBE0D3"),
    "pink": ("#9A4577", "#F7E1EE"),
    "grey": ("#59636E", "#EEF0F2"),
    "faded": ("#8A939C", "#FFFFFF"),
}
DARK = {
    "paper": "#1D2126",
    "ink": "#E6EAEE",
    "edge": "#444C56",
    "blue": ("#56B4E9", "#123A52"),
    "orange": ("#E69F00", "#46340A"),
    "green": ("#3CC29B", "#0C3D31"),
    "vermillion": ("#F08A5D", "#4E2412"),
    "pink": ("#E0A0C6", "#452438"),
    "grey": ("#A7B0BA", "#2E343B"),
    "faded": ("#78818B", "#1D2126"),
}
COLOURS = [name for name, colour in LIGHT.items() if isinstance(colour, tuple)]

# Which colour a weight matrix has: the same in every diagram, so that one sees where it is used again.
WEIGHTS = {"W_xh": "orange", "W_hh": "vermillion", "W_hy": "green"}

# How the places where a diagram is shown say that their page is dark. Elsewhere it is a light card.
DARK_PAGES = {
    "the site": "html[data-theme=dark]",
    "Colab": "html[theme=dark]",
    "JupyterLab": "[data-jp-theme-light=false]",
    "VS Code": ".vscode-dark",
}

FONTS = {
    "words": "system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,'DejaVu Sans',sans-serif",
    "mathematics": "'STIX Two Text',Cambria,Georgia,'Times New Roman','DejaVu Serif',serif",
}

# NAME is the class of a diagram. Shapes and lines take the colours --c and --f of the colour's class they have.
RULES = """
.NAME{display:flex;flex-wrap:wrap;align-items:center;gap:8px 36px;box-sizing:border-box;width:fit-content}
.NAME{max-width:100%;margin:4px 0;padding:10px;overflow-x:auto}
.NAME::-webkit-scrollbar{height:9px}
.NAME::-webkit-scrollbar-thumb{background:var(--grey);border-radius:5px}
.NAME{background:var(--paper);border:1px solid var(--edge);border-radius:8px}
.NAME svg{display:block;height:auto}
.NAME text{font-family:var(--words);fill:var(--c,var(--ink));text-anchor:middle}
.NAME .math{font-family:var(--mathematics)}
.NAME .script{font-size:.74em}
.NAME .slanted{font-style:italic}
.NAME .left{text-anchor:start}
.NAME .right{text-anchor:end}
.NAME .halo{paint-order:stroke;stroke:var(--paper);stroke-width:5px;stroke-linejoin:round}
.NAME .line{fill:none;stroke:var(--c,var(--ink));stroke-width:1.7;stroke-linecap:round;stroke-linejoin:round}
.NAME .time{stroke-width:2.8}
.NAME .gradient{stroke-width:2.2;stroke-dasharray:6 4;stroke-linecap:butt}
.NAME .shape{fill:var(--f,var(--paper));stroke:var(--c,var(--ink));stroke-width:1.8}
.NAME .hollow{fill:none}
.NAME .solid{fill:var(--c,var(--ink))}
.NAME .dashed{stroke-dasharray:4 3}
"""


def variables(theme):
    """The colours of a theme as CSS custom properties."""
    pairs = {name: colour if isinstance(colour, tuple) else (colour, None) for name, colour in theme.items()}
    lines = [f"--{name}:{line}" for name, (line, _) in pairs.items()]
    fills = [f"--{name}-fill:{fill}" for name, (_, fill) in pairs.items() if fill]
    return ";".join(lines + fills)


def css(name):
    """The style sheet that goes with every diagram; it touches nothing outside the class `name`."""
    fonts = ";".join(f"--{kind}:{fonts}" for kind, fonts in FONTS.items())
    dark = ",".join(f"{page} .NAME" for page in DARK_PAGES.values())
    colours = "\n".join(f".NAME .{colour}{{--c:var(--{colour});--f:var(--{colour}-fill)}}" for colour in COLOURS)
    sheet = f".NAME{{{variables(LIGHT)};{fonts}}}\n{dark}{{{variables(DARK)}}}{RULES}{colours}\n"
    return sheet.replace("NAME", name)
