"""How is one chunk of a cohort audited: a fixed number of queries to read it, one statement to keep it?"""

import datetime as dt
import traceback
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from sqlalchemy import orm

from dualdegree.audit.cohorts.service import TASK, students_between
from dualdegree.audit.currency import up_to_date
from dualdegree.audit.dossiers import dossiers
from dualdegree.audit.service import Audit, Include, answers, keep, rows_of
from dualdegree.core.audit import uncollected
from dualdegree.db import reading
from dualdegree.jobs.service import Finish, Task, Tell

log = structlog.get_logger()


def audit_chunk(arguments: Mapping[str, Any], at: dt.datetime, _tell: Tell) -> Finish:
    """Audit the students from ``first`` to ``last``; whoever is up to date is not audited again."""
    include = Include(arguments["include"])
    # What a chunk reads lives as long as the chunk, and looking for garbage took a fifth of it.
    with uncollected(), reading() as session:
        ids = students_between(session, arguments["first"], arguments["last"], arguments["institution"])
        current = up_to_date(session, arguments["first"], arguments["last"], include.value)
        asked = [student for student in ids if student not in current]
        audits, broken = _audited(session, asked, include, at)
        # Written out here, so that whoever waits to write on SQLite waits for one statement only.
        rows = rows_of(audits.values())
    outcome = {
        "students": len(ids),
        "stored": sum(row.answer is not None for row in rows),
        "without_curriculum": len(asked) - len(audits) - len(broken),
        "broken": {str(student): why for student, why in broken.items()},
    }

    def finish(session: orm.Session) -> Mapping[str, Any]:
        keep(session, rows)
        return outcome

    return finish


TASKS: Mapping[str, Task] = {TASK: audit_chunk}
"""The long work of this office."""


def _audited(
    session: orm.Session, ids: Sequence[int], include: Include, at: dt.datetime
) -> tuple[dict[int, Audit], dict[int, str]]:
    try:
        return answers(session, dossiers(session, ids).values(), include, at), {}
    except Exception:  # noqa: BLE001 - one by one: a student whose audit breaks keeps nobody else from theirs
        log.warning("a chunk broke and is audited one by one", first=ids[0], last=ids[-1])
    audits: dict[int, Audit] = {}
    broken: dict[int, str] = {}
    for student in ids:
        try:
            audits |= answers(session, dossiers(session, [student]).values(), include, at)
        except Exception as failure:  # noqa: BLE001 - whatever it was, it is told with the run
            # As text: drawing every frame with its values takes seconds, and those are students' records.
            log.error("an audit broke", student=student, how=traceback.format_exc())  # noqa: TRY400
            broken[student] = f"{type(failure).__name__}: {failure}"[:300]
    return audits, broken
