"""Who has guessed too often? Failures are counted, never successes, by the account and by where they come from.

Counted by the address alone, an office behind one address would lock itself out by signing in; counted by the account
alone, nobody would notice whoever tries one password at every account. A guesser with many addresses is slowed to what
one account allows.
"""

import hashlib
import math
import time

import structlog
from flask import current_app
from flask_limiter.util import get_remote_address
from limits import RateLimitItem, parse

from dualdegree.core.refusal import Refusal
from dualdegree.core.text import Message
from dualdegree.web.guard.limits import limiter

OF_ACCOUNT = parse("10 per 15 minutes")
"""How many wrong passwords one account takes, from wherever they come."""
FROM_ADDRESS = parse("100 per 15 minutes")
"""How many come from one address, at whatever accounts: an office of forty mistypes a few."""

log = structlog.get_logger()


class TooOften(Refusal):
    """Somebody has to wait before the next attempt: ``seconds``, at least one."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(
            Message(
                "There were too many wrong passwords. Wait %(time)s, then try once more; whoever forgot a password "
                "asks the registrar for a new one.",
                {"time": waiting(seconds)},
            )
        )


def refuse_guessing(account: str) -> None:
    """Raise ``TooOften`` while this account, or where the request comes from, has failed too often."""
    seconds = max((_wait(limit, key) for limit, key in _counted(account)), default=0)
    if seconds:
        raise TooOften(seconds)


def note_failure(account: str) -> None:
    """Count a wrong password, and write it into the log without saying whose account it is."""
    counted = _counted(account)
    for limit, key in counted:
        limiter.limiter.hit(limit, key)
    failures = max(
        (limit.amount - limiter.limiter.get_window_stats(limit, key)[1] for limit, key in counted), default=1
    )
    log.warning("wrong password", account=_digest(account)[:12], address=get_remote_address(), failures=failures)


def waiting(seconds: int) -> Message:
    """How long somebody has to wait, in whole minutes once it is more than one."""
    if seconds <= 60:
        return Message("%(number)s s", {"number": seconds})
    return Message("%(number)s min", {"number": math.ceil(seconds / 60)})


def _counted(account: str) -> tuple[tuple[RateLimitItem, str], ...]:
    """What is counted of this request; nothing where the office has switched limits off."""
    if not current_app.config.get("RATELIMIT_ENABLED", True):
        return ()
    return (
        (OF_ACCOUNT, f"account:{_digest(account)}"),
        (FROM_ADDRESS, f"address:{get_remote_address()}"),
    )


def _wait(limit: RateLimitItem, key: str) -> int:
    if limiter.limiter.test(limit, key):
        return 0
    return max(1, math.ceil(limiter.limiter.get_window_stats(limit, key)[0] - time.time()))


def _digest(account: str) -> str:
    return hashlib.sha256(account.encode()).hexdigest()
