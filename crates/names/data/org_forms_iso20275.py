#!/usr/bin/env python3
"""Make org_forms_iso20275.csv from the list of entity legal forms (ISO 20275, published by the GLEIF, CC0).

usage: org_forms_iso20275.py FILE.csv > org_forms_iso20275.csv

Of the active forms, the names (and their transliterations) of two to eight words that say by a word of the law that the body is
limited, has shares, is a partnership or a cooperative. What names a kind of house (banks, funds, schools, associations,
foundations) is left out: in the name of a body it tells who it is. Spellings are folded as the program folds them.
"""
import csv
import gzip
import sys
import unicodedata

CLASSES = [
    ("partnership", "partner kommandit commandit comandit komandit"),
    ("cooperative", "cooperat kooperat genossenschaft coopérat coöperat kooperatī"),
    ("limited", "limited limitada responsab haftung ograni ierobežot begrænset ansvar aansprakelijkheid ograničen omejeno"),
    ("stock", "stock share anonym anonim anónim anônim aktie akciová akcionar akcij akcyjn acciones azioni actions dioničk delnišk akcine"),
]
HOUSES = """trust fund fonds fondo fund bank banco banca banque kassa kasse sparkasse society church school university hospital
municip insurance assurance seguros versicherung union credit crédit association verein asociac associa foundation stiftung fundac
fondation investment investering investi inversi pension charit public publi state mutual mutua sociedad agraria agricultur farm
housing wohnung habitat vivienda labor laboral profession trade sport""".split()
FOLD = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ð": "d"})


def fold(text):
    text = unicodedata.normalize("NFD", text.lower().translate(FOLD))
    text = "".join(c for c in text if not unicodedata.combining(c)).replace("'", "").replace("’", "")
    return " ".join("".join(c if c.isalnum() else " " for c in text).split())


def main():
    opened = gzip.open if sys.argv[1].endswith(".gz") else open
    forms = {}
    with opened(sys.argv[1], "rt", encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row["ELF Status ACTV/INAC"] != "ACTV":
                continue
            for column in ("Entity Legal Form name Local name", "Entity Legal Form name Transliterated name (per ISO 01-140-10)"):
                name = fold(row[column])
                words = name.split()
                told = row[column].lower()
                kind = next((k for k, marks in CLASSES if any(m in told or fold(m) in name for m in marks.split())), None)
                house = any(word.startswith(mark) for word in words for mark in HOUSES)
                # other scripts have no capitals to fold and are read as they are
                if not (2 <= len(words) <= 8) or kind is None or house or not all(c.isascii() for c in name):
                    continue
                key = (kind, row["ELF Code"])
                countries, spellings = forms.setdefault(key, (set(), set()))
                countries.add(row["Country Code (ISO 3166-1)"])
                spellings.add(name)
    seen = set()
    print("code,generic,place,countries,source,spellings")
    for (kind, code), (countries, spellings) in sorted(forms.items(), key=lambda f: (f[0][1], f[0][0])):
        new = sorted(s for s in spellings if s not in seen)
        seen.update(new)
        if new:
            print(f"elf_{code.lower()},{kind},end,{';'.join(sorted(countries))},ISO 20275,{'|'.join(new)}")


main()
