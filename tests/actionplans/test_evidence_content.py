"""Which files are taken as evidence, what is in them by then, and what they are called."""

import hashlib
import io
import zipfile
from contextlib import suppress
from typing import BinaryIO

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image
from pytest_django.fixtures import Settings

from actionplans.evidence.checking import checked
from actionplans.evidence.kinds import EXTENSIONS, KINDS, kind_of_name
from actionplans.evidence.naming import safe_name
from carportal.core.errors import InvalidInput
from tests.actionplans.files import (
    BAD,
    GOOD,
    MAKER,
    OWNER,
    PDF,
    TEXT,
    archive,
    image,
    ooxml,
    open_document,
    photo,
)


def kept(name: str, content: bytes) -> bytes:
    with checked(io.BytesIO(content), name) as file:
        return file.content.read()


def refusal(name: str, content: bytes) -> str:
    with pytest.raises(InvalidInput) as refused, checked(io.BytesIO(content), name):
        pass
    (sentence,) = refused.value.fields["file"]
    return str(sentence)


@pytest.mark.parametrize("name", GOOD)
def test_files_as_people_have_them_are_taken(name: str) -> None:
    with checked(io.BytesIO(GOOD[name]), name) as file:
        content = file.content.read()
    assert file.kind == kind_of_name(name)
    assert (file.size, file.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert file.kind.content.name == "IMAGE" or content == GOOD[name]


@pytest.mark.parametrize("what", BAD)
def test_files_that_are_something_else_are_refused(what: str) -> None:
    name, content = BAD[what]
    assert refusal(name, content).endswith(
        ("choose the new file.", "Choose another one.", "stands still.")
    ) or (kind_of_name(name) is None)


def test_there_are_more_than_a_hundred_of_them() -> None:
    assert len(BAD) > 100


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("old.doc", PDF, "Files of this kind are not taken. Choose a file whose name ends with .pdf, .jpg,"),
        ("a.pdf", b"", "The file is empty."),
        ("a.pdf", TEXT, "The content of this file is not what its name says (PDF), or is damaged."),
        (
            "a.docx",
            ooxml(more={"word/vbaProject.bin": b"x"}),
            "The file has macros in it. Save it without them",
        ),
        ("a.png", BAD["a film"][1], "The content of this file is not what its name says (PNG image)"),
        ("a.webp", BAD["a film"][1], "The image moves. Choose an image that stands still."),
        ("a.png", BAD["an image of 60 million pixels"][1], "The image is larger than 50 million pixels."),
    ],
)
def test_refusals_say_what_to_do(name: str, content: bytes, sentence: str) -> None:
    assert refusal(name, content).startswith(sentence)


def test_a_file_is_no_larger_than_the_setting(settings: Settings) -> None:
    settings.EVIDENCE_FILE_MB = 1
    assert kept("a.txt", b"a" * 1024**2)
    assert refusal("a.txt", b"a" * (1024**2 + 1)).startswith("The file is larger than 1 MB.")


class TestImages:
    @pytest.mark.parametrize(("name", "kind"), [("a.jpg", "JPEG"), ("a.png", "PNG"), ("a.webp", "WEBP")])
    def test_tell_nothing_but_what_one_sees(self, name: str, kind: str) -> None:
        sent = photo(kind)
        assert MAKER.encode() in sent
        assert OWNER.encode() in sent
        written = kept(name, sent)
        assert MAKER.encode() not in written
        assert OWNER.encode() not in written
        picture = Image.open(io.BytesIO(written))
        picture.load()
        assert not picture.getexif()
        assert picture.info.keys() <= {
            "jfif",
            "jfif_version",
            "jfif_unit",
            "jfif_density",
            "loop",
            "background",
            "timestamp",
            "duration",
        }
        assert picture.convert("RGB").getpixel((2, 8))[0] > 200  # type: ignore[index]
        assert picture.convert("RGB").getpixel((21, 8))[2] > 200  # type: ignore[index]

    def test_stand_upright(self) -> None:
        """As the photographer saw it: the red half is above the blue one once the photo is turned."""
        picture = Image.open(io.BytesIO(kept("a.jpg", photo(orientation=6))))
        assert picture.size == (16, 24)
        assert picture.getpixel((8, 2))[0] > 200  # type: ignore[index]

    @pytest.mark.parametrize("behind", [b"<?php system('id'); ?>", ooxml(), PDF])
    @pytest.mark.parametrize(("name", "kind"), [("a.jpg", "JPEG"), ("a.png", "PNG"), ("a.webp", "WEBP")])
    def test_lose_what_stands_behind_them(self, name: str, kind: str, behind: bytes) -> None:
        assert behind[:20] not in kept(name, image(kind) + behind)

    def test_keep_what_one_can_see_through(self) -> None:
        palette = Image.new("RGB", (4, 4), "red").quantize(2)
        sent = io.BytesIO()
        palette.save(sent, "PNG", transparency=palette.getpixel((1, 1)))
        assert Image.open(io.BytesIO(kept("a.png", sent.getvalue()))).convert("RGBA").getpixel((1, 1))[3] == 0  # type: ignore[index]

    @pytest.mark.parametrize("mode", ["L", "CMYK"])
    def test_may_be_of_any_colours(self, mode: str) -> None:
        assert Image.open(io.BytesIO(kept("a.jpg", image(mode=mode)))).size == (24, 16)

    def test_of_a_phone_may_have_a_preview_behind_them(self) -> None:
        sent = image("MPO", save_all=True, append_images=[Image.new("RGB", (4, 4))])
        assert getattr(Image.open(io.BytesIO(sent)), "n_frames", 1) == 2
        assert getattr(Image.open(io.BytesIO(kept("a.jpg", sent))), "n_frames", 1) == 1


class TestOfficeFiles:
    def test_may_have_pictures_charts_and_other_documents_in_them(self) -> None:
        more = {"word/media/image1.png": image("PNG"), "word/embeddings/sheet.xlsx": ooxml("xlsx")}
        assert kept("a.docx", ooxml(more=more))

    def test_may_pack_well(self) -> None:
        assert kept("a.xlsx", ooxml("xlsx", more={"xl/sheet1.xml": b"<c/>" * 2_000_000}))

    def test_may_be_written_as_a_stream(self) -> None:
        """Sizes behind the data instead of before them."""

        class Pipe(io.RawIOBase):
            def __init__(self) -> None:
                self.parts: list[bytes] = []

            def writable(self) -> bool:
                return True

            def write(self, data: bytes) -> int:  # type: ignore[override]
                self.parts.append(bytes(data))
                return len(data)

        pipe = Pipe()
        with (
            zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as packed,
            zipfile.ZipFile(io.BytesIO(ooxml())) as given,
        ):
            for name in given.namelist():
                packed.writestr(name, given.read(name))
        assert kept("a.docx", b"".join(pipe.parts))

    @given(st.data())
    def test_with_any_byte_changed_are_whole_or_refused(self, data: st.DataObject) -> None:
        """None makes the reader stumble."""
        name, good = data.draw(
            st.sampled_from(
                [("a.docx", ooxml()), ("a.odt", open_document()), ("a.zip.xlsx", archive({"a": b"b"}))]
            )
        )
        sent = bytearray(good)
        for _ in range(data.draw(st.integers(1, 3))):
            sent[data.draw(st.integers(0, len(sent) - 1))] = data.draw(st.integers(0, 255))
        with suppress(InvalidInput):
            assert kept(name, bytes(sent)) == bytes(sent)


@given(
    st.sampled_from(sorted(EXTENSIONS)), st.binary(max_size=200), st.sampled_from(sorted(GOOD)), st.booleans()
)
def test_any_bytes_under_any_name_are_taken_or_refused(
    extension: str, noise: bytes, name: str, front: bool
) -> None:
    content = GOOD[name]
    for sent in (noise, noise + content if front else content + noise):
        with suppress(InvalidInput), checked(io.BytesIO(sent), f"a.{extension}") as file:
            assert file.size == len(file.content.read())


class TestNames:
    @pytest.mark.parametrize(
        ("raw", "name"),
        [
            ("Receipts, spring 2026.PDF", "Receipts, spring 2026.pdf"),
            ("photo.JPEG", "photo.jpg"),
            ("Plan v1.2.pdf", "Plan v1.2.pdf"),
            ("../../etc/passwd.pdf", "passwd.pdf"),
            ("C:\\Users\\ana\\report.pdf", "report.pdf"),
            ("invoice.exe.pdf", "invoice_exe.pdf"),
            ("shell.php.jpg", "shell_php.jpg"),
            ("gpj.\u202eexe.pdf", "gpj_exe.pdf"),
            ("a\0b\r\nc.pdf", "ab c.pdf"),
            ('a"b<c>d|e?f*g:h.pdf', "a_b_c_d_e_f_g_h.pdf"),
            ("  ...  .pdf", "file.pdf"),
            ("-rf.pdf", "rf.pdf"),
            ("NUL.pdf", "NUL_.pdf"),
            ("اسناد الدفع.pdf", "اسناد الدفع.pdf"),
            ("领工资单.pdf", "领工资单.pdf"),
            ("re\u0301sume\u0301.pdf", "résumé.pdf"),
            ("a" * 300 + ".pdf", "a" * 100 + ".pdf"),
            ("工" * 300 + ".pdf", "工" * 66 + ".pdf"),
        ],
    )
    def test_are_made_safe(self, raw: str, name: str) -> None:
        kind = kind_of_name(raw)
        assert kind is not None
        assert safe_name(raw, kind) == name

    @settings(max_examples=settings().max_examples // 2)
    @given(st.text(max_size=120), st.sampled_from(sorted(KINDS)))
    @example("\ud800.pdf", "pdf")
    def test_are_safe_whatever_they_were(self, raw: str, kind_name: str) -> None:
        kind = KINDS[kind_name]
        name = safe_name(f"{raw}.{kind.extensions[0]}", kind)
        assert name.endswith(f".{kind.extensions[0]}")
        assert name.isprintable()
        assert not set(name) & set('/\\<>:"|?*%\0\r\n\u202e\u200b')
        assert 4 < len(name) <= 120
        assert len(name.encode()) <= 210
        assert safe_name(name, kind) == name


def test_content_can_be_read_again_from_its_beginning() -> None:
    """The store may read it more than once."""
    with checked(io.BytesIO(TEXT), "a.txt") as file:
        content: BinaryIO = file.content
        assert content.read() == TEXT
        content.seek(0)
        assert content.read() == TEXT
