#!/usr/bin/env python3
"""Compare dossiers with the publishers' files.

Imports the indicator files of SHARED into a home of its own with PROGRAM, and compares every value of every country that the home
then holds, and every interval, with what Python's csv, gzip and zipfile read in the files themselves: no line of the program is used
for that side. Of one index, country and year there is one value. A value of a territory without a code, or under a name that
this file does not know, must not be there; `NA` in a column of codes is such a territory, and no Namibia. Then it asks for the
dossier of each country of the table in docs/reference/countries.md, and compares its series and the table. `--write` makes the
table again.

usage: spot-check.py [--write] PROGRAM SHARED
"""
import csv
import gzip
import io
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unicodedata
import xml.etree.ElementTree as xml
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/reference/countries.md"
BEGIN, END = "<!-- spot-check -->\n", "<!-- end of spot-check -->\n"
AS_OF = "2026-01-01"
# alpha-2, alpha-3, and the names that the files without codes use
COUNTRIES = [
    ("SA", "SAU", "Saudi Arabia"), ("MX", "MEX", "Mexico"), ("HU", "HUN", "Hungary"), ("GR", "GRC", "Greece"),
    ("IN", "IND", "India"), ("DE", "DEU", "Germany"), ("RW", "RWA", "Rwanda"), ("AE", "ARE", "United Arab Emirates"),
]
# codes of the publishers' own; every other code of three letters is ISO's, or one of a territory that has none
OWN_CODES = {"ROM": "ROU", "ZAR": "COD", "TMP": "TLS", "KSV": "XKX", "XKO": "XKX", "WBG": "PSE", "ADO": "AND"}
FILES = [
    ("wgi", "wgi/wgidataset_2024-update.xlsx", "2024-11-01"),
    ("vdem", "vdem/vdem_v12_ruleoflaw_1990-2021.csv.gz", "2022-03-01"),
    ("vdem", "vdem/vdem_v15_highlevel_1990-2024.csv.gz", "2025-03-13"),
    ("freedom_house", "freedom-house/All_data_FIW_2013-2024.xlsx", "2024-02-29"),
    ("pts", "pts/PTS-2024.csv", "2024-10-01"),
    ("rsf", "rsf/RSF_WorldPressFreedomIndex_2014-2021.csv", "2021-04-20"),
    ("hrps", "fariss-hrps/human_rights_protection_v4.01.csv", "2020-11-01"),
]


def rows_of_csv(path, delimiter=","):
    """Rows with their numbers in the file, the head being row 1."""
    raw = path.read_bytes()
    if path.suffix == ".gz":
        raw = gzip.decompress(raw)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252")
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    head = next(reader)
    return [(number, dict(zip(head, row))) for number, row in enumerate(reader, 2)]


def rows_of_xlsx(path, sheet, head_row):
    """Rows of a sheet, by column name, with their numbers."""
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with zipfile.ZipFile(path) as file:
        shared = ["".join(t.text or "" for t in item.iter(space + "t"))
                  for item in xml.fromstring(file.read("xl/sharedStrings.xml"))]
        tree = xml.fromstring(file.read(f"xl/worksheets/{sheet}.xml"))
    head, rows = None, []
    for row in tree.iter(space + "row"):
        cells = {}
        for cell in row:
            value = cell.find(space + "v")
            if value is not None:
                text = shared[int(value.text)] if cell.get("t") == "s" else value.text
                cells[re.match("[A-Z]+", cell.get("r"))[0]] = text
        number = int(row.get("r"))
        if number == head_row:
            head = cells
        elif head is not None:
            rows.append((number, {name.strip(): cells.get(column) for column, name in head.items()}))
    return rows


def number(text):
    """A number as the file writes it; None where the publisher marks it as missing."""
    text = (text or "").strip()
    if text in ("", "NA", "..", "#N/A", "-", "N/A"):
        return None
    return float(text.replace(",", "."))


def places():
    """The codes of ISO, and the names in the files without codes -> code, out of the table of countries."""
    codes, names = set(), {}
    with (ROOT / "crates/countries/data/countries.csv").open(newline="") as file:
        for _, alpha3, _, spellings in list(csv.reader(file))[1:]:
            codes.add(alpha3)
            for name in spellings.split("|"):
                names[plain(name)] = alpha3
    return codes, names


def plain(name):
    """Letters and digits without marks, in lower case, without articles."""
    letters = unicodedata.normalize("NFKD", (name or "").replace("&", " and "))
    words = "".join(c if c.isalnum() else " " for c in letters if not unicodedata.combining(c)).casefold().split()
    return "".join(word for word in words if word not in ("the", "of"))


class Values(dict):
    """(index, alpha-3, year) -> (value, file, row, column, low, high); the later edition counts, and none has a value twice."""

    def __init__(self):
        super().__init__()
        self.twice = []

    def __setitem__(self, key, value):
        if key in self and self[key][1] == value[1]:
            self.twice.append(f"{key}: rows {self[key][2]} and {value[2]} of {value[1]}")
        super().__setitem__(key, value)


def raw_values(shared):
    """Every value of every country, as the files have them."""
    found = Values()
    codes, names = places()

    class Names:
        @staticmethod
        def get(name):
            return names.get(plain(name))

    by_name = Names
    wanted = codes
    base = shared / "data/indicators"

    def put(index, country, year, text, path, row, column, low=None, high=None):
        value = number(text)
        country = OWN_CODES.get(country, country)
        if country in wanted and value is not None:
            found[index, country, int(year)] = (value, path, row, column, low, high)

    path = FILES[0][1]
    for row, cells in rows_of_xlsx(base / path, "sheet1", 1):
        value, error = number(cells["estimate"]), number(cells["stddev"])
        ends = (None, None) if value is None or error is None else (value - 1.645 * error, value + 1.645 * error)
        put(f"wgi_{cells['indicator']}", cells["code"], cells["year"], cells["estimate"], path, row, "estimate", *ends)
    for _, path, _ in FILES[1:3]:
        for row, cells in rows_of_csv(base / path):
            for column, text in cells.items():
                if not column.startswith("v2") or column.endswith(("_codelow", "_codehigh", "_sd")):
                    continue
                index = "vdem_rule" if column == "v2x_rule" else column
                ends = (number(cells.get(column + "_codelow")), number(cells.get(column + "_codehigh")))
                put(index, cells["country_text_id"], cells["year"], text, path, row, column, *ends)
    path = FILES[3][1]
    for row, cells in rows_of_xlsx(base / path, "sheet2", 2):
        country = by_name.get(cells["Country/Territory"])
        year = int(float(cells["Edition"])) - 1
        for column, index in (("Total", "fh_fiw"), ("F", "fh_f"), ("F1", "fh_f1"), ("F2", "fh_f2"), ("F3", "fh_f3"),
                              ("F4", "fh_f4"), ("D4", "fh_d4")):
            put(index, country, year, cells[column], path, row, column)
    path = FILES[4][1]
    for row, cells in rows_of_csv(base / path):
        for series in "AHS":
            put(f"pts_{series.lower()}", cells["WordBank_Code_A"], cells["Year"], cells[f"PTS_{series}"], path, row,
                f"PTS_{series}")
    path = FILES[5][1]
    for row, cells in rows_of_csv(base / path, ";"):
        put("rsf_before_2022", cells["ISO"], cells["Year"], cells["Score"], path, row, "Score")
    path = FILES[6][1]
    for row, cells in rows_of_csv(base / path):
        put("hrps", by_name.get(cells["country_name"]), cells["year"], cells["human_rights_protection"], path, row,
            "human_rights_protection")
    return found


def dossiers(program, shared):
    """(index, alpha-3, year) -> (value, low, high, text) as the dossiers of the table tell them, and as the home holds them for all."""
    told, held, faults = {}, {}, []
    with tempfile.TemporaryDirectory() as home:
        def run(*arguments):
            environment = {**os.environ, "COUNTERSIGN_HOME": f"{home}/home"}
            done = subprocess.run([program, *arguments], capture_output=True, text=True, env=environment)
            if done.returncode != 0:
                sys.exit(f"{' '.join(arguments)}: exit {done.returncode}: {done.stderr}")
            return done.stdout
        run("init")
        for source, path, published in FILES:
            run("indicators", "import", str(shared / "data/indicators" / path), "--source", source, "--published", published)
        editions = []
        for path in pathlib.Path(home).glob("home/blobs/*/*"):
            content = path.read_bytes()
            if content.startswith(b'{"source":"'):
                editions.append(json.loads(content))
        if len(editions) != len(FILES):
            faults.append(f"{len(editions)} editions in the home, {len(FILES)} files were imported")
        # of an index in two editions the later counts
        for edition in sorted(editions, key=lambda edition: edition["published_on"]):
            seen = set()
            for record in edition["records"]:
                key = (record["index"], record["country_iso3"], record["year_measured"])
                if key in seen:
                    faults.append(f"{key}: twice in {edition['file']}")
                seen.add(key)
                held[key] = {"value": record["value"], "low": record.get("low"), "high": record.get("high")}
        for alpha2, alpha3, _ in COUNTRIES:
            dossier = json.loads(run("country", alpha2, "--as-of", AS_OF, "--json"))
            for reading in dossier["readings"] + dossier["others"]:
                for point in reading["series"]:
                    told[reading["index"], alpha3, point["year"]] = point
    return told, held, faults


def same(told, raw):
    return (told is None and raw is None) or (told is not None and raw is not None and abs(told - raw) < 1e-9)


# the columns of the table: heading, index
SHOWN = [
    ("WGI `estimate` of `rl`", "wgi_rl"), ("V-Dem v12 `v2x_rule`", "vdem_rule"), ("V-Dem v15 `v2x_libdem`", "v2x_libdem"),
    ("FIW `F`", "fh_f"), ("FIW `Total`", "fh_fiw"), ("PTS `PTS_A`", "pts_a"), ("PTS `PTS_S`", "pts_s"),
    ("RSF `Score`", "rsf_before_2022"), ("HRPS", "hrps"),
]


def table(raw, told):
    """Each cell: the value in the publisher's file at its row, and the dossier's where that would be another."""
    last = {index: max(year for i, _, year in raw if i == index) for _, index in SHOWN}
    head = " | ".join(f"{title}, {last[index]}" for title, index in SHOWN)
    lines = [f"| country | {head} |", "|---" * (len(SHOWN) + 1) + "|"]
    for _, alpha3, name in COUNTRIES:
        cells = []
        for _, index in SHOWN:
            key = (index, alpha3, last[index])
            if key not in raw:
                cells.append("missing" if key not in told else "NOT IN THE FILE")
                continue
            value, _, row, _, _, _ = raw[key]
            point = told.get(key)
            shown = f"{value:.12g}" if point and same(point["value"], value) else f"{value} IN THE FILE, {point} IN THE DOSSIER"
            cells.append(f"{shown} (row {row})")
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main():
    arguments = [a for a in sys.argv[1:] if a != "--write"]
    if len(arguments) != 2:
        sys.exit(__doc__.split("usage: ")[1])
    program, shared = str(pathlib.Path(arguments[0]).resolve()), pathlib.Path(arguments[1])
    raw = raw_values(shared)
    told, held, faults = dossiers(program, shared)
    faults += raw.twice
    eight = {alpha3 for _, alpha3, _ in COUNTRIES}
    # a dossier has an index of one edition only: of V-Dem's, years that the later one lacks are not in it
    for where, points, keys in (("home", held, set(raw)), ("dossier", told, {key for key in raw if key[1] in eight})):
        for key, point in points.items():
            value = raw.get(key)
            if value is None:
                faults.append(f"{key}: the {where} has {point['value']}, the file nothing")
            elif not same(point["value"], value[0]):
                faults.append(f"{key}: {point['value']} in the {where}, {value[0]} in {value[1]}, row {value[2]}, {value[3]}")
            elif not (same(point.get("low"), value[4]) and same(point.get("high"), value[5])):
                faults.append(f"{key}: interval {point.get('low')} to {point.get('high')} in the {where}, {value[4]} to {value[5]} in {value[1]}")
        for key in keys - set(points):
            faults.append(f"{key}: {raw[key][0]} in {raw[key][1]}, row {raw[key][2]}, and not in the {where}")
    made = table(raw, told)
    page = PAGE.read_text()
    start, end = page.index(BEGIN) + len(BEGIN), page.index(END)
    if "--write" in sys.argv:
        PAGE.write_text(page[:start] + "\n" + made + "\n" + page[end:])
    elif page[start:end].strip() != made.strip():
        faults.append("the table of docs/reference/countries.md is another; write it with --write, and look at it")
    for fault in faults[:20]:
        print(fault)
    countries = len({country for _, country, _ in held})
    print(f"{len(held)} values of {countries} countries, {len(told)} of them in {len(COUNTRIES)} dossiers, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
