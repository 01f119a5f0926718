#!/usr/bin/env python3
"""Counts the publishers' files with nothing but Python's csv, json and xml modules.

Run by hand against the folder of real files; its numbers stand in docs/reference/lists.md and in
tests/real_files.rs, where the importer's are compared with them:

    python3 crates/lists/tests/independent_count.py ../shared/data
"""
import collections
import csv
import gzip
import io
import json
import lzma
import pathlib
import re
import sys
import xml.etree.ElementTree as ET

root = pathlib.Path(sys.argv[1])


def raw(path):
    data = (root / path).read_bytes()
    if path.endswith(".gz"):
        return gzip.decompress(data)
    return lzma.decompress(data) if path.endswith(".xz") else data


def show(path, **numbers):
    print(path, " ".join(f"{k}={v}" for k, v in numbers.items()))


for path in ["us-csl/consolidated_2022-04.csv.gz", "us-csl/consolidated_2022-04.sample.csv",
             "us-csl/consolidated_2025-06.sample.csv", "us-csl/csl_2019-12.sample.csv"]:
    rows = list(csv.DictReader(io.StringIO(raw(path).decode("utf-8"), newline="")))
    keys = {(r["source"], r.get("_id") or r["entity_number"] or (r["name"], r["addresses"])) for r in rows}
    lists = collections.Counter(r["source"].split(" - ")[0] for r in rows)
    clean = lambda a: re.sub(r"^[-;\s]+", "", a.strip()).strip()
    clean_and = lambda a: re.sub(r"^and ", "", clean(a)).strip(" ,;-")
    distinct = {(r["source"], r.get("_id") or r["entity_number"] or r["name"], clean_and(a))
                for r in rows for a in r["alt_names"].split("; ") if a.strip()}
    passports = {(r["source"], r.get("_id") or r["entity_number"] or r["name"], i) for r in rows
                 for i in r["ids"].split("; ") if re.search(r"(^|, )Passport(,|$)", i)}
    show(path, rows=len(rows), keys=len(keys), distinct_aliases=len(distinct), passports=len(passports),
         alt_names=sum(len([a for a in r["alt_names"].split("; ") if a.strip()]) for r in rows),
         ids=sum(len([a for a in r["ids"].split("; ") if a.strip()]) for r in rows),
         entity_list=lists["Entity List (EL)"], sdn=lists["Specially Designated Nationals (SDN)"])

path = "us-csl/consolidated_2026-07-31.partial.json.xz"
rows = json.loads(raw(path))["results"]
lists = collections.Counter(r["source"].split(" - ")[0] for r in rows)
show(path, rows=len(rows), alt_names=sum(len(r["alt_names"]) for r in rows),
     entity_list=lists["Entity List (EL)"], sdn=lists["Specially Designated Nationals (SDN)"])


def ofac(path):
    rows = csv.reader(io.StringIO(raw(path).decode("latin1"), newline=""))
    return [r for r in rows if r and r[0].strip().isdigit()]


for sdn, alt, add, comments in [
    ("us-ofac/2021-07/sdn.csv.gz", "us-ofac/2021-07/alt.csv.gz", "us-ofac/2021-07/add.csv.gz",
     "us-ofac/2021-07/sdn_comments.csv.gz"),
    ("us-ofac/2023-01/sdn.csv.gz", None, "us-ofac/2023-01/sdn_address.csv.gz", None),
    ("us-ofac/2025-12/cons_prim.csv", "us-ofac/2025-12/cons_alt.csv", "us-ofac/2025-12/cons_add.csv",
     "us-ofac/2025-12/cons_comments.csv"),
]:
    primary = ofac(sdn)
    tails = collections.defaultdict(str)
    for r in ofac(comments) if comments else []:
        tails[r[0]] += r[1]
    remarks = [r[11] + tails[r[0]] for r in primary]
    numbers = {r[0] for r in primary}
    former = lambda t: t.strip() == "fka"
    distinct = {(r[0], former(r[2]), " ".join(r[3].split())) for r in (ofac(alt) if alt else [])}
    companions = [(p, ofac(p)) for p in (alt, add) if p]
    show(sdn, rows=len(primary), entities=len(numbers),
         **{p.split("/")[-1].split(".")[0]: len(rows) for p, rows in companions},
         distinct_aliases=len(distinct), comments=len(ofac(comments)) if comments else 0,
         orphans=sum(1 for _, rows in companions for r in rows if r[0] not in numbers),
         weak_in_remarks=sum(len(re.findall(r"(?:^|; )(?:alt\. )?[afn]\.k\.a\. '", t)) for t in remarks),
         dob=sum(len(re.findall(r"(?:^|; )(?:alt\. )?DOB ", t)) for t in remarks),
         passports=sum(len(re.findall(r"(?:^|; )(?:alt\. )?Passport ", t)) for t in remarks),
         imo=sum(len(re.findall(r"Vessel Registration Identification IMO ", t)) for t in remarks))
for path in ["us-ofac/2025-12/add.csv.gz", "us-ofac/2025-12/alt.csv.gz", "us-ofac/2025-12/sdn_comments.csv.gz"]:
    rows = ofac(path)
    show(path, rows=len(rows), numbers=len({r[0] for r in rows}))

for path in ["un/consolidated_2024-10-16.xml.gz", "un/consolidated_2026-02-27.xml.gz"]:
    text = raw(path).decode("utf-8")
    bare = len(re.findall(r"&(?!#?\w{1,9};)", text))
    tree = ET.fromstring(re.sub(r"&(?!#?\w{1,9};)", "&amp;", text))
    aliases = [a for tag in ("INDIVIDUAL_ALIAS", "ENTITY_ALIAS") for a in tree.iter(tag)
               if (a.findtext("ALIAS_NAME") or "").strip()]
    quality = collections.Counter((a.findtext("QUALITY") or "").strip() for a in aliases)
    documents = [d for d in tree.iter("INDIVIDUAL_DOCUMENT") if (d.findtext("NUMBER") or "").strip()]
    distinct = set()
    numbers = set()
    for entry in [*tree.iter("INDIVIDUAL"), *tree.iter("ENTITY")]:
        key = entry.findtext("REFERENCE_NUMBER")
        for a in [*entry.iter("INDIVIDUAL_ALIAS"), *entry.iter("ENTITY_ALIAS")]:
            name = (a.findtext("ALIAS_NAME") or "").strip()
            kind = {"Low": "weak", "f.k.a.": "former"}.get((a.findtext("QUALITY") or "").strip(), "alias")
            if name:
                distinct.add((key, kind, name))
        for n in entry.iter("NAME_ORIGINAL_SCRIPT"):
            if (n.text or "").strip():
                distinct.add((key, "alias", n.text.strip()))
        for d in entry.iter("INDIVIDUAL_DOCUMENT"):
            kind = (d.findtext("TYPE_OF_DOCUMENT") or "").lower()
            number = (d.findtext("NUMBER") or "").strip()
            if number:
                numbers.add((key, any(w in kind for w in ("passport", "passeport", "pasaporte")), number))
    show(path, distinct_aliases=sum(1 for d in distinct if d[1] != "weak"),
         distinct_weak=sum(1 for d in distinct if d[1] == "weak"), distinct_numbers=len(numbers),
         individuals=len(list(tree.iter("INDIVIDUAL"))), entities=len(list(tree.iter("ENTITY"))),
         bare_ampersands=bare, aliases=len(aliases), low=quality["Low"],
         no_quality=quality[""], documents=len(documents),
         original_script=sum(1 for n in tree.iter("NAME_ORIGINAL_SCRIPT") if (n.text or "").strip()))

for path in ["opensanctions/zala_entities.ftm.json", "opensanctions/t1_entities.ftm.json"]:
    rows = [json.loads(line) for line in raw(path).decode("utf-8").splitlines()]
    schemata = collections.Counter(r["schema"] for r in rows)
    show(path, rows=len(rows), percentages=sum(1 for r in rows if r["schema"] == "Ownership"
                                               and r["properties"].get("percentage")), **schemata)
