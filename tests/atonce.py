"""How does a test do several things at the very same moment? Each in a thread of its own, all let go at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier


def at_once(*deeds):
    """What each of these deeds returned, in their order; they begin together."""
    barrier = Barrier(len(deeds))

    def start(deed):
        barrier.wait(30)
        return deed()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(start, deeds))


def clients_of(client, number):
    """The same browser, so many times: each with the cookies of the first."""
    copies = []
    for _ in range(number):
        copy = client.application.test_client()
        copy._cookies = dict(client._cookies)
        copies.append(copy)
    return copies
