#!/usr/bin/env python3
"""Hold the commands that the documents show.

Runs every ```console block of README.md and docs/ and compares what is printed (stdout and stderr) with what is shown.
A block has lines `$ command`, each followed by its output. A line that is `…` alone stands for any lines. What differs
from run to run (times, digests, keys, sizes, durations, line breaks) is not compared. `cargo run --release --` stands for the
program, which is given as PROGRAM. The blocks of one document run in their order, in one temporary directory that
has a link to each folder of the tree, with a user's directory of its own. `--write` puts in what is printed, where that differs.

usage: docs.py [--write] PROGRAM [DOCUMENT…]
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
# seconds for one command: a debug build on a machine that has much else to do
PATIENCE = 900
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
VOLATILE = [
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"), "TIME"),
    (re.compile(r"\b\d+(\.\d+)? ?(µs|ms|s)\b"), "DURATION"),
    (re.compile(r"[A-Za-z0-9+/]{40,}={0,2}"), "BASE64"),
    (re.compile(r"(?<![0-9A-Za-z])[0-9a-f]{8,64}(…|\b)"), "HEX"),
    (re.compile(r"\b\d+ bytes\b"), "SIZE"),
]


def same(shown, printed):
    """Whether the lines shown are the lines printed, `…` standing for any."""
    def normal(lines):
        # where a line is broken depends on the length of paths
        text = " ".join(" ".join(lines).split())
        for pattern, word in VOLATILE:
            text = pattern.sub(word, text)
        return text

    pieces = "\n".join("\0" if l.strip() == "…" else l for l in shown).split("\0")
    pattern = r" ?(?:.* )?".join(re.escape(normal([piece])) for piece in pieces)
    return re.fullmatch(pattern + " ?", normal(printed) + " ") is not None


def commands(block):
    """The commands of a block, each with the lines shown under it."""
    out = []
    for line in block.splitlines():
        if line.startswith("$ "):
            out.append((line[2:], []))
        elif not out:
            sys.exit(f"a console block begins with `{line}`, not with a command (`$ …`)")
        else:
            out[-1][1].append(line)
    return out


def check(document, program, write):
    """The faults of one document."""
    text = document.read_text(encoding="utf-8")
    faults, parts, at = [], [], 0
    with tempfile.TemporaryDirectory() as directory:
        work = pathlib.Path(directory) / "countersign"
        work.mkdir()
        for path in ROOT.iterdir():
            if path.name not in {"target", ".git"}:
                (work / path.name).symlink_to(path)
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("COUNTERSIGN_", "XDG_"))}
        environment |= {"HOME": directory, "NO_COLOR": "1"}
        environment["PATH"] = f"{program.parent}:{environment['PATH']}"
        code = 0
        for block in BLOCK.finditer(text):
            lines = []
            for command, shown in commands(block.group(1)):
                run = re.sub(r"^cargo run (-q )?--release -- ", "countersign ", command)
                try:
                    result = subprocess.run(
                        ["bash", "-c", f"(exit {code}); {run}"], cwd=work, env=environment, text=True,
                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=PATIENCE,
                    )
                except subprocess.TimeoutExpired as late:
                    told = (late.stdout or b"").decode("utf-8", "replace")
                    return faults + [f"{document.relative_to(ROOT)}: `{command}` has not ended after {PATIENCE} seconds:\n{told}"], 0
                code = result.returncode
                printed = result.stdout.replace(directory, "~").splitlines()
                lines.append(f"$ {command}")
                if same(shown, printed):
                    lines += shown
                else:
                    lines += printed
                    faults.append(f"{document.relative_to(ROOT)}: `{command}` prints (exit code {code}):\n" + "\n".join(printed))
            parts += [text[at:block.start(1)], "".join(l.rstrip() + "\n" for l in lines)]
            at = block.end(1)
    if write and faults:
        document.write_text("".join(parts) + text[at:], encoding="utf-8")
    return faults, len(BLOCK.findall(text))


def main():
    arguments = [a for a in sys.argv[1:] if a != "--write"]
    if {"--help", "-h"} & set(arguments):
        print(__doc__.strip())
        return
    if not arguments:
        sys.exit(__doc__)
    unknown = [a for a in arguments if a.startswith("-")]
    if unknown:
        sys.exit(f"`{unknown[0]}` is no option; `--help` tells the usage")
    program = pathlib.Path(arguments[0]).resolve()
    if not program.is_file():
        sys.exit(f"`{arguments[0]}` is no program; build it first: cargo build -p countersign-server -p countersign-cli")
    documents = [pathlib.Path(d).resolve() for d in arguments[1:]]
    missing = [d for d in documents if not d.is_file()]
    if missing:
        sys.exit(f"there is no document `{missing[0]}`")
    documents = documents or [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), ROOT / "examples/README.md"]
    faults, blocks = [], 0
    for document in documents:
        found, count = check(document, program, "--write" in sys.argv)
        faults += found
        blocks += count
    if faults:
        print("\n\n".join(faults), file=sys.stderr)
        sys.exit(f"{len(faults)} command(s) print something else than the documents show; `--write` puts it in")
    print(f"{blocks} console blocks in {len(documents)} documents show what the program prints")


if __name__ == "__main__":
    main()
