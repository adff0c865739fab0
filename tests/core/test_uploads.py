"""How files come in: into the temporary folder, up to a limit that holds for everybody."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.http import HttpRequest
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from carportal.core.uploads import Refusal, refusal_of


@pytest.fixture(autouse=True)
def uploads(settings: Settings, tmp_path: Path) -> Path:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    settings.UPLOAD_MAX_MB = 1
    return tmp_path


def sent(**fields: object) -> HttpRequest:
    request = RequestFactory().post("/", fields)
    assert request.POST is not None
    return request


def file(size: int, name: str = "a.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"a" * size)


def test_a_file_is_in_the_temporary_folder_until_the_request_is_over(uploads: Path) -> None:
    request = sent(file=file(100), note="Words")
    upload = request.FILES["file"]
    assert isinstance(upload, TemporaryUploadedFile)
    assert len(list(uploads.iterdir())) == 1
    assert (upload.name, upload.size, upload.read()) == ("a.txt", 100, b"a" * 100)
    request.close()
    assert list(uploads.iterdir()) == []


def test_more_than_the_limit_is_thrown_away_and_the_rest_of_the_form_stays(uploads: Path) -> None:
    request = sent(first="One", file=file(1024**2 + 1), last="Two")
    assert "file" not in request.FILES
    assert (request.POST["first"], request.POST["last"]) == ("One", "Two")
    assert refusal_of(request, "file") == Refusal.TOO_LARGE
    assert refusal_of(request, "first") is None
    assert list(uploads.iterdir()) == []


def test_as_much_as_the_limit_is_taken() -> None:
    request = sent(file=file(1024**2))
    upload: Any = request.FILES["file"]
    assert upload.size == 1024**2
    assert refusal_of(request, "file") is None
    request.close()


def test_the_limit_is_for_all_files_of_a_request_together(uploads: Path) -> None:
    request = sent(one=file(600_000), two=file(600_000), three=file(10))
    assert set(request.FILES) == {"one"}
    assert refusal_of(request, "two") == refusal_of(request, "three") == Refusal.TOO_LARGE
    assert len(list(uploads.iterdir())) == 1
    request.close()


@pytest.mark.parametrize(
    "name", ["a" * 300 + ".txt", "a." + "b" * 300, "a.\u202etxt", "..txt", "a/../b.txt", "工" * 200 + ".txt"]
)
def test_no_name_breaks_it(name: str) -> None:
    request = sent(file=file(10, "x.txt"))
    request.close()
    body = (
        f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\nabc\r\n--b--\r\n'
    ).encode()
    request = RequestFactory().generic("POST", "/", body, content_type="multipart/form-data; boundary=b")
    upload: Any = request.FILES["file"]
    assert upload.read() == b"abc"
    request.close()


def test_a_temporary_folder_that_is_gone_is_no_room(settings: Settings, tmp_path: Path) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "none")
    request = sent(file=file(10), note="Words")
    assert refusal_of(request, "file") == Refusal.NO_ROOM
    assert request.POST["note"] == "Words"


@pytest.mark.django_db
def test_visitors_fill_no_disk(uploads: Path) -> None:
    """A form is read before it is known who sends it."""
    page = Client().post(
        "/accounts/login/", {"login": "a@b.example", "password": "x", "file": file(3 * 1024**2)}
    )
    assert page.status_code == 200
    assert list(uploads.iterdir()) == []
