"""Timeline of a plan or of a log: what is to be introduced when, or what ran when and was changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from implsci.errors import InvalidQueryError
from implsci.plots._timeline_log import draw_log
from implsci.plots._timeline_plan import draw_schedule

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from implsci.sequencing import Schedule
    from implsci.tracking import StrategyLog

__all__ = ["timeline_plot"]


def timeline_plot(of: Schedule | StrategyLog, *, ax: Axes | None = None) -> Figure:
    """Draw a schedule of core elements, or the log of strategies, over time.

    Of a schedule: a bar an element over its periods, hatched where its effort is not known, arrows
    to what waits for it (up to 15 elements), and below how full each period is. Of a log: a bar a
    strategy, solid from its start to its end and pale as far as a date leaves it open, an arrow where
    the log has no end; diamonds are modifications, hollow where inconsistent with the core; the thin
    bar below fills with the share of the planned dose that was delivered. What has no date is listed
    below the axes.

    Args:
        of: what `implsci.sequencing.schedule` or `implsci.tracking.strategy_log` made.
        ax: axes to draw in; else those of a new figure.

    Raises:
        InvalidQueryError: something else.
        CannotEstimateError: nothing in the log has a date.
        MissingExtraError: matplotlib is not installed.

    Examples:
        >>> from implsci import CoreElement, Innovation
        >>> from implsci.model.sequence import SequencePlan, SequenceStep
        >>> from implsci.sequencing import schedule
        >>> one = Innovation(name="App", core_elements=(CoreElement(id="a", label="train"),))
        >>> plan = SequencePlan(capacity=(2,), steps=(SequenceStep(element="a", effort=3),))
        >>> figure = timeline_plot(schedule(one, plan))
        >>> figure.axes[0].get_title(loc="left")
        'When 1 core element of App is introduced'
    """
    from implsci.sequencing import Schedule
    from implsci.tracking import StrategyLog

    if isinstance(of, Schedule):
        return draw_schedule(of, ax)
    if isinstance(of, StrategyLog):
        return draw_log(of, ax)
    raise InvalidQueryError(
        f"expected what sequencing.schedule or tracking.strategy_log made, got {type(of).__name__}"
    )
