"""The mail of a notice: through a real server or into a folder, in the person's language, tried again, never twice."""

import datetime as dt
import email
import email.policy
import logging

import pytest
import sqlalchemy as sa

import config
from dualdegree.core.text import Message
from dualdegree.db import db
from dualdegree.jobs.models import Job, JobState
from dualdegree.jobs.performing import perform_next
from dualdegree.messages import delivering, service
from dualdegree.messages.models import MailState, Notice
from dualdegree.messages.service import News, Recipient, Sender
from tests.messages.mailbox import Mailbox, listening, secured
from tests.people import NOW, institution, person

NORTH = Sender(institution="north.example", name={"en": "North", "es": "Norte", "zh_Hans": "北方大学"})
NEWS = News(
    about="exception:7",
    act="granted:2",
    subject=Message("Exception granted"),
    body=Message("%(first)s, or %(second)s", {"first": "a", "second": "b"}),
    link="/exceptions/7",
)


class Sending:
    """The application with a clock that a test moves, and the jobs done when it says."""

    def __init__(self, app, **settings):
        self.app, self.at = app, NOW
        app.config.update(PUBLIC_URL="https://degrees.example", CLOCK=lambda: self.at, **settings)
        app.extensions["jobs"] = type(app.extensions["jobs"])(
            tasks=app.extensions["jobs"].tasks, seconds=60, clock=lambda: self.at
        )

    def tell(self, *people, news=NEWS, sender=NORTH):
        with self.app.app_context():
            institution(db.session, "north.example")
            to = []
            for address, locale in people:
                somebody = person(db.session, address, locale=locale)
                to.append(Recipient(person_id=somebody.id, email=address, locale=locale))
            service.tell(db.session(), news, to=to, sender=sender, at=self.at)
            db.session.commit()

    def work(self, minutes=0):
        self.at += dt.timedelta(minutes=minutes)
        while perform_next(self.app):
            pass

    def change(self, **values):
        with self.app.app_context():
            db.session.execute(sa.update(Notice).values(values))
            db.session.commit()

    def states(self):
        with self.app.app_context():
            rows = db.session.execute(sa.select(Notice.state, Notice.tries, Notice.failure).order_by(Notice.id)).all()
            assert db.session.scalar(sa.select(sa.func.count()).where(Job.state == JobState.FAILED)) == 0
        return [tuple(row) for row in rows]


@pytest.fixture
def mailbox():
    return Mailbox()


@pytest.fixture
def sending(app, mailbox):
    with listening(mailbox) as port:
        yield Sending(
            app, SMTP_HOST="127.0.0.1", SMTP_PORT=port, SMTP_SECURITY="none", MAIL_FROM="degrees@degrees.example"
        )


def test_everybody_is_written_to_in_the_own_language_over_one_connection(sending, mailbox):
    sending.tell(("ana@people.example", "es"), ("mei@people.example", "zh_Hans"), ("bo@people.example", None))

    sending.work()

    assert [letter["To"] for letter in mailbox.taken] == [
        "ana@people.example",
        "mei@people.example",
        "bo@people.example",
    ]
    assert [letter["Subject"] for letter in mailbox.taken] == [
        "Excepción concedida",
        "已批准例外",
        "Exception granted",
    ]
    assert mailbox.taken[1]["From"].addresses[0].display_name == "北方大学"
    assert {state for state, _, _ in sending.states()} == {MailState.SENT}


def test_a_letter_names_institution_and_page_and_that_a_program_wrote_it(sending, mailbox):
    sending.tell(("ana@people.example", "es"))

    sending.work()

    (letter,) = mailbox.taken
    assert letter.get_content().replace("\r\n", "\n") == (
        "a, o b\n\nhttps://degrees.example/exceptions/7\n\n-- \nNorte\n"
        "Este mensaje lo ha escrito un programa; las respuestas no las lee nadie.\n"
    )
    assert (letter["Auto-Submitted"], letter["Content-Language"]) == ("auto-generated", "es")
    assert letter["Date"].datetime == NOW
    assert letter["Message-ID"] == "<dualdegree-notice-1-20261123090000@degrees.example>"


def test_a_server_that_is_away_is_tried_again_with_growing_pauses_until_it_is_back(sending, mailbox):
    sending.app.config["SMTP_PORT"], port = 1, sending.app.config["SMTP_PORT"]
    sending.tell(("ana@people.example", None))

    sending.work()
    sending.work(minutes=0.5)
    assert sending.states() == [(MailState.WAITING, 1, "the mail server failed: ConnectionRefusedError")]
    sending.work(minutes=0.5)
    sending.work(minutes=4)
    assert sending.states()[0][1] == 2, "the second pause is longer"
    sending.app.config["SMTP_PORT"] = port
    sending.work(minutes=1)

    assert sending.states() == [(MailState.SENT, 2, "")]
    assert len(mailbox.taken) == 1


def test_after_the_last_pause_it_is_undeliverable_until_an_operator_tries_again(sending, mailbox):
    mailbox.answers["ana@people.example"] = "451 4.7.1 try later"
    sending.tell(("ana@people.example", None))

    for pause in (dt.timedelta(), *delivering.PAUSES):
        sending.work(minutes=pause.total_seconds() / 60)
    assert sending.states() == [(MailState.UNDELIVERABLE, 8, "the mail server answered 451 4.7.1")]
    mailbox.answers.clear()
    with sending.app.app_context():
        assert service.retry(db.session(), sending.at, uncertain=False) == 1
        db.session.commit()
    sending.work()

    assert [state for state, _, _ in sending.states()] == [MailState.SENT]


def test_an_address_that_the_server_will_never_take_keeps_nobody_else_from_the_letter(sending, mailbox):
    mailbox.answers["ana@people.example"] = "550 5.1.1 <ana@people.example> is unknown here"
    sending.tell(("ana@people.example", None), ("bo@people.example", None))

    sending.work()

    assert sending.states() == [
        (MailState.UNDELIVERABLE, 0, "the mail server answered 550 5.1.1"),
        (MailState.SENT, 0, ""),
    ]


def test_a_content_that_is_refused_for_now_is_sent_later_once(sending, mailbox):
    mailbox.answers["content"] = "452 4.3.1 full"
    sending.tell(("ana@people.example", None))

    sending.work()
    mailbox.answers.clear()
    sending.work(minutes=1)
    sending.work(minutes=60)

    assert sending.states() == [(MailState.SENT, 1, "")]
    assert len(mailbox.taken) == 1


def test_a_job_that_is_repeated_sends_nothing_again(sending, mailbox):
    sending.tell(("ana@people.example", None))
    sending.work()

    with sending.app.app_context():
        db.session.execute(sa.update(Job).values(state=JobState.WAITING))
        db.session.commit()
    sending.work(minutes=60)

    assert len(mailbox.taken) == 1


def test_what_another_sender_has_claimed_is_left_to_it_and_doubtful_once_it_is_silent(sending, mailbox):
    sending.tell(("ana@people.example", None))
    sending.change(state=MailState.SENDING, claim="the other's", claimed_at=NOW)

    sending.work()
    sending.work(minutes=5)
    assert [state for state, _, _ in sending.states()] == [MailState.SENDING]
    sending.work(minutes=5)

    assert sending.states() == [(MailState.UNCERTAIN, 0, "its sender was never heard of again")]
    assert mailbox.taken == []


@pytest.mark.parametrize("line_break", ["\r\n", "\n", "\r", "\u2028", "\0"])
def test_a_line_break_in_a_subject_or_name_forges_no_header(sending, mailbox, line_break):
    forged = f"x{line_break}Bcc: all@people.example"
    subject = News(about="a", act="b", subject=Message("%(x)s", {"x": forged}), body=Message("b"), link="/")
    sending.tell(("ana@people.example", None), news=subject)
    sending.tell(("bo@people.example", None), sender=Sender(institution="north.example", name={"en": forged}))

    sending.work()

    assert {state for state, _, _ in sending.states()} == {MailState.UNDELIVERABLE}
    assert mailbox.taken == []


def test_a_notice_that_cannot_be_said_keeps_no_other_from_leaving(sending, mailbox):
    broken = News(about="a", act="b", subject=Message("%(missing)s", {"x": "y"}), body=Message("b"), link="/")
    sending.tell(("ana@people.example", None), news=broken)
    sending.tell(("bo@people.example", None))

    sending.work()

    assert sending.states()[0] == (MailState.UNDELIVERABLE, 0, "it cannot be written: KeyError")
    assert [letter["To"] for letter in mailbox.taken] == ["bo@people.example"]


def test_a_server_is_trusted_by_its_certificate_and_asked_with_a_password(app, mailbox, tmp_path):
    security, certificate = secured(tmp_path)
    settings = {"SMTP_HOST": "localhost", "SMTP_SECURITY": "starttls", "MAIL_FROM": "degrees@degrees.example"}
    with listening(mailbox, **security) as port:
        sending = Sending(app, SMTP_PORT=port, SMTP_USER="degrees", SMTP_PASSWORD="a secret", **settings)
        sending.tell(("ana@people.example", None))

        sending.work()
        assert sending.states() == [(MailState.WAITING, 1, "the mail server failed: SSLCertVerificationError")]
        app.config.update(SMTP_CA_FILE=str(certificate), SMTP_PASSWORD="a guess")
        sending.work(minutes=1)
        assert sending.states() == [(MailState.WAITING, 2, "the mail server failed: SMTPAuthenticationError 535")]
        app.config.update(SMTP_PASSWORD="a secret")
        sending.work(minutes=5)

    assert sending.states() == [(MailState.SENT, 2, "")]
    assert len(mailbox.taken) == 1


def test_without_a_server_letters_are_files_that_only_their_owner_reads(app, tmp_path):
    sending = Sending(app, MAIL_FOLDER=str(tmp_path / "mail"))
    sending.tell(("ana@people.example", "es"))

    sending.work()

    (file,) = (tmp_path / "mail").iterdir()
    letter = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert (file.name, file.stat().st_mode & 0o777) == ("dualdegree-notice-1-20261123090000.eml", 0o600)
    assert (letter["To"], letter["Subject"]) == ("ana@people.example", "Excepción concedida")


def test_a_file_that_may_have_been_written_is_written_again_as_the_same_file(app, tmp_path):
    sending = Sending(app, MAIL_FOLDER=str(tmp_path / "mail"))
    sending.tell(("ana@people.example", None))
    sending.change(state=MailState.SENDING, claim="a dead sender's", claimed_at=NOW)

    sending.work()
    sending.work(minutes=10)

    assert [state for state, _, _ in sending.states()] == [MailState.SENT]
    assert len(list((tmp_path / "mail").iterdir())) == 1


def test_no_address_and_no_words_stand_in_the_logs(sending, mailbox, capfd, caplog):
    caplog.set_level(logging.DEBUG)
    mailbox.answers["ana@people.example"] = "550 5.1.1 <ana@people.example> is unknown here"
    sending.tell(("ana@people.example", None), ("bo@people.example", None))

    sending.work()

    printed = "".join(capfd.readouterr()) + "".join(
        record.getMessage() for record in caplog.records if record.name != "mail.log"
    )
    assert "letter" in printed
    assert "people.example" not in printed
    assert "Exception granted" not in printed


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"SMTP_HOST": "mail.example"}, "MAIL_FROM"),
        ({"MAIL_FROM": "degrees@x.example\nBcc: a@b.example"}, "MAIL_FROM"),
        ({"SMTP_SECURITY": "ssl"}, "SMTP_SECURITY"),
        ({"SMTP_SECURITY": "none", "SMTP_USER": "degrees"}, "SMTP_PASSWORD"),
        ({"SMTP_PORT": "smtp"}, "SMTP_PORT"),
    ],
)
def test_settings_that_cannot_work_are_refused_with_their_name(given, says, tmp_path):
    with pytest.raises(config.BadSetting, match=says):
        config.from_environment({"DUALDEGREE_INSTANCE": str(tmp_path), **given})
