"""Recognition as people do it, each at a browser of their own: asked, endorsed, confirmed, decided, entered; refused."""

import re
from importlib.resources import files

from playwright.sync_api import expect

from tests.journeys.reader import BEIHANG, UPV

STUDENT, NAME = "yutong.zheng@buaa.example", "Zheng, Yutong"
ENDORSER, CONFIRMER = "vicent.soler@upv.example", "wenbin.zhao@buaa.example"
COLLEAGUE = "rosa.climent@upv.example"
SPANISH = "Spanish for Beginners (DX121402), 2024/2025 term 1: 1"
QUEUE = "/recognition"


def ask(student, button):
    """Ask UPV to recognise a course that no equivalence covers, as 1.5 credits of electives."""
    student.open("/")
    student.follow("See your progress")
    student.open(re.sub(r"/progress$", "/recognition", student.page.url.removeprefix(student.url)))
    student.follow("Ask for recognition into Universitat Politècnica de València")
    student.page.get_by_label(SPANISH).check()
    student.page.get_by_label("Or as credits of a group").select_option("elective")
    student.page.get_by_label("Credits of the group").fill("1.5")
    student.page.get_by_label("In your own words").fill("Five levels more since then.")
    student.press(button)


def act(advisor, button):
    """Open the student's request among those that wait for this person, and take the step."""
    find(advisor)
    advisor.press(button)
    expect(advisor.page.get_by_role("status")).to_be_visible()


def find(reader):
    """Open the student's request from the queue."""
    reader.open(QUEUE)
    reader.page.locator("main tbody th a", has_text=NAME).click()


def ready_to_decide(site, readers):
    """A request that both sides' advisors have passed on: the student, who looked at the effect, what it was, its page."""
    student = readers(site, STUDENT)
    ask(student, "See the effect")
    effect = student.page.locator("section", has=student.page.get_by_role("heading", name="What it would do"))
    foreseen = effect.locator("tbody").first.locator("tr").all_inner_texts()
    student.press("Submit")
    expect(student.page).to_have_url(re.compile(r"/recognition/requests/\d+$"))
    request = student.page.url.removeprefix(student.url)
    act(readers(site, ENDORSER), "Endorse, and next")
    act(readers(site, CONFIRMER), "Confirm what was taught, and next")
    return student, foreseen, request


def look_at(approver):
    find(approver)
    approver.page.get_by_label("Number of the minute").fill("7/2026")


def verdicts(student):
    """How the student's own page of progress says that both degrees stand."""
    student.open("/")
    student.follow("See your progress")
    return student.main()


def test_two_sides_recognise_a_course_and_both_audits_change_as_the_preview_said(site, readers):
    student, foreseen, request = ready_to_decide(site, readers)
    upv = next(row for row in foreseen if "Universitat Politècnica de València" in row)
    assert "115.5 of 120 ECTS counted" in upv
    assert "117 of 120 ECTS counted" in upv
    assert "Not met: 115.5 of 120 ECTS counted" in verdicts(student)
    approver = readers(site, UPV)

    look_at(approver)
    approver.press("Grant")
    expect(approver.page.get_by_role("status")).to_contain_text("The decision is recorded.")
    assert "Not met: 115.5 of 120 ECTS counted" in verdicts(student), "nothing counts before it is entered"
    colleague = readers(site, COLLEAGUE)
    colleague.open(request)
    colleague.press("Enter it")

    now = verdicts(student)
    assert "Not met: 117 of 120 ECTS counted" in now
    assert "All requirements of this degree are met." in now, "Beihang's degree is as it was, as foreseen"
    student.open("/messages")
    expect(student.page.locator("main")).to_contain_text("Today: Entered")


def test_the_second_of_two_who_decide_at_once_is_told_what_changed_and_loses_nothing(site, readers):
    ready_to_decide(site, readers)
    first, second = readers(site, UPV), readers(site, COLLEAGUE)
    look_at(first)
    look_at(second)
    first.press("Grant")
    expect(first.page.get_by_role("status")).to_contain_text("The decision is recorded.")

    second.page.get_by_label("Reason").select_option("content")
    second.page.get_by_label("Explanation", exact=True).fill("No coincide.")
    second.press("Refuse")

    alert = second.page.get_by_role("alert")
    expect(alert).to_contain_text("Somebody else was faster")
    expect(alert).to_contain_text("Recognition granted")
    expect(alert).to_be_focused()
    main = second.page.locator("main")
    expect(main, "as it stands now, with what was typed to be copied").to_contain_text("Granted: to be entered")
    expect(main).to_contain_text("What you wrote: Explanation")
    expect(main).to_contain_text("No coincide.")


def test_a_refused_student_reads_why_and_how_to_appeal_in_the_own_language(site, readers):
    *_, request = ready_to_decide(site, readers)
    number = request.rpartition("/")[2]
    approver = readers(site, UPV)
    look_at(approver)
    approver.page.get_by_label("Reason").select_option("content")
    approver.page.get_by_label("Explanation", exact=True).fill("课程内容与选修课不符。")
    approver.page.get_by_label("Language of the explanation").select_option("zh_Hans")
    approver.press("Refuse")
    student = readers(site, STUDENT, language="zh_Hans")

    student.open("/")
    student.page.locator("#messages a", has_text=number).first.click()

    said = student.main()
    assert "课程内容与选修课不符。" in said
    assert "校长" in said, "the body to which one appeals"
    assert "西班牙第 822/2021 号王家法令第 10 条" in said
    student.page.locator("#appeal-reason").fill("请再审核一次。")
    student.page.locator("form[action$='/appeal'] button").click()
    expect(student.page.get_by_role("status")).to_be_visible()


def test_an_equivalence_changed_on_one_side_is_not_in_effect_until_the_other_approves(site, readers):
    upv, beihang = readers(site, UPV), readers(site, BEIHANG)
    given = (files("dualdegree") / "demo" / "equivalences.yaml").read_text(encoding="utf-8")
    changed = given.replace('version: "2024"', 'version: "2027"').replace('content: "85"', 'content: "95"')
    upv.open("/equivalences/new")
    upv.page.get_by_label("Text").fill(changed)
    upv.press("Check without storing")
    upv.press("Store this text")

    upv.open("/equivalences")
    upv.follow("2027")
    upv.press("Approve for Universitat Politècnica de València")
    state = upv.page.locator("section", has=upv.page.get_by_role("heading", name="State"))
    expect(state).to_contain_text("Waits for Beihang University")
    expect(state).to_contain_text("not in force")
    upv.open("/equivalences")
    expect(first_version(upv)).to_contain_text("In force")
    beihang.open("/")
    beihang.page.locator("#messages a", has_text="equivalences awaits").click()
    beihang.press("Approve for Beihang University")

    expect(beihang.page.locator("section", has=beihang.page.get_by_role("heading", name="State"))).to_contain_text(
        "In force"
    )
    beihang.open("/equivalences")
    expect(first_version(beihang)).to_contain_text("Replaced")


def first_version(reader):
    """The first version of the equivalences in artificial intelligence; the other field has one of the same name."""
    field = reader.page.get_by_role("heading", name="Double master's degree in artificial intelligence")
    return reader.page.locator("section", has=field).get_by_role("row", name=re.compile("2024"))
