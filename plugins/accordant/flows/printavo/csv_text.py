"""The text of a file of orders: which encoding it has, and whether it is text at all."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from accordant.flows.printavo.csv_findings import FileRefused, Place

UTF_8, UTF_16, WINDOWS_1252 = "UTF-8", "UTF-16", "Windows-1252"

_SAVE_AS_CSV = "Open it in Excel and save it as 'CSV UTF-8 (comma delimited)', then drop it again."
_SIGNATURES = (
    (b"PK\x03\x04", "an Excel workbook (.xlsx) or a zip archive"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook (.xls)"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a compressed file (gzip)"),
    (b"7z\xbc\xaf\x27\x1c", "a compressed file (7z)"),
    (b"{\\rtf", "a Word document (rtf)"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
)
_DOS_END_OF_FILE = "\x1a"


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a file, without its byte order mark."""

    text: str
    encoding: str


def text_of(content: bytes, most_bytes: int) -> Text:
    """Return the text of a file.

    Raises:
        FileRefused: it is empty, too large, no text, or in no encoding that is known.
    """
    if len(content) > most_bytes:
        raise FileRefused(
            f"The file has {len(content)} bytes, more than the {most_bytes} that are taken. "
            "Split it, or keep only the orders whose dates change, then drop it again."
        )
    for signature, name in _SIGNATURES:
        if content.startswith(signature):
            raise FileRefused(f"This is {name} with the name of a CSV file. {_SAVE_AS_CSV}")
    decoded = _decoded(content)
    text = Text(decoded.text.rstrip(_DOS_END_OF_FILE), decoded.encoding)
    _must_be_a_table(text.text)
    return text


def _decoded(content: bytes) -> Text:
    if content.startswith(codecs.BOM_UTF8):
        return Text(_strict(content[len(codecs.BOM_UTF8) :], "utf-8"), UTF_8)
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Text(_strict(content, "utf-16"), UTF_16)
    if b"\x00" in content:
        raise FileRefused(_words_on_zeros(content))
    try:
        return Text(content.decode("utf-8"), UTF_8)
    except UnicodeDecodeError:
        return Text(_strict(content, "windows-1252"), WINDOWS_1252)


def _strict(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        known = content[: error.start].decode(encoding, "replace")
        line = 1 + known.count("\n") + known.count("\r") - known.count("\r\n")
        raise FileRefused(
            f"The file cannot be read as text: byte {error.start + 1} is no character of {encoding}. {_SAVE_AS_CSV}",
            Place(line),
        ) from error


def _words_on_zeros(content: bytes) -> str:
    for half in (content[0::2], content[1::2]):
        if half.count(0) * 2 > len(half):
            return f"The file is 'Unicode text' (UTF-16) without the mark that says so. {_SAVE_AS_CSV}"
    return f"The file holds bytes that no text has, so it is no CSV file or is damaged. {_SAVE_AS_CSV}"


def _must_be_a_table(text: str) -> None:
    if "\x00" in text:
        raise FileRefused(_words_on_zeros(b""))
    begin = text.lstrip("\ufeff \t\r\n")[:1]
    if not begin:
        raise FileRefused("The file is empty. Export the orders again, with their header line, then drop it again.")
    if begin == "<":
        raise FileRefused(
            f"This is a web page (HTML or XML) with the name of a CSV file, as when a download needed a login. "
            f"Download it again. {_SAVE_AS_CSV}"
        )
