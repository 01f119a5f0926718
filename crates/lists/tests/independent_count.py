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

squeeze = lambda t: " ".join((t or "").split())

path = "us-bis/dpl.txt"
rows = list(csv.DictReader(io.StringIO(raw(path).decode("utf-8"), newline=""), delimiter="\t"))
show(path, rows=len(rows), orders=len({(squeeze(r["Name"]), r["Effective_Date"].strip()) for r in rows}),
     addresses=len({(squeeze(r["Name"]), r["Effective_Date"].strip(), *[squeeze(r[c]) for c in
                    ("Street_Address", "City", "State", "Postal_Code", "Country")]) for r in rows}),
     non_standard=sum(1 for r in rows if r["Standard_Order"] == "N"))

path = "us-bis/mieu_744.22.csv"
rows = list(csv.DictReader(io.StringIO(raw(path).decode("utf-8"), newline="")))
show(path, rows=len(rows), aliases=sum(len([a for a in r["Alias"].split(";") if a.strip()]) for r in rows))

path = "us-bis/fr_2023-03929_entity_list_rule.xml"
tree = ET.fromstring(raw(path))
texts = [squeeze("".join(li.itertext())) for table in tree.iter("GPOTABLE") for li in table.iter("LI")]
policies = [e for table in tree.iter("GPOTABLE") for e in table.iter("ENT")
            if "policy of denial" in "".join(e.itertext()).lower()]
show(path, rows=sum(1 for t in tree.iter("GPOTABLE") for _ in t.iter("ROW")), entries=len(policies),
     aliases=sum(1 for t in texts if t.startswith("—")))

for path in ["us-ofac/sdn_sample.xml", "us-ofac/consolidated_2020-03-17.xml.gz"]:
    tree = ET.fromstring(raw(path))
    ns = tree.tag.split("}")[0] + "}"
    names = collections.defaultdict(set)
    documents = 0
    for e in tree.iter(ns + "sdnEntry"):
        for a in e.iter(ns + "aka"):
            kind = "weak" if a.findtext(ns + "category") == "weak" else a.findtext(ns + "type")
            names[kind].add((e.findtext(ns + "uid"), a.findtext(ns + "lastName"), a.findtext(ns + "firstName")))
        documents += len(list(e.iter(ns + "id")))
    show(path, records=sum(1 for _ in tree.iter(ns + "sdnEntry")), strong=len(names["a.k.a."]) + len(names["f.k.a."]),
         weak=len(names["weak"]), documents=documents)

path = "us-ofac/CONS_ENHANCED_2025-01-14.zip"
import zipfile
with zipfile.ZipFile(root / path) as archive:
    tree = ET.fromstring(archive.read(archive.namelist()[0]))
ns = tree.tag.split("}")[0] + "}"
names = collections.defaultdict(set)
listed = collections.Counter()
numbers = set()
for e in tree.find(ns + "entities"):
    for n in e.find(ns + "names"):
        low, kind = n.findtext(ns + "isLowQuality") == "true", n.findtext(ns + "aliasType")
        for t in n.iter(ns + "translation"):
            text = squeeze(t.findtext(ns + "formattedFullName"))
            primary = n.findtext(ns + "isPrimary") == "true" and t.findtext(ns + "isPrimary") == "true"
            kind_of = "primary" if primary else "weak" if low else \
                "former" if kind == "F.K.A." and t.findtext(ns + "isPrimary") == "true" else "alias"
            names[kind_of].add((e.get("id"), text))
    for s in e.iter(ns + "sanctionsList"):
        listed[s.text] += 1
show(path, entities=len(tree.find(ns + "entities")), primary=len(names["primary"]),
     aliases=len(names["alias"]) + len(names["former"]), weak=len(names["weak"]),
     relationships=sum(1 for _ in tree.iter(ns + "relationship")),
     **{k.replace(" ", "_"): v for k, v in listed.items()})

for path in ["eu/fsf_sample_2020-04-15.xml", "eu/fsf_sample_2020-04-15_b.xml"]:
    tree = ET.fromstring(raw(path))
    ns = tree.tag.split("}")[0] + "}"
    entries = list(tree.iter(ns + "sanctionEntity"))
    names = {(e.get("euReferenceNumber"), n.get("wholeName")) for e in entries for n in e.iter(ns + "nameAlias")}
    show(path, records=len(entries), references=len({e.get("euReferenceNumber") for e in entries}), names=len(names),
         not_strong=sum(1 for n in tree.iter(ns + "nameAlias") if n.get("strong") == "false"),
         documents=sum(1 for _ in tree.iter(ns + "identification")))

for path, encoding in [("uk/ConList_2020-04-27.csv.gz", "cp1252"), ("uk/ConList_2022format.sample.csv", "utf-8")]:
    text = raw(path).decode(encoding).split("\n", 1)[1]
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    name = lambda r: squeeze(" ".join(r[f"Name {n}"] for n in (1, 2, 3, 4, 5, 6)))
    prime = {r["Group ID"]: name(r) for r in reversed(rows)}
    prime |= {r["Group ID"]: name(r) for r in reversed(rows) if r["Alias Type"] == "Prime Alias"}
    others = {(r["Group ID"], r["Alias Type"] == "FKA", name(r)) for r in rows if name(r) != prime[r["Group ID"]]}
    scripts = {(r["Group ID"], False, squeeze(r["Name Non-Latin Script"])) for r in rows
               if squeeze(r.get("Name Non-Latin Script"))}
    show(path, rows=len(rows), groups=len({r["Group ID"] for r in rows}), other_names=len(others | scripts),
         listings=len({(r["Group ID"], r["Regime"], r["Listed On"]) for r in rows}))

for path in ["jp-cn/jp_entities_2026-07.json", "jp-cn/cn_entities_2026-07.json"]:
    rows = json.loads(raw(path))
    show(path, rows=len(rows), aliases=len({(r["id"], r["entity_name"], squeeze(a)) for r in rows for a in r["aliases"]}),
         without_name=sum(1 for r in rows if not r["entity_name"]),
         **{k.replace("-", "_"): v for k, v in collections.Counter(r["list_id"] for r in rows).items()})

import tarfile
split = lambda cell: [v.strip() for v in next(csv.reader([cell], delimiter=";", skipinitialspace=True), []) if v.strip()]
with tarfile.open(fileobj=io.BytesIO(raw("eu/journal_sanctions/all.tar.xz"))) as archive:
    files = {m.name: archive.extractfile(m).read().decode("utf-8") for m in archive if m.name.endswith(".csv")}
rows = [r for text in files.values() for r in csv.DictReader(io.StringIO(text, newline=""))]
act = lambda r: r.get("celex") or r["amendedCelex"]
party = lambda r: (act(r), r["annex"], r["schema"] if r["recordId"] else "", "_".join(r["recordId"].split()),
                   squeeze(r["name"]).lower())
show("eu/journal_sanctions/all.tar.xz", files=len(files), rows=len(rows), parties=len({party(r) for r in rows}),
     aliases=len({(party(r), c == "previousName", squeeze(v)) for r in rows for c in ("alias", "previousName")
                  for v in split(r[c])}),
     weak=len({(party(r), squeeze(v)) for r in rows for v in split(r["weakAlias"])}),
     freezes=sum(1 for r in rows if r["measure"] == "Asset freeze"))
