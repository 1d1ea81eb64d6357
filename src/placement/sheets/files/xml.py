"""XML: the parts of a workbook, small ones whole and large ones as a stream of elements.

`placement.sheets.files.unpacking` has refused files that declare entities, and files that are too large, before this.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from typing import IO
from xml.etree.ElementTree import Element
from xml.parsers import expat

from defusedxml import ElementTree

_PART = 65_536


def tree_of(packed: zipfile.ZipFile, part: str) -> Element:
    """Read a small part whole."""
    root: Element = ElementTree.fromstring(packed.read(part))
    return root


def named(tree: Element, name: str) -> Iterator[Element]:
    """Yield the elements of a name below an element, in any namespace: strict and transitional files differ in it."""
    return (element for element in tree.iter() if element.tag.rpartition("}")[2] == name)


def stream(
    content: IO[bytes],
    begin: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    text: Callable[[str], None],
) -> None:
    """Read a part element by element; names come without their prefix."""
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: begin(name.rpartition("}")[2], attributes)
    parser.EndElementHandler = lambda name: end(name.rpartition("}")[2])
    parser.CharacterDataHandler = text
    while part := content.read(_PART):
        parser.Parse(part)
    parser.Parse(b"", True)  # noqa: FBT003 (expat's own way to say that the part ends)
