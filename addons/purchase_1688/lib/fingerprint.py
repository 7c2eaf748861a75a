"""Fingerprints of pictures: do two of them show the same, whoever saved them again?"""

import hashlib
import io

from PIL import Image

MAX_PIXELS = 40_000_000
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
_STEPS = 8
_FIELDS = 4
_STEP_DIGITS, _COLOUR_DIGITS, _FILE_DIGITS = _STEPS * _STEPS // 4, _FIELDS * _FIELDS * 6, 16
_DIGITS = _STEP_DIGITS + _COLOUR_DIGITS + _FILE_DIGITS
#: bits of 64 in which steps, and how much of 255 in which colours of a picture may differ after it was saved again
_SAME_STEPS, _SAME_COLOUR = 6, 3


def fingerprint(data):
    """What a picture shows, in hexadecimal digits; empty for what is no picture, or a huge one.

    16 digits are 64 steps of brightness: the shape of what it shows. 96 are the colours of 4 × 4 fields, which tell
    goods of one shape apart. The last 16 are the file's own: equal for a file that was copied as it is.
    """
    Image.init()
    try:
        with Image.open(io.BytesIO(data), formats=[name for name in _FORMATS if name in Image.OPEN]) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                return ""
            picture.draft("RGB", (16 * _STEPS, 16 * _STEPS))
            coloured = picture.convert("RGB")
            grey = coloured.convert("L").resize((_STEPS + 1, _STEPS), Image.Resampling.BOX).tobytes()
            fields = coloured.resize((_FIELDS, _FIELDS), Image.Resampling.BOX).tobytes()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return ""
    bits = 0
    for row in range(_STEPS):
        start = row * (_STEPS + 1)
        for column in range(start, start + _STEPS):
            bits = bits << 1 | (grey[column + 1] > grey[column])
    return f"{bits:0{_STEP_DIGITS}x}{fields.hex()}{hashlib.sha256(data).hexdigest()[:_FILE_DIGITS]}"


def same_file(left, right):
    """Whether two fingerprints are of one file."""
    return len(left) == len(right) == _DIGITS and left[-_FILE_DIGITS:] == right[-_FILE_DIGITS:]


def same_picture(left, right):
    """Whether two pictures look the same: one that was saved again, or two goods before one backdrop."""
    if not len(left) == len(right) == _DIGITS:
        return False
    steps = int(left[:_STEP_DIGITS], 16) ^ int(right[:_STEP_DIGITS], 16)
    fields = zip(_colours(left), _colours(right), strict=True)
    return steps.bit_count() <= _SAME_STEPS and all(abs(one - other) <= _SAME_COLOUR for one, other in fields)


def _colours(known):
    return bytes.fromhex(known[_STEP_DIGITS:-_FILE_DIGITS])
