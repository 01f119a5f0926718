#!/usr/bin/env bash
# What a change of ten entries costs where a base was kept, beside screening everybody again; and that both write the same bytes.
#
#   benches/since.sh PROGRAM DATA [CUSTOMERS]
#
# PROGRAM is a release build; DATA is a directory with publishers' files in the layout that the tests use (COUNTERSIGN_SHARED),
# which this tree does not hold. COUNTERSIGN_HOME names a data directory of which a copy is used, with the lists that are in it; else the
# list of OFAC is all there is. The customers are those of cluster/customers.py. Of OFAC's list three entries go, four come and three get
# another alias. Prints seconds of processor and of clock; the first are what counts on a machine that does other work too.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=$(realpath "$1")
data=$(realpath "$2")
customers=${3:-1000000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ -n "${COUNTERSIGN_HOME:-}" ]; then cp -r "$COUNTERSIGN_HOME" "$work/home"; else "$program" init --home "$work/home" >/dev/null; fi
export COUNTERSIGN_HOME=$work/home
for file in sdn add alt sdn_comments; do gunzip -c "$data/data/us-ofac/2021-07/$file.csv.gz" >"$work/$file.csv"; done
taken() { "$program" lists import "$work"/{sdn,add,alt,sdn_comments}.csv --source us_ofac_sdn "$@" >>"$work/log" 2>&1 || { tail -n 5 "$work/log"; exit 1; }; }
# possible matches end with 10
run() {
    local code=0 TIMEFORMAT='%U %S %R'
    { time "$program" bulk "$@" >>"$work/log" 2>&1 || code=$?; } 2>"$work/time"
    [ $code = 0 ] || [ $code = 10 ] || { tail -n 5 "$work/log"; exit 1; }
    read -r user system clock <"$work/time"
    processor=$(python3 -c "print(f'{$user + $system:.1f}')")
}
[ -n "$(ls "$work/home/journal" 2>/dev/null)" ] && "$program" lists status | grep -q us_ofac_sdn || taken --day 2021-07-15
python3 -c 'import csv, sys; [print(r[1]) for r in csv.reader(open(sys.argv[1], encoding="utf-8")) if len(r) > 1]' "$work/sdn.csv" >"$work/names"
python3 "$here/../cluster/customers.py" "$customers" "$work/names" >"$work/customers.csv"

# four who bear the names that come: what changes shows in the output
printf '%s\n' 'N1,Teodora Brasko,Person,BG' 'N2,Olvinger Trading LLC,Company,AE' 'N3,Suleiman Harimat,Person,' 'N4,Kestrel Optics,Company,' >>"$work/customers.csv"

run "$work/customers.csv" --out "$work/monday.csv" --keep "$work/monday.base"
echo "whole, base kept     $processor s of processor, $clock s, $(du -sm "$work/monday.base" | cut -f1) MB of base"

python3 - "$work" <<'PY'
import csv, random, sys
work, draw = sys.argv[1], random.Random(10)
def read(name):
    return [line for line in open(f"{work}/{name}.csv", encoding="utf-8", newline="").read().split("\r\n")]
def write(name, lines):
    open(f"{work}/{name}.csv", "w", encoding="utf-8", newline="").write("\r\n".join(lines))
def number(line):
    return line.split(",", 1)[0].strip()
sdn = read("sdn")
entries = [n for n, line in enumerate(sdn) if number(line).isdigit()]
gone = {number(sdn[n]) for n in draw.sample(entries, 3)}
highest = max(int(number(sdn[n])) for n in entries)
names = ["BRASKO, Teodora", "OLVINGER TRADING LLC", "HARIMAT, Suleiman", "KESTREL OPTICS FZE"]
new = [
    f'{highest + 1 + k},"{name}","{"individual" if name[0] in "BH" else "-0- "}","SDGT",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- '
    for k, name in enumerate(names)
]
for name in ["sdn", "add", "alt", "sdn_comments"]:
    lines = [line for line in read(name) if number(line) not in gone]
    if name == "sdn":
        end = max(n for n, line in enumerate(lines) if number(line).isdigit()) + 1
        lines[end:end] = new
    if name == "alt":
        rows = [n for n, line in enumerate(lines) if number(line).isdigit()]
        for n in draw.sample(rows, 3):
            cells = next(csv.reader([lines[n]]))
            cells[3] = "NEWLY NAMED " + cells[3]
            lines[n] = ",".join(cells[:2] + [f'"{c}"' for c in cells[2:4]] + cells[4:])
    write(name, lines)
PY
taken
run --since "$work/monday.base" --out "$work/tuesday.csv"
since=$processor
echo "since the base       $processor s of processor, $clock s"
run "$work/customers.csv" --out "$work/whole.csv"
echo "whole                $processor s of processor, $clock s"
cmp "$work/tuesday.csv" "$work/whole.csv" || { echo "the two are not the same"; exit 1; }
cmp -s "$work/monday.csv" "$work/whole.csv" && { echo "the change changed nothing"; exit 1; }
echo "$customers customers, $(($(wc -l <"$work/whole.csv") - 1)) possible matches ($(($(wc -l <"$work/monday.csv") - 1)) before the change); both write the same bytes; share $(python3 -c "print(f'{100 * $since / $processor:.2f} %')")"
