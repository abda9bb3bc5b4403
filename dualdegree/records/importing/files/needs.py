"""Which columns can a kind of file not do without?"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """Which fields a kind of file must have; of each group in ``any_of``, at least one."""

    all_of: tuple[str, ...]
    any_of: tuple[tuple[str, ...], ...] = ()
