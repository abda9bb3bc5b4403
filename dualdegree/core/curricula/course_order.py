"""Can courses be taken in the order that they ask for? What no listed course brings, and what goes in a circle.

A code that a curriculum does not list may be the partner's: that is said as a remark, and taken for possible.
"""

from collections.abc import Iterator, Mapping

from dualdegree.core.curricula.curriculum import Course
from dualdegree.core.text import Message


def order_remarks(courses: Mapping[str, Course]) -> Iterator[tuple[Course, Message]]:
    """Each course about whose order something is to be said, in the order of the file."""
    possible = _possible(courses)
    for course in courses.values():
        for code in _before(course):
            if code not in courses:
                says = Message('it requires "%(code)s", which this curriculum does not list', {"code": code})
                yield course, says
        if course.code not in possible:
            yield course, Message("it requires itself by way of other courses: nobody can take it")


def _before(course: Course) -> tuple[str, ...]:
    codes = [code for group in course.requires for code in group] + list(course.together)
    return tuple(dict.fromkeys(codes))


def _possible(courses: Mapping[str, Course]) -> set[str]:
    """What can be taken in some order: the courses that need nothing, those that need only these, and so on."""
    possible: set[str] = set()
    # Courses that are taken together open at once, so that a circle of them alone bars nothing.
    while new := {course.code for course in courses.values() if _opens(course, possible, courses)} - possible:
        possible |= new
    return possible


def _opens(course: Course, possible: set[str], courses: Mapping[str, Course]) -> bool:
    return all(any(code in possible or code not in courses for code in group) for group in course.requires)
