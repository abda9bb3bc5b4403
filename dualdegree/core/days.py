"""On which day of an institution's calendar did something happen?"""

import datetime as dt


def day_in(instant: dt.datetime, zone: dt.tzinfo) -> dt.date:
    """The day on which ``instant`` fell there: what a clerk of that office would have written on the paper.

    Raises ``ValueError`` for an instant without a time zone, which would silently be read as the computer's own.
    """
    if instant.tzinfo is None:
        raise ValueError("A moment without a time zone falls on no day.")
    return instant.astimezone(zone).date()
