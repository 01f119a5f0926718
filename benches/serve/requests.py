"""Writes what `measure.sh` asks: one request a line, made of names on the loaded lists and of people who are not listed.

Usage: requests.py SHARED SERVER REGISTER CASE OUT
"""

import csv
import gzip
import json
import random
import re
import sys
import urllib.parse
import urllib.request
from datetime import date
from pathlib import Path


def listed(server: str, count: int) -> list[tuple[str, str]]:
    """Names on the loaded lists with their kind, as a client would know them."""
    names = []
    for offset in range(0, 9000, 500):
        with urllib.request.urlopen(f"{server}/compat/yente/search/default?limit=500&offset={offset}") as answer:
            for entity in json.load(answer)["results"]:
                names.append((entity["schema"], entity["caption"]))
    random.shuffle(names)
    return names[:count]


def unlisted(shared: Path, count: int) -> list[tuple[str, str]]:
    """People who are on no list."""
    with gzip.open(shared / "bench/negatives_us.csv.gz", "rt", encoding="utf-8") as file:
        return [("Person", row["full_name"]) for _, row in zip(range(count), csv.DictReader(file))]


def main() -> None:
    shared, server, register, case, out = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), sys.argv[4], Path(sys.argv[5])
    random.seed(1)
    parties = listed(server, 2000) + unlisted(shared, 2000)
    random.shuffle(parties)
    match = [
        json.dumps({"queries": {"q": {"schema": schema, "properties": {"name": [name]}}}}, ensure_ascii=False)
        for schema, name in parties
    ]
    (out / "match").write_text("\n".join(match) + "\n", encoding="utf-8")
    screen = [json.dumps({"query": {"schema": s, "name": n}}, ensure_ascii=False) for s, n in parties]
    (out / "screen").write_text("\n".join(screen) + "\n", encoding="utf-8")
    # the same act of today with another customer each time: nothing can be kept from the answer before
    text = re.sub(r"(?m)^#.*\n", "", Path(case).read_text(encoding="utf-8"))
    text = re.sub(r"(?m)^as_of: .*$", f"as_of: '{date.today()}'", text)
    checks = [text.replace("name: NSO Group", f"name: {json.dumps(n, ensure_ascii=False)}") for _, n in parties]
    (out / "check").write_text("\n".join(c.replace("\n", "\\n") for c in checks) + "\n", encoding="utf-8")
    tiles = [
        "/register/" + urllib.parse.quote(str(file.relative_to(register)))
        for file in sorted((register / "log/tile").rglob("*"))
        if file.is_file()
    ]
    (out / "tiles").write_text("\n".join(tiles) + "\n", encoding="utf-8")


main()
