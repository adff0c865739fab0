"""What is owed is owed once to each recipient, however often it is said."""

import socket
import subprocess
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import redis
from django.conf import settings
from django.db import connection, transaction

from carportal.core.models import Delivery, Notification
from carportal.core.notifications import (
    Owed,
    Recipient,
    notification_kind,
    notify,
    notify_each,
    register,
    render_mail,
)
from tests.core.kinds import owe
from tests.factories import make_user


def somebody(name: str = "Ana") -> Recipient:
    user = make_user(name=name)
    return Recipient(user.pk, user.email, user.name)


@pytest.mark.django_db
class TestObligations:
    def test_each_recipient_is_owed_one_mail(self):
        ana, guest = somebody(), Recipient(None, "guest@example.org", "A Guest")
        owe(ana, guest)
        rows = Notification.objects.values_list("recipient_id", "address", "name")
        assert set(rows) == {(ana.user_id, ana.email, "Ana"), (None, "guest@example.org", "A Guest")}
        assert Delivery.objects.filter(state="pending", channel="mail").count() == 2

    def test_saying_it_again_owes_nothing_more(self):
        ana, guest = somebody(), Recipient(None, "guest@example.org", "A Guest")
        object_id = owe(ana, guest)
        owe(ana, guest, object_id=object_id)
        assert (Notification.objects.count(), Delivery.objects.count()) == (2, 2)

    def test_somebody_who_joins_later_is_owed_it_too(self):
        ana, ben = somebody(), somebody("Ben")
        object_id = owe(ana)
        owe(ana, ben, object_id=object_id)
        assert set(Delivery.objects.values_list("notification__recipient_id", flat=True)) == {
            ana.user_id,
            ben.user_id,
        }
        assert Delivery.objects.count() == 2

    def test_another_period_is_owed_anew(self):
        ana = somebody()
        object_id = owe(ana, period="2026-11-01")
        owe(ana, object_id=object_id, period="2026-12-01")
        assert Delivery.objects.count() == 2

    def test_many_pieces_of_news_at_once_are_owed_each_once(self):
        ana, ben = somebody(), somebody("Ben")
        known = owe(ana, period="first")
        owed = [
            Owed(known, "first", [ana, ben]),
            Owed(known, "second", [ana]),
            Owed(uuid.uuid4(), "", []),
            Owed(known, "second", [ana]),
        ]
        assert [notify_each(kind="test_news", owed=owed) for _ in range(2)] == [2, 0]
        assert (Notification.objects.count(), Delivery.objects.count()) == (3, 3)

    def test_a_new_address_is_not_a_new_person(self):
        ana = somebody()
        object_id = owe(ana)
        owe(Recipient(ana.user_id, "new@example.org", "Ana"), object_id=object_id)
        assert Notification.objects.get().address == ana.email

    def test_a_guest_is_known_by_the_address_in_any_letter_case(self):
        object_id = owe(Recipient(None, "guest@example.org", ""))
        owe(Recipient(None, "Guest@Example.org", ""), object_id=object_id)
        assert Notification.objects.count() == 1

    def test_nobody_to_tell_is_no_error(self):
        owe()
        assert not Notification.objects.exists()

    def test_an_unknown_kind_is_refused(self):
        with pytest.raises(LookupError, match="test_unknown"):
            notify(kind="test_unknown", object_id=uuid.uuid4())

    def test_a_kind_cannot_be_registered_twice_differently(self):
        other = replace(notification_kind("test_news"), label="Other")
        with pytest.raises(ValueError, match="test_news"):
            register(other)

    def test_the_message_id_is_that_of_the_delivery(self):
        owe(somebody())
        delivery = Delivery.objects.get()
        assert delivery.message_id == f"<{delivery.pk}@localhost>"


@pytest.mark.usefixtures("no_worker")
class TestCommit:
    def test_outside_of_a_transaction_it_is_refused(self):
        with pytest.raises(RuntimeError):
            notify(kind="test_news", object_id=uuid.uuid4())

    def test_a_write_that_is_rolled_back_owes_nothing_and_wakes_nobody(self):
        ana = somebody()
        with pytest.raises(ZeroDivisionError):
            owe_and_fail(ana)
        assert not Notification.objects.exists()
        assert waking_calls() == 0

    def test_many_notifications_of_one_write_wake_the_worker_once(self):
        ana = somebody()
        with transaction.atomic():
            for _ in range(5):
                owe(ana)
            assert waking_calls() == 0
        assert waking_calls() == 1

    def test_a_rolled_back_part_does_not_keep_the_rest_from_waking(self):
        ana = somebody()
        with transaction.atomic():
            with pytest.raises(ZeroDivisionError):
                owe_and_fail(ana)
            owe(ana)
        assert Notification.objects.count() == 1
        assert waking_calls() == 1

    def test_parallel_writes_owe_it_once(self):
        ana, object_id = somebody(), uuid.uuid4()

        def write(_: int) -> None:
            try:
                owe(ana, object_id=object_id)
            finally:
                connection.close()

        with ThreadPoolExecutor(6) as pool:
            list(pool.map(write, range(6)))
        assert (Notification.objects.count(), Delivery.objects.count()) == (1, 1)


def owe_and_fail(recipient: Recipient) -> None:
    with transaction.atomic():
        owe(recipient)
        raise ZeroDivisionError


def waking_calls() -> int:
    """How many tasks wait in the broker."""
    with redis.Redis.from_url(settings.REDIS_URL) as broker:
        return int(broker.llen("mail"))


# Says how long the writes took; how long a process takes to start is another matter.
WRITE_WITH_A_DEAD_BROKER = """
import time
import django
django.setup()
from carportal.core.notifications import Recipient
from tests.core.kinds import owe, register_kinds
register_kinds()
guest = Recipient(None, "guest@example.org", "A Guest")
began = time.monotonic()
for _ in range(3):
    owe(guest)
print(time.monotonic() - began)
"""


def run_with_broker(port: int, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WRITE_WITH_A_DEAD_BROKER],
        env=environ | {"REDIS_URL": f"redis://127.0.0.1:{port}/0"},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.usefixtures("no_worker")
@pytest.mark.parametrize("listening", [False, True], ids=["refusing", "silent"])
def test_a_broker_that_is_down_neither_stops_nor_holds_up_a_write(listening: bool, environ: dict[str, str]):
    with socket.socket() as dead:
        dead.bind(("127.0.0.1", 0))
        if listening:
            dead.listen()
        port = dead.getsockname()[1]
        done = run_with_broker(port, environ)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < 15
    assert done.stderr.count("the broker cannot be reached") == 1
    assert Delivery.objects.filter(state="pending").count() == 3


class TestTemplates:
    @pytest.fixture(autouse=True)
    def _templates(self, tmp_path, settings):
        (tmp_path / "emails").mkdir()
        (tmp_path / "emails/news.subject.txt").write_text("News of\n {{ name }}\n")
        (tmp_path / "emails/news.txt").write_text("Dear {{ name }},\n{{ site_url }}/cars/\n\n")
        (tmp_path / "emails/news.html").write_text("<p>Dear {{ name }}, {{ operator_name }}</p>")
        settings.TEMPLATES = [
            {"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [tmp_path], "OPTIONS": {}}
        ]
        settings.SITE_URL = "https://cars.example.org/"
        settings.OPERATOR_NAME = "Cars & Co"

    def test_only_html_is_escaped(self):
        message = render_mail("news", {"name": "Ana <& Ben>"})
        assert message.subject == "News of Ana <& Ben>"
        assert message.text == "Dear Ana <& Ben>,\nhttps://cars.example.org/cars/\n"
        assert message.html == "<p>Dear Ana &lt;&amp; Ben&gt;, Cars &amp; Co</p>\n"
