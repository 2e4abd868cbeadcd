"""The mails of a demo, on a page."""

import pytest
from django.core.mail import send_mail
from django.urls import reverse


@pytest.fixture
def demo(settings, tmp_path):
    settings.DEMO, settings.EMAIL_CONFIG = True, ""
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = "coaching.mail.FileBackend", tmp_path / "mail"
    return settings


def send(subject="A short check-in"):
    send_mail(
        subject, "Dear Emil,\n\nhttp://127.0.0.1:8000/check-in/abc/\n\nUmlaut ü <b>", None, ["emil@client.example"]
    )


def test_mails_are_listed_newest_first_and_open_with_their_links(as_user, cast, demo):
    client = as_user(cast.cora)
    assert "No mail yet" in client.get(reverse("demo_mail_list")).content.decode()
    send()
    send("The second")
    page = client.get(reverse("demo_mail_list")).content.decode()
    assert page.index("The second") < page.index("A short check-in")
    name = sorted(path.stem for path in demo.EMAIL_FILE_PATH.iterdir())[0]
    page = client.get(reverse("demo_mail", args=[name])).content.decode()
    assert '<a href="http://127.0.0.1:8000/check-in/abc/"' in page
    assert "Umlaut ü &lt;b&gt;" in page
    assert "emil@client.example" in page


@pytest.mark.parametrize("name", ["nothing", "0" * 20 + "-00000000", "..", "%2e%2e%2fsecret_key"])
def test_no_other_file_can_be_read(as_user, cast, demo, name):
    send()
    (demo.EMAIL_FILE_PATH / "nothing.eml").write_text("Subject: no\n\nno")
    assert as_user(cast.cora).get(f"/demo/mail/{name}/").status_code == 404


def test_outside_a_demo_and_with_a_mail_server_there_is_no_such_page(as_user, cast, demo):
    send()
    demo.EMAIL_CONFIG = "smtp://mail.example"
    assert as_user(cast.ada).get(reverse("demo_mail_list")).status_code == 404
    demo.EMAIL_CONFIG, demo.DEMO = "", False
    assert as_user(cast.ada).get(reverse("demo_mail_list")).status_code == 404


def test_who_is_not_signed_in_sees_no_mail(client, db, demo):
    assert client.get(reverse("demo_mail_list")).status_code == 302
