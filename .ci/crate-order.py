#!/usr/bin/env python3
"""Hold the one-way order of the crates.

Reads the order from ARCHITECTURE.md (the fenced block after the heading "The order of the crates": one crate a
line, the name of its folder below `crates/`) and the dependencies from `cargo metadata`. Fails when a crate depends
on one that stands below it in the list, when a crate is missing from the list, or when the list names one that
does not exist. Normal, build and test dependencies count alike; a crate that tests itself does not.
"""
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def declared():
    """The crates in their order, as ARCHITECTURE.md lists them."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    block = re.search(r"^## The order of the crates$.*?^```text\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    if block is None:
        sys.exit("ARCHITECTURE.md: there is no list under `## The order of the crates`")
    return [line.split()[0] for line in block.group(1).splitlines() if line.strip()]


def main():
    order = declared()
    faults = [f"ARCHITECTURE.md names `{name}` twice" for name in order if order.count(name) > 1]
    metadata = subprocess.run(
        ["cargo", "metadata", "--format-version", "1", "--no-deps"],
        cwd=ROOT, check=True, stdout=subprocess.PIPE,
    ).stdout
    packages = json.loads(metadata)["packages"]
    folder = {p["name"]: pathlib.Path(p["manifest_path"]).parent.name for p in packages}
    faults += [f"crate `{f}` is not in the list of ARCHITECTURE.md" for f in folder.values() if f not in order]
    faults += [f"ARCHITECTURE.md lists `{name}`, and there is no such crate" for name in order if name not in folder.values()]
    edges = 0
    for package in packages:
        mine = folder[package["name"]]
        for dependency in package["dependencies"]:
            other = folder.get(dependency["name"])
            if other is None or other == mine or mine not in order or other not in order:
                continue
            edges += 1
            if order.index(other) > order.index(mine):
                faults.append(f"crate `{mine}` depends on `{other}`, which stands below it in the list")
    if faults:
        print("\n".join(faults), file=sys.stderr)
        sys.exit(f"the order of the crates does not hold: {len(faults)} fault(s)")
    print(f"{len(order)} crates, {edges} dependencies between them, all upwards in the list")


if __name__ == "__main__":
    main()
