"""Images are drawn anew: what is kept is what one sees, and nothing that rode along with it.

Where and when a photo was taken, by whom, its preview from before it was cropped, texts behind the last
byte: none of it is a pixel, so none of it is written again.
"""

from threading import Lock
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from actionplans.evidence.checking.refusing import not_what_it_says, refused
from actionplans.evidence.kinds import FileKind
from carportal.core.errors import InvalidInput

MAX_PIXELS = 50_000_000  # what phones take; 150 MB of memory
FORMATS = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP"}
OPTIONS: dict[str, dict[str, Any]] = {"jpeg": {"quality": 92}, "png": {}, "webp": {"quality": 92}}
MODES = {"jpeg": ("RGB", "L"), "png": ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"), "webp": ("RGB", "RGBA")}

# Several large images at once would need more memory than a web server has.
_one_at_a_time = Lock()


def write_without_metadata(content: BinaryIO, kind: FileKind, *, into: BinaryIO) -> None:
    """The first picture of the file, upright; InvalidInput for none, a film, or more pixels than fit."""
    with _one_at_a_time:
        picture = _picture(content, kind)
        if picture.mode not in MODES[kind.name]:
            picture = picture.convert(
                "RGBA" if "RGBA" in MODES[kind.name] and picture.has_transparency_data else "RGB"
            )
        # A palette's transparent entry is a part of the picture; comments, profiles and dates are not.
        kept = {"transparency"} & picture.info.keys() if picture.mode == "P" else set()
        picture.info = {name: picture.info[name] for name in kept}
        picture.save(into, FORMATS[kind.name], **OPTIONS[kind.name])


def _picture(content: BinaryIO, kind: FileKind) -> Image.Image:
    content.seek(0)
    try:
        picture = Image.open(content, formats=[FORMATS[kind.name]])
        _check_worth(picture, kind)
        picture.load()
        ImageOps.exif_transpose(picture, in_place=True)
    except InvalidInput:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except Exception as error:  # the edge: a decoder may answer broken bytes with any error
        raise not_what_it_says(kind) from error
    return picture


def _check_worth(picture: Image.Image, kind: FileKind) -> None:
    """By what the file says of itself, before a single pixel is decoded."""
    if picture.width * picture.height > MAX_PIXELS:
        raise _too_many_pixels()
    # A JPEG's further pictures are previews that phones add.
    if kind.name != "jpeg" and getattr(picture, "n_frames", 1) > 1:
        raise refused(_("The image moves. Choose an image that stands still."))


def _too_many_pixels() -> InvalidInput:
    return refused(
        _("The image is larger than %(pixels)s million pixels. Save it smaller, and choose the new file.")
        % {"pixels": MAX_PIXELS // 1_000_000}
    )
