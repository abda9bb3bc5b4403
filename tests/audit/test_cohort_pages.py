"""The page from which a registrar audits every student."""

from dualdegree.jobs.performing import perform_next
from tests.graduates.browsing import words


def test_a_registrar_starts_a_run_and_sees_it_end(offices):
    registrar = offices.reader("north")

    begun = registrar.post("/cohorts/start", data={"include": "official"}, follow_redirects=True)
    assert "Run 1 being audited" in words(begun)
    assert "0 of 6 students" in words(begun)
    assert begun.headers["Refresh"] == "5"

    while perform_next(offices.app):
        pass
    ended = registrar.get("/cohorts")
    assert "Run 1 finished" in words(ended)
    assert "6 of 6 students" in words(ended)
    assert "Refresh" not in ended.headers


def test_whoever_wants_to_read_in_peace_switches_the_renewing_off(offices):
    registrar = offices.reader("north")
    registrar.post("/cohorts/start", data={"include": "official"})

    assert "Refresh" not in registrar.get("/cohorts?renew=no").headers


def test_a_run_is_stopped_and_goes_on_from_the_page(offices):
    registrar = offices.reader("north")
    registrar.post("/cohorts/start", data={"include": "official"})

    stopped = registrar.post("/cohorts/1/stop", follow_redirects=True)
    assert "Run 1 stopped" in words(stopped)
    assert not perform_next(offices.app)

    going = registrar.post("/cohorts/1/resume", follow_redirects=True)
    assert "Run 1 being audited" in words(going)


def test_a_second_start_is_refused_and_names_the_run(offices):
    registrar = offices.reader("north")
    registrar.post("/cohorts/start", data={"include": "official"})

    again = registrar.post("/cohorts/start", data={"include": "planned"})

    assert again.status_code == 409
    assert "Run 1 is auditing these students already: 0 of 6 are done." in words(again)


def test_a_kind_of_audit_that_does_not_exist_is_refused(offices):
    assert offices.reader("north").post("/cohorts/start", data={"include": "guessed"}).status_code == 400


def test_the_run_of_one_institution_is_not_the_others_to_stop(offices):
    offices.reader("north").post("/cohorts/start", data={"include": "official"})

    assert offices.reader("south").post("/cohorts/1/stop").status_code == 403
    assert "Run 1" not in words(offices.reader("south").get("/cohorts"))
