#!/usr/bin/env python3
"""Checks the bundle of a record of a register with Python 3 and OpenSSL 3 alone.

    python3 check_bundle.py bundle.json 'register.example.org+…'

The second argument is the key of the log, which you have from somebody else than the one who gave you the bundle.
It checks what the Verify button checks: the signature of the checkpoint, the path from the entry to the signed root, the
record's digest and signature, the documents. It does not check rosters, witnesses, or whether a later record withdrew it.
"""

import base64
import hashlib
import json
import os
import subprocess
import sys
import tempfile


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def die(why):
    sys.exit(f"DOES NOT HOLD: {why}")


def ed25519(key, message, signature, what):
    """OpenSSL wants the key as a file in DER: a fixed head and the 32 bytes."""
    with tempfile.TemporaryDirectory() as folder:
        paths = {}
        for name, content in [
            ("key", bytes.fromhex("302a300506032b6570032100") + key),
            ("message", message),
            ("signature", signature),
        ]:
            paths[name] = os.path.join(folder, name)
            with open(paths[name], "wb") as file:
                file.write(content)
        done = subprocess.run(
            ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", paths["key"], "-rawin",
             "-in", paths["message"], "-sigfile", paths["signature"]],
            capture_output=True, check=False)
    if done.returncode != 0:
        die(f"{what} is not signed by that key")
    print(f"checked: {what} is signed by the key")


def root_from(leaf, index, size, proof):
    """RFC 9162, 2.1.3.2."""
    if index >= size:
        die("the entry lies beyond the log")
    place, last, root = index, size - 1, sha256(b"\0", leaf)
    for other in proof:
        if last == 0:
            die("the proof is too long")
        if place & 1 or place == last:
            root = sha256(b"\1", other, root)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            root = sha256(b"\1", root, other)
        place, last = place >> 1, last >> 1
    if last:
        die("the proof is too short")
    return root


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as file:
        bundle = json.load(file)
    name, short, key = sys.argv[2].split("+", 2)
    key = base64.b64decode(key, validate=True)
    if key[:1] != b"\1" or sha256(name.encode(), b"\n", key)[:4].hex() != short:
        die("the key of the log does not fit its own checksum")

    head, _, note = bundle["receipt"].partition("\n\n")
    lines = [line for line in head.split("\n")[1:] if not line.startswith("extra ")]
    index = int(lines[0].removeprefix("index "))
    proof = [base64.b64decode(line, validate=True) for line in lines[1:]]

    text, _, signatures = note.rpartition("\n\n")
    text += "\n"
    origin, size, root = text.split("\n")[:3]
    mine = [base64.b64decode(line.split(" ")[2]) for line in signatures.splitlines()
            if line.startswith(f"— {name} ")]
    mine = [line[4:] for line in mine if line[:4].hex() == short]
    if origin != name or len(mine) != 1:
        die("the checkpoint is of another log, or not signed by it")
    ed25519(key[1:], text.encode(), mine[0], f"the checkpoint of {origin} with {size} entries")

    leaf = bundle["leaf"].encode()
    if root_from(leaf, index, int(size), proof) != base64.b64decode(root, validate=True):
        die("the entry leads to another root than the signed one")
    print(f"checked: entry {index} stands in that log")

    entry = json.loads(leaf)
    record = bundle["record"]
    canonical = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    if hashlib.sha256(canonical).hexdigest() != entry["sha256"]:
        die("the record is not the one that the entry names")
    print("checked: the record is the one that the entry names")

    payload = base64.b64decode(record["payload"], validate=True)
    kind = record["payloadType"].encode()
    message = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
    signer = entry["extra"]["signer"]
    ed25519(bytes.fromhex(signer.removeprefix("ed25519:")), message,
            base64.b64decode(record["signatures"][0]["sig"], validate=True), f"the record ({signer})")

    for document, content in bundle["documents"].items():
        content = content["text"].encode() if "text" in content else base64.b64decode(content["base64"])
        if hashlib.sha256(content).hexdigest() != entry["documents"].get(document):
            die(f"the document {document} is not the one that the entry names")
        print(f"checked: document {document}")
    for document in sorted(set(entry["documents"]) - set(bundle["documents"])):
        print(f"not checked: document {document} is withheld")
    print(f"HOLDS: {entry['kind']} about {entry['extra']['about']}, logged {entry['time']}")
    print("not checked: rosters, witnesses, later records; and no check shows that what was signed is true")


if __name__ == "__main__":
    main()
