#!/usr/bin/env python3
"""Customers that do not exist: customers.py COUNT [NAMES] > customers.csv

Two thirds companies, one third persons. Words repeat as they do in registers: few are frequent, most are rare. One in a thousand
is taken from NAMES (a file, a name a line), half of them with a letter changed. The same arguments give the same file.
"""

import random
import sys

FORMS = ["Ltd", "GmbH", "S.A.", "Inc", "B.V.", "s.r.o.", "Oy", "AB", "SRL", "LLC", "PLC", "A.S."]
ONSETS = ["b", "br", "c", "ch", "d", "dr", "f", "g", "gr", "h", "j", "k", "kl", "l", "m", "n", "p", "pr", "r", "s", "sh", "st", "t", "tr", "v", "w", "z"]
VOWELS = ["a", "e", "i", "o", "u", "ai", "ei", "ou", "ia"]
CODAS = ["", "", "", "n", "r", "l", "s", "t", "m", "nd", "rk"]
COUNTRIES = ["DE", "FR", "IT", "ES", "PL", "NL", "US", "GB", "IL", "AE", "TR", "IN", "CN", "BR", "KE", "MX"]


def word(draw):
    return "".join(draw.choice(ONSETS) + draw.choice(VOWELS) + draw.choice(CODAS) for _ in range(draw.randint(1, 3))).capitalize()


def stock(draw, count):
    words = sorted({word(draw) for _ in range(count)})
    draw.shuffle(words)
    return words


def main():
    count = int(sys.argv[1])
    listed = [line.strip() for line in open(sys.argv[2], encoding="utf-8") if line.strip()] if len(sys.argv) > 2 else []
    draw = random.Random(20261126)
    words, given, family = stock(draw, 60_000), stock(draw, 3_000), stock(draw, 80_000)

    def frequent(of):
        # of a stock of n the k-th is drawn about as 1/k
        return of[min(int(len(of) ** draw.random()) - 1, len(of) - 1)]

    out = sys.stdout
    out.write("id,name,schema,country\n")
    for n in range(count):
        if listed and n % 1000 == 0:
            name, schema = draw.choice(listed), ""
            if n % 2000 == 0 and len(name) > 4:
                at = draw.randrange(1, len(name))
                name = name[:at] + "e" + name[at + 1 :]
        elif n % 3 == 0:
            name, schema = f"{frequent(given)} {frequent(family)}", "Person"
        else:
            parts = [frequent(words) for _ in range(draw.randint(1, 3))]
            name, schema = " ".join([*parts, draw.choice(FORMS)]), "Company"
        name = name.replace('"', "").replace(",", " ")
        out.write(f"C{n},{name},{schema},{draw.choice(COUNTRIES)}\n")


main()
