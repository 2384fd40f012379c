"""What a figure shows, for tests of figures."""

from matplotlib.figure import Figure
from matplotlib.text import Text

from deepdep.plot.style import add_note


def texts(figure: Figure) -> str:
    """Give every text of a figure, in one string with line breaks turned into spaces."""
    return " ".join(text.get_text() for text in figure.findobj(Text) if text.get_text()).replace("\n", " ")


def clipped(figure: Figure) -> bool:
    """Tell whether anything drawn reaches beyond the page (inches, with a hair of tolerance)."""
    page = add_note(figure, "note").padded(0.02)
    figure.draw_without_rendering()
    drawn = figure.get_tightbbox()
    return drawn.x0 < page.x0 or drawn.y0 < page.y0 or drawn.x1 > page.x1 or drawn.y1 > page.y1
