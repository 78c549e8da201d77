"""How is a PDF written anew, so that it can be read and does nothing else?

Only what the pages show survives: every action but a jump inside the document, every script, form program, attached
file, sound, film and 3D view goes, and so do earlier revisions and what the file tells about its author. The list is
of what may stay (`_HARMLESS_ACTIONS`), not of what must go: an action invented tomorrow goes too. Sources: ISO
32000-2, tables 29 (catalog), 166 (annotations), 201 (actions).
"""

import io
from collections.abc import Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, ObjectStreamMode, Pdf, StreamDecodeLevel, settings

from countermark.evidence.copies import Copy
from countermark.evidence.limits import DEFAULT, Limits
from countermark.evidence.pdf_bombs import refuse_bombs
from countermark.evidence.refusals import UploadRefused

# Process-wide, so set once, here: an object stream of 1 MB may unpack to 1 GB, and qpdf sets no bound of its own.
settings.set_qpdf_limits(flate_max_memory=DEFAULT.max_decoded_bytes, run_length_max_memory=DEFAULT.max_decoded_bytes)

_HARMLESS_ACTIONS = {"/GoTo", "/Named"}
_ACTION_HOLDERS = ("/A", "/PA", "/OpenAction", "/AA", "/Next")
_CATALOG_GOES = (
    "/OpenAction", "/AA", "/AF", "/Collection", "/Metadata", "/PieceInfo", "/Perms", "/Legal", "/Requirements",
    "/SpiderInfo", "/URI", "/Extensions", "/DSS",
)  # fmt: skip
_NAMES_GO = {
    "/JavaScript": {"scripts_removed"},
    "/EmbeddedFiles": {"attachments_removed"},
    "/Renditions": {"attachments_removed"},
    "/AlternatePresentations": set[str](),
    "/URLS": set[str](),
    "/IDS": set[str](),
}
_ANNOTATIONS_GO = {"/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D", "/TrapNet", "/Projection"}
_KNOWN_ACTIONS = {
    "/JavaScript", "/Launch", "/URI", "/SubmitForm", "/ImportData", "/ResetForm", "/GoToR", "/GoToE", "/GoToDp",
    "/Thread", "/Sound", "/Movie", "/Hide", "/SetOCGState", "/Rendition", "/Trans", "/GoTo3DView", "/RichMediaExecute",
}  # fmt: skip
_SCRIPTS = {"/JavaScript", "/Rendition", "/RichMediaExecute"}


def rewrite_pdf(content: bytes, name: str, limits: Limits) -> Copy:
    """Read `content` strictly and write a harmless copy, or raise UploadRefused with a code that begins with `pdf_`."""
    try:
        with pikepdf.open(io.BytesIO(content), attempt_recovery=False) as pdf:
            return _rewritten(pdf, name, limits)
    except pikepdf.PasswordError as locked:
        raise UploadRefused("pdf_locked", name=name) from locked
    except (pikepdf.PdfError, pikepdf.DataDecodingError, ValueError, TypeError, KeyError, AttributeError) as broken:
        raise UploadRefused("pdf_broken", name=name) from broken


def _rewritten(pdf: Pdf, name: str, limits: Limits) -> Copy:
    if pdf.is_encrypted:
        raise UploadRefused("pdf_locked", name=name)
    if len(pdf.objects) > limits.max_objects:
        raise UploadRefused("pdf_too_complex", name=name)
    pages = _count_pages(pdf, name, limits)
    refuse_bombs(pdf, name, limits)
    changes = _disarm(pdf)
    out = io.BytesIO()
    # Streams stay packed as they are; that they do not unpack to too much was counted (pdf_bombs.py).
    asleep = StreamDecodeLevel.none
    pdf.save(out, object_stream_mode=ObjectStreamMode.generate, stream_decode_level=asleep, deterministic_id=True)
    _refuse_guesswork(pdf, name)
    return Copy(out.getvalue(), pages, None, None, tuple(sorted(changes)))


def _count_pages(pdf: Pdf, name: str, limits: Limits) -> int:
    """Walk the page tree, not its /Count, which may lie; stop at the first page over the limit."""
    waiting, leaves, visits = [pdf.Root.Pages], 0, 0
    while waiting:
        node, visits = waiting.pop(), visits + 1
        if leaves > limits.max_pages or visits + len(waiting) > limits.max_objects:
            raise UploadRefused("pdf_too_long", name=name, max_pages=limits.max_pages)
        kids = node.get("/Kids")
        leaves += kids is None
        waiting.extend(list(kids)[: limits.max_pages + 1] if kids is not None else ())
    if not leaves or leaves > limits.max_pages:
        raise UploadRefused("pdf_too_long" if leaves else "pdf_broken", name=name, max_pages=limits.max_pages)
    return len(pdf.pages)


def _refuse_guesswork(pdf: Pdf, name: str) -> None:
    """What qpdf had to guess at is no evidence. Page attributes completed by the standard's defaults are no guess."""
    told = [warning for warning in pdf.get_warnings() if not warning.endswith("; repairing")]
    if any("limit exceeded" in warning for warning in told):
        raise UploadRefused("pdf_too_complex", name=name)
    if told:
        raise UploadRefused("pdf_broken", name=name)


def _disarm(pdf: Pdf) -> set[str]:
    """Take out everything that acts; return codes of what a person would miss."""
    changes: set[str] = set()
    for node in _dictionaries(pdf):
        changes |= _disarm_node(node)
    changes |= _disarm_catalog(pdf)
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
    return changes


def _dictionaries(pdf: Pdf) -> Iterator[Object]:
    """Every dictionary of the file, also inside streams and arrays, each once; no recursion, so no depth to attack."""
    waiting: list[Object] = list(pdf.objects)
    while waiting:
        node = waiting.pop()
        if isinstance(node, Array):
            waiting.extend(item for item in node if _is_inside(item))
        elif isinstance(node, Dictionary | pikepdf.Stream):
            yield node
            waiting.extend(value for _, value in node.items() if _is_inside(value))


def _is_inside(value: object) -> bool:
    return isinstance(value, Array | Dictionary) and not value.is_indirect


def _disarm_node(node: Object) -> set[str]:
    changes: set[str] = set()
    for key in _ACTION_HOLDERS:
        changes |= _drop_actions(node, key)
    kind = str(node.get("/S", ""))
    if kind in _KNOWN_ACTIONS:
        changes |= _change_of(kind)
        _clear(node)
    if "/EF" in node:
        del node["/EF"]
        changes.add("attachments_removed")
    changes |= _drop_annotations(node)
    if str(node.get("/FT", "")) == "/Sig" and "/V" in node:
        changes.add("signature_not_kept")
    for key in ("/XFA", "/AF", "/PieceInfo", "/Metadata"):
        if key in node:
            del node[key]
    return changes


def _drop_actions(node: Object, key: str) -> set[str]:
    """Drop `node[key]` if it is, or holds, an action that may not stay. Other things called so (fonts, say) stay."""
    held = node.get(key)
    if not isinstance(held, Dictionary):
        return set()
    kinds = [str(one.get("/S")) for one in _actions(held)]
    if all(kind in _HARMLESS_ACTIONS for kind in kinds):
        return set()
    del node[key]
    return set().union(*(_change_of(kind) for kind in kinds))


def _actions(held: Object) -> Iterator[Object]:
    """The action itself, or the actions a dictionary of triggers holds."""
    for candidate in (held, *(value for _, value in held.items())):
        if isinstance(candidate, Dictionary) and isinstance(candidate.get("/S"), Name):
            yield candidate


def _change_of(kind: str) -> set[str]:
    if kind in _SCRIPTS:
        return {"scripts_removed"}
    return {"links_removed"} if kind in {"/URI", "/Launch", "/GoToR", "/GoToE", "/SubmitForm"} else set()


def _drop_annotations(node: Object) -> set[str]:
    annotations = node.get("/Annots")
    if not isinstance(annotations, Array):
        return set()
    kept = [one for one in annotations if not _is_player(one)]
    if len(kept) == len(annotations):
        return set()
    node["/Annots"] = Array(kept)
    return {"attachments_removed"}


def _is_player(annotation: object) -> bool:
    return isinstance(annotation, Dictionary) and str(annotation.get("/Subtype", "")) in _ANNOTATIONS_GO


def _clear(node: Object) -> None:
    for key in list(node.keys()):
        if key not in {"/Length", "/Filter", "/DecodeParms"}:
            del node[key]


def _disarm_catalog(pdf: Pdf) -> set[str]:
    changes: set[str] = set()
    for key in _CATALOG_GOES:
        if key in pdf.Root:
            del pdf.Root[key]
    names = pdf.Root.get("/Names", Dictionary())
    for key, change in _NAMES_GO.items():
        if key in names:
            del names[key]
            changes |= change
    form = pdf.Root.get("/AcroForm", Dictionary())
    for key in ("/XFA", "/CO", "/DSS"):
        if key in form:
            del form[key]
            changes.add("scripts_removed")
    return changes
