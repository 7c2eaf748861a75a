"""Fingerprints of pictures: the same for the same picture, empty for what is none."""

import io

from lib1688.fingerprint import fingerprint, same_file, same_picture
from PIL import Image, ImageDraw


def drawn(colour=(200, 30, 30), size=300, **save):
    picture = Image.new("RGB", (size, size), (240, 240, 240))
    ImageDraw.Draw(picture).ellipse((size // 5, size // 4, size // 2, size * 4 // 5), fill=colour)
    out = io.BytesIO()
    picture.save(out, **({"format": "JPEG"} | save))
    return out.getvalue()


def test_same_picture_saved_again():
    first = fingerprint(drawn())
    assert same_file(first, fingerprint(drawn()))
    for again in (drawn(size=200, quality=60), drawn(format="PNG")):
        assert same_picture(first, fingerprint(again))
        assert not same_file(first, fingerprint(again))


def test_other_picture():
    flat = Image.linear_gradient("L").resize((100, 100)).rotate(90)
    out = io.BytesIO()
    flat.save(out, "PNG")
    assert not same_picture(fingerprint(drawn()), fingerprint(out.getvalue()))
    assert not same_picture(fingerprint(drawn()), fingerprint(drawn(colour=(30, 30, 200)))), "the next colour"


def test_nothing_is_like_no_picture():
    for known in ("", "-", "00ff00ff00ff00ff", fingerprint(drawn())):
        assert not same_picture("", known)
        assert not same_file("", known)


def test_what_is_no_picture_has_none():
    for data in (b"", b"<svg onload='alert(1)'/>", b"\x89PNG\r\n\x1a\nrubbish", drawn()[:50]):
        assert fingerprint(data) == ""
    bomb = io.BytesIO()
    Image.new("1", (7000, 6000)).save(bomb, "PNG")
    assert fingerprint(bomb.getvalue()) == ""
