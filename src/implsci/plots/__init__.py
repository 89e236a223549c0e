"""Figures of what the analyses find: forest, funnel, set relations, ceilings, slopes, trajectories, votes.

Each function takes a result, draws it on a figure of its own or on the `ax` given, and returns the
figure (matplotlib's `Figure`, made without pyplot: no window, no global state). Color never stands
alone, labels are text and nothing else, what is unknown is drawn or counted as unknown. `save`
writes SVG, PNG or PDF, `describe` says the figure in words, `data` gives the numbers behind it. They
need the extra ``plots``.

Examples:
    >>> from implsci.analysis.nca import nca
    >>> trust, uptake = [2, 3, 5, 6, 8, 9], [10, 30, 20, 60, 50, 90]
    >>> figure = nca_plot(nca(trust, uptake, names=("trust", "uptake")), trust, uptake)
    >>> describe(figure)[:67]
    'Is trust necessary for uptake? 6 cases under their ceilings. Stairc'
"""

from __future__ import annotations

from implsci.plots._alluvial import alluvial_plot
from implsci.plots._behind import data
from implsci.plots._ceilings import nca_plot
from implsci.plots._distribution import state_distribution_plot
from implsci.plots._flow import flow_plot
from implsci.plots._forest import forest_plot
from implsci.plots._funnel import funnel_plot
from implsci.plots._gap_map import gap_map
from implsci.plots._go_zone import go_zone_plot
from implsci.plots._harvest import harvest_plot
from implsci.plots._heat import heat_map
from implsci.plots._index import index_plot
from implsci.plots._saving import describe, save
from implsci.plots._set_relation import SetRelation, xy_plot
from implsci.plots._slopes import slopes_plot
from implsci.plots._timeline import timeline_plot
from implsci.plots._upset import upset_plot
from implsci.plots._world import world_map

__all__ = [
    "SetRelation",
    "alluvial_plot",
    "data",
    "describe",
    "flow_plot",
    "forest_plot",
    "funnel_plot",
    "gap_map",
    "go_zone_plot",
    "harvest_plot",
    "heat_map",
    "index_plot",
    "nca_plot",
    "save",
    "slopes_plot",
    "state_distribution_plot",
    "timeline_plot",
    "upset_plot",
    "world_map",
    "xy_plot",
]


def __dir__() -> list[str]:
    return __all__
