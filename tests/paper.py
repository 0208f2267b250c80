"""Looking at a PDF: what it says to a program that reads it, and what it shows on paper."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pypdf
import typst
from PIL import Image


class Paper:
    """A PDF, read by pypdf."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.reader = pypdf.PdfReader(io.BytesIO(content))
        self.catalogue = self.reader.trailer["/Root"]

    @property
    def text(self) -> str:
        return " ".join(" ".join(page.extract_text() for page in self.reader.pages).split())

    @property
    def is_accessible(self) -> bool:
        """Whether it says of itself that it keeps PDF/UA. Typst says so only of what it has checked."""
        return b"pdfuaid:part" in self.catalogue["/Metadata"].get_data()

    @property
    def letters(self) -> dict[str, list[str]]:
        """What each font within it holds a drawing for."""
        found = {}
        for page in self.reader.pages:
            for font in page["/Resources"]["/Font"].values():
                name = font["/BaseFont"].partition("+")[2].removesuffix("-Identity-H")
                tables = re.findall(r"beginbfchar(.*?)endbfchar", font["/ToUnicode"].get_data().decode(), re.DOTALL)
                texts = re.findall(r"<[0-9A-F]{4}> <([0-9A-F]+)>", "".join(tables))
                found[name] = [bytes.fromhex(text).decode("utf-16-be") for text in texts]
        return found

    @property
    def pictures(self) -> list[str]:
        """What a reader of the screen says in place of each picture."""
        return [node["/Alt"] for node in _below(self.catalogue["/StructTreeRoot"]) if node.get("/S") == "/Figure"]

    def drawn(self, folder: Path, ppi: int = 150) -> Image.Image:
        """The first page as it is printed."""
        (folder / "page.pdf").write_bytes(self.content)
        (folder / "page.typ").write_text('#set page(width: auto, height: auto, margin: 0pt)\n#image("page.pdf")')
        return Image.open(io.BytesIO(typst.compile(str(folder / "page.typ"), format="png", ppi=ppi)))


def _below(node: pypdf.generic.DictionaryObject) -> list[pypdf.generic.DictionaryObject]:
    kids = node.get("/K", [])
    kids = [kid.get_object() for kid in (kids if isinstance(kids, list) else [kids])]
    nodes = [kid for kid in kids if isinstance(kid, dict)]
    return nodes + [each for kid in nodes for each in _below(kid)]
