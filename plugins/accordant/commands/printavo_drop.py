"""The CSV files that a person names, and the folder in which a run looks for them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from rich.text import Text

from accordant.commands.failures import Hint
from accordant.commands.output import complaints


def files_named(place: Path | None) -> dict[str, Path]:
    """Return {company: file} of a file, of a folder, or of the folder in which a run looks.

    A CSV file of a folder whose name says no company is named on stderr.

    Raises:
        Hint: there is none, or its name says no company.
    """
    from accordant.flows.printavo import settings as printavo_settings
    from accordant.tasks.dropped_files import expected_files, files_of_nobody, folder_of

    settings = printavo_settings.settings()
    expected = expected_files(settings)
    rename = f"Name it {' or '.join(expected)}."
    place = place or folder_of(settings)
    if place.is_file():
        if place.name not in expected:
            raise Hint(f"{place.name} says no company.", rename, record=str(place))
        return {expected[place.name]: place}
    for path in files_of_nobody(place, expected):
        complaints().print(Text(f"not taken: {path} says no company. {rename}", "yellow"), soft_wrap=True)
    found = {company: place / name for name, company in expected.items() if (place / name).is_file()}
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
    from accordant.tasks.dropped_files import folder_of

    folder = folder_of(printavo_settings.settings())
    copies = {path: folder / path.name for path in files.values() if path.resolve().parent != folder.resolve()}
    for path, target in copies.items():
        if target.exists() and target.read_bytes() != path.read_bytes():
            raise Hint(f"{target} waits to be imported and is another file.", "Import or remove it first.", str(target))
    folder.mkdir(parents=True, exist_ok=True)
    for path, target in copies.items():
        part = target.with_suffix(".part")
        shutil.copyfile(path, part)
        os.replace(part, target)  # a run never sees half a file
