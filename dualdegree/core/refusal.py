"""How is something refused? Named domain errors that carry the sentence to show, in no language yet."""

from collections.abc import Mapping

from dualdegree.core.text import Message


class Refusal(Exception):
    """What was asked for is not done, and nothing has changed. ``message`` names the place and the remedy.

    ``about`` names the one value that would have to be another, such as ``minute``: a form shows the sentence there.
    """

    def __init__(self, message: Message | str, params: Mapping[str, object] | None = None, *, about: str = "") -> None:
        self.message = message if isinstance(message, Message) else Message(message, params)
        self.about = about
        super().__init__(str(self.message))

    def __str__(self) -> str:
        """The sentence in English."""
        return str(self.message)


class Absent(Refusal):
    """What was asked about is not there."""


class Conflict(Refusal):
    """Somebody else changed it meanwhile, or its state does not allow the step."""


class Repeated(Conflict):
    """It was the same person who changed it meanwhile, most often by the same step; a repeat changes nothing."""


class Collision(Conflict):
    """Two did the same or something related at this very moment, and the database lets only one of both hold."""


class NeedsAnother(Refusal):
    """Nothing is wrong with what was sent, but it takes another person: nobody settles what they asked for."""
