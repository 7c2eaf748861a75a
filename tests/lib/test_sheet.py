"""Rows out of text, CSV and workbooks; hostile files get a code and nothing else."""

import io
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lib1688 import sheet

ROWS = [("产品", "链接", "数量"), ("红色T恤", "https://detail.1688.com/offer/600000000001.html", "10")]


def _csv(rows, delimiter=","):
    return "\r\n".join(delimiter.join(cells) for cells in rows)


def _cells(read):
    return [cells for _number, cells in read.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_every_encoding_and_separator_is_read(encoding, delimiter):
    assert _cells(sheet.read(_csv(ROWS, delimiter).encode(encoding))) == ROWS


def test_a_person_may_know_the_encoding_better():
    assert _cells(sheet.read("產品,1".encode("big5"), "big5")) == [("產品", "1")]
    assert _cells(sheet.read("café;1\nthé;2".encode("cp1252"))) == [("café", "1"), ("thé", "2")]


def test_a_list_without_separators_has_one_column():
    assert _cells(sheet.read_text("600000000001\n\n600000000002, too\n")) == [("600000000001",), ("600000000002, too",)]


def test_rows_keep_their_numbers_and_quotes_their_lines():
    read = sheet.read_text('a\tb\n\n"two\nlines"\tc\nd\te')
    assert read.rows == ((1, ("a", "b")), (3, ("two\nlines", "c")), (5, ("d", "e")))


def _book(fill):
    book = openpyxl.Workbook()
    fill(book.active)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _repacked(data, change):
    """The workbook with `change(name, bytes)` applied to each part."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part.filename, change(part.filename, old.read(part)))
    return out.getvalue()


def test_a_workbook_is_read_as_it_was_typed():
    def fill(table):
        table.append(["Product", "Offer", "Pack"])
        table.append(["A", 600000000001, 2.5])
        table.append([None, None, None])
        table.append(["B", 600000000002.0, True])

    read = sheet.read(_book(fill))
    assert read.rows == (
        (1, ("Product", "Offer", "Pack")),
        (2, ("A", "600000000001", "2.5")),
        (4, ("B", "600000000002", "1")),
    )


def test_what_a_workbook_says_of_its_size_is_not_believed():
    def lie(name, data):
        if "sheet1" in name:
            data = data.replace(b'ref="A1:A2"', b'ref="A1:XFD1048576"').replace(b'<row r="2"', b'<row r="1048576"')
            return data.replace(b'r="A2"', b'r="A1048576"')
        return data

    book = _repacked(_book(lambda table: [table.append(["x"]), table.append(["y"])]), lie)
    assert _cells(sheet.read(book)) == [("x",)]


def _code(data):
    with pytest.raises(sheet.SheetProblem) as caught:
        sheet.read(data)
    return caught.value.code


def test_hostile_and_unusable_files_have_a_code():
    book = _book(lambda table: table.append(["x"]))
    doctype = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>'
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (sheet.MAX_UNPACKED + 1))
    assert len(bomb.getvalue()) < 100_000
    assert _code(bomb.getvalue()) == "bomb"
    assert _code(_repacked(book, lambda _name, data: doctype + data)) == "bomb"
    assert _code(b"x" * (sheet.MAX_BYTES + 1)) == "too_big"
    assert _code(b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le")) == "encrypted"
    assert _code(b"\xd0\xcf\x11\xe0old") == "old_excel"
    assert _code(b"PK\x03\x04 nothing") == "broken"
    assert _code(_repacked(book, lambda name, data: b"<x" if "sheet1" in name else data)) == "broken"
    assert _code(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0") == "broken"
    assert _code(b"  \n ") == "empty"
    assert _code(("x\n" * (sheet.MAX_ROWS + 2)).encode()) == "too_many_rows"
    assert _code((";".join("x" * 61) + "\n").encode()) == "too_many_columns"
    assert _code(b'a,b\n"' + b"never closed\n" * 1000) == "cell_too_long"
    assert _code(b"x" * 200_000) == "cell_too_long"


def test_a_formula_without_a_result_is_told():
    assert _code(_book(lambda table: table.append(["x", "=1+1"]))) == "formula"


_text = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12).map(
    lambda text: sheet._ILLEGAL.sub("", sheet.unicodedata.normalize("NFC", text)).strip()
)


@given(st.lists(st.tuples(_text, _text, _text), min_size=1, max_size=6))
def test_what_is_written_is_read_again(rows):
    rows = [("first", "second", "third"), *rows]
    wanted = [row for row in rows if any(row)]
    assert _cells(sheet.read(sheet.write_csv(rows))) == wanted
    assert _cells(sheet.read(sheet.write_xlsx(rows))) == wanted


@pytest.mark.parametrize("evil", ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "\t=1", "＝1", "'=1"])
def test_no_cell_is_a_formula(evil):
    line = sheet.write_csv([["a", evil]]).decode("utf-8-sig")
    assert line.split(",", 1)[1].lstrip('"').startswith("'")
    book = openpyxl.load_workbook(io.BytesIO(sheet.write_xlsx([[evil]])))
    assert book.active["A1"].data_type == "s"


@given(st.binary(max_size=300))
def test_any_bytes_are_rows_or_a_problem(data):
    try:
        read = sheet.read(data)
    except sheet.SheetProblem:
        return
    assert all(len(cells) == read.width for cells in _cells(read))
