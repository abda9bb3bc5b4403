"""What do the curricula of a programme call what others write by code: versions, courses, milestones, requirements?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dualdegree.core.audit.explain.words import name_of
from dualdegree.core.audit.rules import Milestone, nodes
from dualdegree.core.text import Text
from dualdegree.programmes.models import CurriculumVersion
from dualdegree.programmes.texts import curriculum_of

Key = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The titles of all that the texts name; what several versions call otherwise, as the newest does."""

    versions: Mapping[Key, Text]
    """By institution and the version's name."""
    courses: Mapping[Key, Text]
    """By institution and code."""
    words: Mapping[Key, Text]
    """Tags and milestones, by institution and their names in files."""
    rules: Mapping[Key, Text]
    """Requirements and limits, by the degree's id and theirs."""
    degrees: Mapping[str, str]
    """The institution that awards each degree, by the degree's id."""

    def versions_at(self, institution: str) -> Mapping[str, Text]:
        """The titles of an institution's versions by their names."""
        return {name: title for (where, name), title in self.versions.items() if where == institution}

    def things_at(self, institution: str) -> Mapping[str, Text]:
        """What an institution's register writes by code: its courses and milestones."""
        known = (*self.words.items(), *self.courses.items())
        return {name: title for (where, name), title in known if where == institution}


def vocabulary_of(versions: Iterable[CurriculumVersion]) -> Vocabulary:
    """What these versions, the newest first, call what they speak of."""
    titles: dict[Key, Text] = {}
    courses: dict[Key, Text] = {}
    words: dict[Key, Text] = {}
    rules: dict[Key, Text] = {}
    degrees: dict[str, str] = {}
    for version in reversed(list(versions)):
        text = curriculum_of(version)
        where, degree, tree = text.institution, text.degree, list(nodes(text.degree.requirements))
        titles[where, text.version] = text.title
        courses.update({(where, code): course.title for code, course in text.courses.items()})
        words.update({(where, node.milestone): node.title for node in tree if isinstance(node, Milestone)})
        words.update({(where, name): called for name, called in degree.words.items()})
        rules.update({(degree.id, rule.id): name_of(rule) for rule in (*tree, *degree.limits)})
        degrees[degree.id] = where
    return Vocabulary(versions=titles, courses=courses, words=words, rules=rules, degrees=degrees)
