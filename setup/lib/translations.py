"""Bring .po files in line with the .pot beside them: what is known is kept, what is new is left empty and listed."""

import sys
from pathlib import Path

import polib


def settle(path):
    """Take what changes with every export out of a template: the day, and no encoding at all."""
    lines = path.read_text().splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(('"POT-Creation-Date:', '"PO-Revision-Date:'))]
    path.write_text("".join(kept).replace('Content-Transfer-Encoding: \\n', 'Content-Transfer-Encoding: 8bit\\n'))


def follow(path):
    """Make the file hold exactly what its template holds; returns the texts without a translation."""
    source = path.parent / f"{path.parent.parent.name}.pot"
    settle(source)
    template = polib.pofile(str(source), wrapwidth=78)
    known = polib.pofile(str(path), wrapwidth=78)
    said = {(entry.msgctxt, entry.msgid): entry.msgstr for entry in known if not entry.obsolete}
    # The same words were translated before, maybe in another context.
    words = {msgid: text for (_context, msgid), text in said.items() if text}
    template.metadata, template.header = known.metadata, known.header
    for entry in template:
        entry.msgstr = said.get((entry.msgctxt, entry.msgid)) or words.get(entry.msgid, "")
    template.save(str(path))
    return [entry.msgid for entry in template.untranslated_entries()]


def main(paths):
    """Follow each file; returns the exit status."""
    missing = {path: follow(Path(path)) for path in paths}
    for path, texts in missing.items():
        for text in texts:
            print(f"{path}: {text!r}")
    total = sum(map(len, missing.values()))
    print(f"{total} texts have no translation yet.")
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
