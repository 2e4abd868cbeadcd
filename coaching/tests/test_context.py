"""What every page is told."""

import pytest
from django.urls import reverse


@pytest.mark.parametrize(("mail", "is_there"), [("", True), ("smtp://mail.example:587", False)])
def test_sent_mails_are_offered_only_where_they_are_kept(as_user, cast, settings, mail, is_there):
    settings.DEMO, settings.EMAIL_CONFIG = True, mail
    page = as_user(cast.cora).get(reverse("profile")).content.decode()
    assert "Demo: every person here is made up" in page
    assert (reverse("demo_mail_list") in page) is is_there
