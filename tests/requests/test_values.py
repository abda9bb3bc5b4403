"""Is what is stored of a grant exactly what was judged, and read back the same?"""

from decimal import Decimal

import pytest

from dualdegree.core.audit.facts import Grant
from dualdegree.core.recognition import RecognitionKind
from dualdegree.programmes.texts import curriculum_with
from dualdegree.recognition.models import grants_in, grants_json, outside_in, outside_json
from dualdegree.requests.wanted import OutsideWork, Wish, grants_of
from tests.graduates import text

COURSE = Wish(course="S4", tag=None, credits=Decimal("4.50"))
GROUP = Wish(course=None, tag="optional", credits=Decimal(3))


@pytest.fixture
def south():
    return curriculum_with("0" * 64, lambda: text("south/curriculum.yaml"))


@pytest.mark.parametrize("kind", [RecognitionKind.STUDY, RecognitionKind.EXPERIENCE])
def test_a_grant_is_read_as_it_was_stored(south, kind):
    grants = grants_of("request:1", [COURSE, GROUP], south, kind, Decimal("8.8"))

    assert grants_in("request:1", grants_json(grants)) == grants


def test_a_course_is_stored_by_its_code_and_credits_of_a_group_by_its_tag(south):
    course, group = grants_json(grants_of("request:1", [COURSE, GROUP], south, RecognitionKind.STUDY, None))

    assert (course["course"], course["tag"], course["credits"]) == ("S4", None, "4.5")
    assert (group["course"], group["tag"], group["credits"]) == (None, "optional", "3")


def test_experience_bears_no_grade_and_its_own_mark(south):
    (grant,) = grants_of("request:1", [GROUP], south, RecognitionKind.EXPERIENCE, Decimal("8.8"))

    assert isinstance(grant, Grant)
    assert (grant.grade, grant.ungraded_pass, grant.tags) == (None, True, ("optional", "experience"))


def test_work_that_no_register_holds_is_read_as_it_was_stored():
    work = (OutsideWork(title="Six months at a laboratory", credits=Decimal(3)),)

    assert outside_in(outside_json(work)) == work
