"""The CSV files that a person names, and the folder in which a run looks for them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from rich.text import Text

from accordant.commands.failures import Hint
from accordant.commands.output import complaints


def files_named(place: Path | None) -> dict[str, Path]:
    """Return {company: file} of a file, of a folder, or of the folder that the settings name.

    Raises:
        Hint: there is none, or its name says no company.
    """
    from accordant.flows.printavo import settings as printavo_settings

    expected = {f"{company}_orders.csv": company for company in sorted(printavo_settings.settings().companies)}
    place = place or Path(printavo_settings.settings().files.folder)
    if place.is_file():
        if place.name not in expected:
            raise Hint(f"{place.name} says no company.", f"Name it {' or '.join(expected)}.", record=str(place))
        return {expected[place.name]: place}
    found = {company: place / name for name, company in expected.items() if (place / name).is_file()}
    from accordant.tasks.dropped_files import files_of_nobody

    for path in files_of_nobody(place, expected.values()):
        complaints().print(Text(f"not taken: {path} names no company; rename it {' or '.join(expected)}.", "yellow"))
    if not found:
        words = "holds no file to import" if place.is_dir() else "is no file and no folder"
        raise Hint(f"{place} {words}.", f"Files are named {' or '.join(expected)}.", record=str(place))
    return found


def put_into_folder(files: dict[str, Path]) -> None:
    """Copy files to where a run looks for them, unless they lie there.

    Raises:
        Hint: another file of that name waits there; nothing was copied.
    """
    from accordant.flows.printavo import settings as printavo_settings

    folder = Path(printavo_settings.settings().files.folder)
    copies = {path: folder / path.name for path in files.values() if path.resolve().parent != folder.resolve()}
    for path, target in copies.items():
        if target.exists() and target.read_bytes() != path.read_bytes():
            raise Hint(f"{target} waits to be imported and is another file.", "Import or remove it first.", str(target))
    folder.mkdir(parents=True, exist_ok=True)
    for path, target in copies.items():
        part = target.with_suffix(".part")
        shutil.copyfile(path, part)
        os.replace(part, target)  # a run never sees half a file
