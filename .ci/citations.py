"""Every citation below law/ that looks like a document of the tree names one that exists, and a section that it has.

A reader of a policy follows `us.md section 3.1` to `docs/law/us.md`, heading 3.1. Usage: .ci/citations.py
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAME = re.compile(r"(?<![\w/.-])((?:[\w-]+/)*[\w-]+\.(?:md|csv|toml|cedar|yaml))\b(?:,? sections? (\d+[a-z]?(?:\.\d+)*))?")
# names of publishers' files and of files that a user writes are no documents of ours
OTHERS = re.compile(r"^(case|register|terms)\.(yaml|csv)$")


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [Path(line) for line in listed.stdout.splitlines()]


def headings(path: Path) -> set[str]:
    found = set()
    for line in (ROOT / path).read_text(encoding="utf-8").splitlines():
        match = re.match(r"#+ (\d+[a-z]?(?:\.\d+)*)\b", line)
        if match:
            found.add(match.group(1))
    return found


def main() -> int:
    files = tracked()
    by_name: dict[str, list[Path]] = {}
    for path in files:
        by_name.setdefault(path.name, []).append(path)
    sections: dict[Path, set[str]] = {}
    faults, seen = [], 0
    for path in files:
        if path.parts[0] != "law" or path.suffix not in {".cedar", ".toml", ".csv", ".yaml", ".cedarschema"}:
            continue
        for number, line in enumerate((ROOT / path).read_text(encoding="utf-8").splitlines(), 1):
            for name, section in NAME.findall(line):
                seen += 1
                if OTHERS.match(name):
                    continue
                exact = [f for f in (Path(name), path.parent / name, Path("law") / name) if f in files]
                found = exact or by_name.get(Path(name).name, [])
                if not found:
                    faults.append(f"{path}:{number}: cites `{name}`, which is no file of the tree")
                elif section and not any(section in sections.setdefault(f, headings(f)) for f in found):
                    faults.append(f"{path}:{number}: cites `{name}` section {section}, and it has no such heading")
    print("\n".join(faults) or f"{seen} citations of documents below law/ can be followed")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
