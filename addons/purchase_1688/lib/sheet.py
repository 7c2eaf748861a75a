"""Rows out of what people have: pasted text, CSV in any encoding, XLSX; and rows into files that are safe to open.

What cannot be read raises `SheetProblem` with a code; the caller has the sentence. Every size has a limit, and a file
is measured before it is unpacked.
"""

import csv
import io
import re
import unicodedata
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass

MAX_BYTES = 10_000_000
MAX_UNPACKED = 60_000_000
MAX_PARTS = 2_000
MAX_ROWS = 5_000
MAX_COLUMNS = 60
MAX_CELL = 4_000
DELIMITERS = (",", ";", "|")
ENCODINGS = ("utf-8", "gb18030", "utf-16", "big5", "cp1252")
SNIFFED_LINES = 50

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
#: a cell that begins like this is a formula to a spreadsheet program
_FORMULA = re.compile(r"^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_GUARDED = re.compile(r"^'[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class SheetProblem(Exception):
    """A file or text that cannot be read as rows.

    Codes: empty, too_big, too_many_rows, too_many_columns, cell_too_long, encoding, broken, bomb, encrypted, old_excel,
    no_table, formula.
    """

    def __init__(self, code, **facts):
        super().__init__(code, facts)
        self.code = code
        self.facts = facts


@dataclass(frozen=True)
class Sheet:
    """`rows` are (number in the file, cells); empty rows are left out, all rows are equally long."""

    rows: tuple[tuple[int, tuple[str, ...]], ...]
    kind: str
    encoding: str = ""

    @property
    def width(self):
        return len(self.rows[0][1]) if self.rows else 0


def read(data, encoding=""):
    """Read the bytes of a file; what it is, is seen from its content and not from its name.

    :param encoding: of a text file, where the person knows better than we guess
    """
    if len(data) > MAX_BYTES:
        raise SheetProblem("too_big", limit=MAX_BYTES // 1_000_000)
    if data.startswith(_ZIP):
        return _finish(_read_xlsx(data), "xlsx")
    if data.startswith(_OLE):
        raise SheetProblem("encrypted" if _ENCRYPTED in data else "old_excel")
    text, used = _decode(data, encoding)
    return _finish(_read_text(text), "csv", used)


def read_text(text):
    """Read a pasted text."""
    if len(text or "") > MAX_BYTES:
        raise SheetProblem("too_big", limit=MAX_BYTES // 1_000_000)
    return _finish(_read_text(text or ""), "text")


def _finish(rows, kind, encoding=""):
    """Bounded, trimmed, without empty rows and without empty columns at the end."""
    kept = []
    for number, cells in rows:
        cells = [_clean(cell, number) for cell in cells[: MAX_COLUMNS + 1]]
        if any(cells):
            kept.append((number, cells))
        if len(kept) > MAX_ROWS + 1:  # one more may be the headings
            raise SheetProblem("too_many_rows", limit=MAX_ROWS)
    if not kept:
        raise SheetProblem("empty")
    width = max(index for _number, cells in kept for index, cell in enumerate(cells, start=1) if cell)
    if width > MAX_COLUMNS:
        raise SheetProblem("too_many_columns", limit=MAX_COLUMNS)
    padded = ((number, tuple((cells + [""] * width)[:width])) for number, cells in kept)
    return Sheet(tuple(padded), kind, encoding)


def _clean(cell, number):
    if len(cell) > MAX_CELL:
        raise SheetProblem("cell_too_long", row=number, limit=MAX_CELL)
    cell = _ILLEGAL.sub("", unicodedata.normalize("NFC", cell)).strip()
    return cell[1:] if _GUARDED.match(cell) else cell


# --- text


def _decode(data, encoding):
    if encoding:
        if encoding not in ENCODINGS:
            raise SheetProblem("encoding")
        candidates = [encoding]
    else:
        candidates = _guess_encodings(data)
    for candidate in candidates:
        try:
            return data.decode(candidate).removeprefix("\ufeff"), candidate
        except UnicodeError:
            continue
    raise SheetProblem("encoding")


def _guess_encodings(data):
    for mark, name in _BOMS:
        if data.startswith(mark):
            return [name]
    even, odd = data[:4000:2].count(0), data[1:4000:2].count(0)
    if bool(even) != bool(odd):  # in UTF-16 one byte of each Latin letter and separator is zero
        return ["utf-16-le" if odd else "utf-16-be"]
    if even:
        raise SheetProblem("broken")
    return ["utf-8", "gb18030", "cp1252"]


def _read_text(text):
    """Rows of a text with separated values; a text without separators has one column."""
    delimiter = sniff(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter or "\x1f", strict=False)
    started = 1
    try:
        for cells in reader:
            yield started, cells
            started = reader.line_num + 1
    except csv.Error as error:
        # the only one that a lenient reader has is a field beyond all measure: an open quotation mark
        raise SheetProblem("cell_too_long", row=started, limit=MAX_CELL) from error


def sniff(text):
    """The separator that cuts most lines into equally many cells, more than one; "" if none does.

    A tab in most lines is enough, since nobody types one in a text.
    """
    lines = [line for line in text[:200_000].splitlines() if line.strip()][:SNIFFED_LINES]
    if sum("\t" in line for line in lines) * 2 > len(lines):
        return "\t"
    best, delimiter = (0, 0), ""
    for candidate in DELIMITERS:
        try:
            widths = Counter(len(cells) for cells in csv.reader(lines, delimiter=candidate) if cells)
        except csv.Error:
            continue
        width, times = max(widths.items(), key=lambda item: (item[0] > 1, item[1], item[0]), default=(1, 0))
        if width > 1 and (times, width) > best and times * 2 > len(lines):
            best, delimiter = (times, width), candidate
    return delimiter


# --- workbooks


def _read_xlsx(data):
    _check_parts(data)
    try:
        rows = list(_cells(data, values=True))
        formulas = list(_cells(data, values=False))
    except SheetProblem:
        raise
    except Exception as error:  # openpyxl raises what it happens upon: KeyError, ValueError, ParseError …
        raise SheetProblem("broken") from error
    for (number, values), (_number, texts) in zip(rows, formulas, strict=True):
        for index, (value, text) in enumerate(zip(values, texts, strict=True)):
            if value is None and isinstance(text, str) and text.startswith("="):
                raise SheetProblem("formula", row=number, column=index + 1)
    return ((number, [_text(value) for value in values]) for number, values in rows)


def _check_parts(data):
    """Refuse archives that unpack to too much, and XML that defines entities, before anything is parsed."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise SheetProblem("bomb")
            if any(part.flag_bits & 1 for part in parts):
                raise SheetProblem("encrypted")
            if "xl/workbook.xml" not in archive.namelist():
                raise SheetProblem("no_table")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    # a part never unpacks to more than it says it does
                    text = archive.read(part).replace(b"\0", b"")
                    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                        raise SheetProblem("bomb")
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError, OSError, ValueError) as error:
        raise SheetProblem("broken") from error
    except zlib.error as error:
        raise SheetProblem("broken") from error


def _cells(data, values):
    """(number, cells) of the first visible table; `values`: what formulas resulted in, else the formulas."""
    import openpyxl  # only where a workbook is read: it takes a while to load

    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=values, keep_links=False)
    try:
        table = next((sheet for sheet in book.worksheets if sheet.sheet_state == "visible"), None)
        if table is None:
            raise SheetProblem("no_table")
        table.reset_dimensions()  # what a file says about its size may be a lie
        cells = table.iter_rows(max_row=MAX_ROWS + 2, max_col=MAX_COLUMNS + 1, values_only=True)
        yield from enumerate(cells, start=1)
    finally:
        book.close()


def _text(value):
    """A cell as a person typed it: no `.0` behind whole numbers, no `None`."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)


# --- writing


def guard(text):
    """The text, with an apostrophe before it where a spreadsheet program would take it for a formula."""
    return f"'{text}" if _FORMULA.match(text) or _GUARDED.match(text) else text


def write_csv(rows):
    """Bytes of a CSV that Excel opens with the right letters and that runs nothing."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerows([[guard(_ILLEGAL.sub("", str(cell))) for cell in cells] for cells in rows])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def write_xlsx(rows, title="1688"):
    """Bytes of a workbook in which every cell is text, long numbers and what looks like a formula included."""
    import openpyxl
    from openpyxl.cell import WriteOnlyCell

    book = openpyxl.Workbook(write_only=True)
    table = book.create_sheet(title)
    for cells in rows:
        line = []
        for cell in cells:
            written = WriteOnlyCell(table, value="")
            text = _ILLEGAL.sub("", str(cell))
            written.value = f"'{text}" if _GUARDED.match(text) else text  # reading takes one away
            written.data_type = "s"
            written.number_format = "@"
            line.append(written)
        table.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
