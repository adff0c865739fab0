"""Every script that suppliers write in: set without a box, broken where it may be, named where no font has it."""

import io
from datetime import UTC, datetime

import pytest
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from carportal.core import cjk
from carportal.core.fonts import faces_for, missing_from
from carportal.core.pdf import render_pdf
from carportal.core.scripts import made_ready
from tests.core.glyphs import boxes_in, families_of, file_of, fonts_of

SCRIPTS = {
    "Latin": "Žofie, Łódź, Ærøskøbing, Người lao động đã trả phí, Ọjọ́, ﬁ “–” €",
    "Cyrillic": "Рабочие заплатили сборы, Ґ ї Ө ұ",
    "Greek": "Οι εργάτες πλήρωσαν, ᾧ",
    "Arabic": "العمال دفعوا رسوما ٣",
    "Urdu": "کارکنوں نے فیس ادا کی ہے۔ ٹڈڑھے",
    "Hebrew": "הָעוֹבדים שילמו עמלות",
    "Bengali": "শ্রমিকরা ফি দিয়েছে ৳",
    "Devanagari": "श्रमिकों ने शुल्क दिया।",
    "Tamil": "தொழிலாளர்கள் கட்டணம் செலுத்தினர்",
    "Telugu": "కార్మికులు రుసుము చెల్లించారు",
    "Thai": "คนงานจ่ายค่าธรรมเนียม น้ำ ๓",
    "Khmer": "កម្មករបានបង់ថ្លៃឈ្នួល ។",
    "Burmese": "အလုပ်သမားများသည် အခကြေးငွေပေးခဲ့ရသည်။",
    "Chinese": "工人支付了费用。“合同”，2026 年",
    "Japanese": "労働者は手数料を払った。カタカナー、ｶﾅ",
    "Korean": "노동자들이 수수료를 냈다",
    "signs": "✓ ☐ → ⚠ ♿ 👍 ½ ‰ …",
}


def pdf_of(body: str) -> PdfReader:
    html = f'<!doctype html><html lang="en-gb"><head><title>x</title></head><body>{body}</body></html>'
    pdf = render_pdf(
        html=made_ready(html), title="x", identifier=b"0" * 16, created=datetime(2026, 11, 22, tzinfo=UTC)
    )
    return PdfReader(io.BytesIO(pdf))


def test_no_script_is_set_in_boxes() -> None:
    reader = pdf_of("".join(f"<p>{name}: {text} <b>{text}</b></p>" for name, text in SCRIPTS.items()))
    assert boxes_in(reader) == []
    assert families_of(reader) == {
        "NotoSans", "NotoSansArabic", "NotoSansHebrew", "NotoSansBengali", "NotoSansDevanagari",
        "NotoSansTamil", "NotoSansTelugu", "NotoSansThai", "NotoSansKhmer", "NotoSansMyanmar",
        "NotoSansCJK", "NotoEmoji",
    }  # fmt: skip


def test_a_box_would_be_found() -> None:
    """Were the look at the glyphs blind, the test above would pass with any font."""
    html = '<!doctype html><html lang="en"><head><title>x</title></head><body>ᏣᎳᎩ</body></html>'
    pdf = render_pdf(html=html, title="x", identifier=b"0" * 16, created=datetime(2026, 11, 22, tzinfo=UTC))
    reader = PdfReader(io.BytesIO(pdf))
    foreign = families_of(reader) - {"NotoSans"}
    assert boxes_in(reader) or foreign, "neither a box nor a font of the machine"


def test_fonts_are_embedded_as_subsets() -> None:
    fonts = fonts_of(pdf_of("<p>A few letters, 工人</p>"))
    assert fonts
    for font in fonts.values():
        file = file_of(font)
        drawn = [name for name in file.getGlyphOrder() if not _is_empty(file, name)]
        assert len(drawn) < 20


def _is_empty(file: TTFont, name: str) -> bool:
    if "glyf" in file:
        return file["glyf"][name].numberOfContours == 0
    return len(file["CFF "].cff[0].CharStrings[name].bytecode or b"") < 5


class TestChineseJapaneseAndKorean:
    @pytest.mark.parametrize(
        ("text", "variant"),
        [
            ("Fees", None),
            ("工人", cjk.CHINESE),
            ("労働者は", cjk.JAPANESE),
            ("勞動者 노동자", cjk.KOREAN),
            ("コスト, 工人", cjk.JAPANESE),
        ],
    )
    def test_are_drawn_as_their_readers_write_them(self, text: str, variant: int | None) -> None:
        assert cjk.variant_of(text) == variant

    def test_the_same_character_differs_between_them(self) -> None:
        bone = [cjk.cut_font(variant, 400, [ord("骨")]) for variant in (cjk.JAPANESE, cjk.CHINESE)]
        assert bone[0] != bone[1]

    def test_a_font_has_what_was_asked_for_and_is_the_same_each_time(self) -> None:
        first, second = (cjk.cut_font(cjk.CHINESE, 700, map(ord, "工人a")) for _ in range(2))
        assert first == second
        assert set(TTFont(io.BytesIO(first)).getBestCmap()) == set(map(ord, "工人a"))

    def test_stands_right_after_the_base_font(self) -> None:
        families = list(dict.fromkeys(face.family for face in faces_for("தமிழ் 工人")))
        assert families == ["NotoSans", "NotoSansCJK", "NotoSansTamil"]


class TestWithoutFont:
    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("ᏣᎳᎩ", "[text in Cherokee script]"),
            ("Said ᏣᎳᎩ ᎦᏬᏂ, then more", "Said [text in Cherokee script], then more"),
            ("𐌀𐌁 and 𓀀", "[text in Old Italic script] and [text in Egyptian script]"),
            ("ᏣᎳᎩ𐌀𐌁", "[text in Cherokee script] [text in Old Italic script]"),
            ("𐀀", "[text in Linear B script]"),
            ("🀇", "[mahjong tile one of characters]"),
            ("\ue000\U000f0000", "[unknown character]"),
            ("e\u200d\ufe0f\u2066x", "e\u200d\ufe0f\u2066x"),
        ],
    )
    def test_is_named_in_brackets(self, text: str, shown: str) -> None:
        ready = made_ready(text)
        unseen = dict.fromkeys(map(ord, "\u200d\ufe0f\u2066"))
        assert ready.translate(unseen) == shown.translate(unseen)

    def test_and_nothing_is_missing_then(self) -> None:
        assert missing_from(made_ready("ᏣᎳᎩ 𓀀 🀄 \ue000")) == frozenset()

    def test_leaves_markup_as_it_is(self) -> None:
        html = '<p title="ᏣᎳᎩ &amp; x">ᏣᎳᎩ &lt;b&gt;</p>'
        name = "[text in Cherokee script]"
        assert made_ready(html) == f'<p title="{name} &amp; x">{name} &lt;b&gt;</p>'


class TestBreaks:
    @pytest.mark.parametrize(
        ("text", "syllables"),
        [
            ("កម្មករបាន", "ក ម្ម ក រ បា ន"),
            ("ឈ្នួល", "ឈ្នួ ល"),
            ("မြန်မာ", "မြန် မာ"),
            ("အလုပ်သမား", "အ လုပ် သ မား"),
            ("ကျွန်တော်", "ကျွန် တော်"),
            ("မင်္ဂလာ", "မင်္ဂ လာ"),
            ("Latin, ไทย, 工人", "Latin, ไทย, 工人"),
        ],
    )
    def test_khmer_and_burmese_break_before_a_syllable(self, text: str, syllables: str) -> None:
        ready = made_ready(text)
        assert ready.replace("\u200b", "") == text
        if "\u200b" in ready:
            assert ready.split("\u200b") == syllables.split()
        else:
            assert text == syllables
