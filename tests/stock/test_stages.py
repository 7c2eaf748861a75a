"""The stage of a parcel, from the platform's two vocabularies and from the scans."""

import pytest
import tracking1688_stages as stages


@pytest.mark.parametrize(
    ("status", "stage"),
    [
        ("WAITACCEPT", "waiting"),
        ("ACCEPT", "accepted"),
        ("TRANSPORT", "transit"),
        ("DELIVERING", "delivering"),
        ("SIGN", "signed"),
        ("AGENT_SIGN", "signed"),
        ("UNSIGN", "problem"),
        ("NOGET", "problem"),
        ("CANCEL", "cancelled"),
        (" sign ", "signed"),
        ("SOMETHING_NEW", None),
        (None, None),
    ],
)
def test_status(status, stage):
    assert stages.of_status(status) == stage


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("快件已揽收", "accepted"),
        ("到达杭州转运中心", "transit"),
        ("正在派送途中", "delivering"),
        ("派送失败，收件人拒收", "problem"),
        ("快件退回发件人", "returned"),
        ("已签收，签收人：门卫", "signed"),
        ("Out for delivery", "delivering"),
        ("包裹已称重", None),
        ("", None),
    ],
)
def test_text(text, stage):
    assert stages.of_text(text) == stage


def test_newest_scan_refines_under_way():
    assert stages.current("TRANSPORT", "正在派送途中") == "delivering"
    assert stages.current("TRANSPORT", "快件退回发件人") == "returned"


def test_scan_alone_never_signs():
    assert stages.current("TRANSPORT", "已签收") == "transit"
    assert stages.current(None, "已签收") == "waiting"


def test_status_beats_scan():
    assert stages.current("SIGN", "正在派送途中") == "signed"


def test_unknown_status_keeps_the_stage():
    assert stages.current("BRAND_NEW", "", "delivering") == "delivering"


def test_numbers_are_normalised():
    assert stages.normalise(" yt-998 123\t") == "YT998123"
    assert stages.normalise(None) == ""


@pytest.mark.parametrize(
    ("code", "is_one"),
    [
        ("YT9981234567", True),
        ("78000000000001", True),
        ("P00042", False),
        ("hello world", False),
        ("A" * 40, False),
    ],
)
def test_looks_like_waybill(code, is_one):
    assert stages.looks_like_waybill(code) is is_one
