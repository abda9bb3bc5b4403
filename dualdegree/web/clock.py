"""What time is it? Views ask here and hand the answer to services, for which time is an argument."""

import datetime as dt

from flask import current_app


def now() -> dt.datetime:
    """The present moment in UTC, or what the setting ``CLOCK`` says."""
    clock = current_app.config.get("CLOCK")
    moment: dt.datetime = clock() if clock else dt.datetime.now(dt.UTC)
    return moment
