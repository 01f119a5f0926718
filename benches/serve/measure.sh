#!/usr/bin/env bash
# How much the server answers on this machine, with real lists.
#
#   benches/serve/measure.sh PROGRAM DATA
#
# PROGRAM is a release build; DATA is a directory with publishers' files in the layout that the tests use
# (COUNTERSIGN_SHARED), which this tree does not hold. Needs wrk, curl, python3 and bc. Prints a table; the load of the machine
# is beside it, because others' work is in every figure. SECONDS_EACH (8) and CONNECTIONS (16) may be set.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
program=$(realpath "$1")
data=$(realpath "$2")
seconds=${SECONDS_EACH:-8}
connections=${CONNECTIONS:-16}
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
export COUNTERSIGN_HOME=$work/home
lists=$data/data

import() { "$program" lists import "$@" >>"$work/import.log" 2>&1 || { tail -n 5 "$work/import.log"; exit 1; }; }
unpacked() { gunzip -c "$1" >"$work/$2"; }
for file in sdn add alt sdn_comments; do unpacked "$lists/us-ofac/2021-07/$file.csv.gz" "$file.csv"; done
mkdir "$work/eu"
tar xJf "$lists/eu/journal_sanctions/all.tar.xz" -C "$work/eu"
import "$lists/us-csl/consolidated_2022-04.csv.gz" --source us_csl --day 2022-04-22
import "$lists/us-csl/consolidated_2026-07-31.partial.json.xz" --source us_csl
import "$work"/{sdn,add,alt,sdn_comments}.csv --source us_ofac_sdn --day 2021-07-15
import "$lists"/us-ofac/2025-12/cons_*.csv --source us_ofac_cons --day 2025-12-15
import "$lists/us-bis/dpl.txt" --source us_bis_dpl --day 2023-11-20
import "$lists/us-bis/mieu_744.22.csv" --source us_bis_mieu --day 2026-07-23
import "$lists/us-bis/fr_2023-03929_entity_list_rule.xml" --source fr:2023-03929
find "$work/eu" -name '*.csv' -print0 | sort -z | xargs -0 "$program" lists import --source eu_journal --day 2026-08-30 >>"$work/import.log" 2>&1
import "$lists/eu/fsf_sample_2020-04-15.xml" --source eu_fsf --set-guard-aside
import "$lists/uk/ConList_2020-04-27.csv.gz" --source uk_ofsi
import "$lists/un/consolidated_2024-10-16.xml.gz" --source un_sc
import "$lists/un/consolidated_2026-02-27.xml.gz" --source un_sc
import "$lists/jp-cn/jp_entities_2026-07.json" --source jp_eul --day 2026-07-31
import "$lists/jp-cn/cn_entities_2026-07.json" --source cn_mofcom --day 2026-07-31
import "$lists/opensanctions/zala_entities.ftm.json" --source ftm:zala --day 2026-08-01
import "$lists/opensanctions/t1_entities.ftm.json" --source ftm:t1 --day 2024-05-28

# a register with tiles that are full
"$program" key new --name "Load" --out "$work/key" >/dev/null 2>&1
"$program" register init "$work/register" --origin load.example.org --keeper "Load" --key "$work/key" >/dev/null 2>&1
"$program" register template list_snapshot >"$work/template.yaml"
for n in $(seq 600); do
  sed "s/entries: .*/entries: $n/" "$work/template.yaml" >"$work/record.yaml"
  "$program" register append "$work/record.yaml" --register "$work/register" --key "$work/key" >/dev/null 2>&1
done

"$program" serve --listen 127.0.0.1:0 --register "$work/register" >"$work/log" 2>&1 &
server=$!
until url=$(grep -o 'http://127[^ ]*' "$work/log" | head -n 1) && [ -n "$url" ]; do sleep 0.1; done
mkdir "$work/asked"
python3 "$here/requests.py" "$data" "$url" "$work/register" "$root/examples/supplier/new-customer.yaml" "$work/asked"
entries=$(curl -s "$url/readyz" | grep -o '"entries":[0-9]*')
echo "$(nproc) processors; $entries; load before: $(cut -d' ' -f1-3 /proc/loadavg)"
echo "| what | a second | p50 | p99 | processor time a request |"
echo "|---|---|---|---|---|"
cpu() { awk '{print $14 + $15}' "/proc/$server/stat"; }
one() {
  local name=$1 file=$2 pause=$3
  shift 3
  local before after
  before=$(cpu)
  wrk -t1 -c"$connections" -d"${seconds}s" --latency -s "$here/requests.lua" "$url" -- "$@" "$work/asked/$file" "$pause" >"$work/wrk"
  after=$(cpu)
  grep 'an answer with status' "$work/wrk" || true
  local count
  count=$(awk '/requests in/ {print $1}' "$work/wrk")
  echo "| $name | $(awk '/Requests\/sec/ {print $2}' "$work/wrk") | $(awk '$1 == "50%" {print $2}' "$work/wrk") | $(awk '$1 == "99%" {print $2}' "$work/wrk") | $(echo "scale=3; ($after - $before) * 10 / $count" | bc) ms |"
}
one "\`/match\`, one query" match 0 POST /compat/yente/match/default application/json
# 1,500 a second: each connection asks once in so many milliseconds
one "the same, 1,500 a second" match $((connections * 1000 / 1500)) POST /compat/yente/match/default application/json
one "\`/v1/screen\`, one party" screen 0 POST /v1/screen application/json
one "\`/v1/check\`, the customer screened" check 0 POST /v1/check application/yaml
one "tiles of the register" tiles 0 GET / -
echo "load after: $(cut -d' ' -f1-3 /proc/loadavg); memory of the server: $(awk '/VmHWM/ {print $2 / 1024 " MiB at most"}' "/proc/$server/status")"
