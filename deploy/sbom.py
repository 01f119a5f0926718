#!/usr/bin/env python3
"""The software bill of materials of the program, as CycloneDX 1.6 JSON on standard output.

    python3 deploy/sbom.py > countersign.cdx.json

Every crate that the program is built from on this platform, with its version, its licence, the checksum that Cargo.lock
holds it to, and what it depends on; tests and benches are left out. Nothing is fetched, and the same tree gives the same bytes.
A program built with `cargo auditable` carries the list of crates in itself as well (docs/guide/operator.md).
"""
import json
import pathlib
import subprocess
import tomllib
import uuid

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = "countersign-cli"


def cargo(*arguments):
    return subprocess.run(["cargo", *arguments], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def main():
    host = next(line.split()[1] for line in cargo("-vV").splitlines() if line.startswith("host:"))
    data = json.loads(
        cargo("metadata", "--format-version", "1", "--locked", "--filter-platform", host)
    )
    lock = tomllib.loads((ROOT / "Cargo.lock").read_text(encoding="utf-8"))
    sums = {(p["name"], p["version"]): p.get("checksum") for p in lock["package"]}
    packages = {p["id"]: p for p in data["packages"]}
    nodes = {n["id"]: n for n in data["resolve"]["nodes"]}

    def built_from(identity):
        for dependency in nodes[identity]["deps"]:
            if any(kind["kind"] != "dev" for kind in dependency["dep_kinds"]):
                yield dependency["pkg"]

    program = next(i for i, p in packages.items() if p["name"] == PROGRAM)
    found, waiting = set(), [program]
    while waiting:
        identity = waiting.pop()
        if identity not in found:
            found.add(identity)
            waiting.extend(built_from(identity))

    def purl(identity):
        package = packages[identity]
        return f"pkg:cargo/{package['name']}@{package['version']}"

    def component(identity, kind="library"):
        package = packages[identity]
        out = {
            "type": kind,
            "bom-ref": purl(identity),
            "name": package["name"],
            "version": package["version"],
            "purl": purl(identity),
        }
        if package.get("description"):
            out["description"] = " ".join(package["description"].split())
        if package.get("license"):
            # the older way to write a choice
            out["licenses"] = [{"expression": " ".join(package["license"].replace("/", " OR ").split())}]
        checksum = sums.get((package["name"], package["version"]))
        if checksum:
            out["hashes"] = [{"alg": "SHA-256", "content": checksum}]
        if package.get("repository"):
            out["externalReferences"] = [{"type": "vcs", "url": package["repository"]}]
        return out

    ordered = sorted(found, key=purl)
    bom = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": component(program, "application")},
        "components": [component(i) for i in ordered if i != program],
        "dependencies": [
            {"ref": purl(i), "dependsOn": sorted({purl(d) for d in built_from(i)})} for i in ordered
        ],
    }
    text = json.dumps(bom, sort_keys=True)
    # a number of its own for each content, and for no moment
    bom["serialNumber"] = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, text)}"
    print(json.dumps(bom, indent=1, sort_keys=True, ensure_ascii=False))


if __name__ == "__main__":
    main()
