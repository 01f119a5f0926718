#!/usr/bin/env python3
"""Make common_census.csv from the name counts of the US Census of 1990 (public domain).

usage: common_census.py DIRECTORY > common_census.csv

DIRECTORY holds dist.all.last, dist.male.first and dist.female.first as the Census Bureau published them (the sdist of
`names` 0.3.0 on PyPI carries them). A name that a share p of people bears tells -log2(p) bits; its factor is these bits over
the 16 that a rare name tells, in steps of 0.05, at least 0.45. Names of 0.85 and above are left out. Given names count each
sex as one half.
"""
import math
import pathlib
import sys

share = {}
for name, half in (("dist.all.last", 1.0), ("dist.male.first", 0.5), ("dist.female.first", 0.5)):
    for line in (pathlib.Path(sys.argv[1]) / name).read_text(encoding="ascii").splitlines():
        word, percent, *_ = line.split()
        share[word.lower()] = max(share.get(word.lower(), 0.0), float(percent) / 100 * half)
by_factor = {}
for word, p in share.items():
    if p <= 0 or len(word) < 2:
        continue
    factor = max(0.45, math.floor(-math.log2(p) / 16 * 20) / 20)
    if factor < 0.85:
        by_factor.setdefault(factor, []).append(word)
print("factor,names")
for factor, words in sorted(by_factor.items()):
    print(f"{factor:.2f}," + "|".join(sorted(words)))
