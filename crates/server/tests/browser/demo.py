#!/usr/bin/env python3
"""Makes a data directory and a register to look at, with the program's own commands.

    demo.py PROGRAM DIR        makes DIR/home and DIR/register; prints nothing when all went well

Everybody and everything in it is invented. Names are written in several scripts, some are long, some things are missing:
what real registers do to pages. The clock of each command is set with faketime, so that a life of months is made at once.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys

PROGRAM, TARGET = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
ROOT = pathlib.Path(__file__).resolve().parents[4]
WORK = TARGET / "work"
HOME, REGISTER = TARGET / "home", TARGET / "register"


MINUTES = {}


def on(day, *args, check=True):
    """Runs the program on a day, each call a minute after the last one, and gives what it printed."""
    minute = MINUTES[day] = MINUTES.get(day, -1) + 1
    clock = f"{day} {9 + minute // 60:02}:{minute % 60:02}:00"
    environment = {**os.environ, "TZ": "UTC", "COUNTERSIGN_HOME": str(HOME), "COUNTERSIGN_REGISTER": str(REGISTER)}
    command = ["faketime", clock, str(PROGRAM), *map(str, args)]
    done = subprocess.run(command, env=environment, cwd=WORK, capture_output=True, text=True, check=False)
    if check and done.returncode not in (0, 10, 20, 30):
        sys.exit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout


def write(name, text):
    path = WORK / name
    path.write_text(text, encoding="utf-8")
    return path


def key(who):
    path = WORK / f"{who}.key"
    return path, on("2025-12-01", "key", "new", "--name", who, "--out", path).strip()


def digest(text):
    """The digest that a command printed last on its first line."""
    return text.splitlines()[0].split()[-1]


def append(day, kind, key_path, about, by, summary, content, documents=()):
    """Signs a record and logs it."""
    record = {"kind": kind, "about": about, "by": by, "date": day, "summary": summary, "content": content}
    # JSON is YAML
    path = write(f"{kind}.yaml", json.dumps(record, ensure_ascii=False))
    more = [argument for name, file in documents for argument in ("--document", f"{name}={file}")]
    return digest(on(day, "register", "append", path, "--key", key_path, *more))


def lists():
    """Two copies of one list, with entries that come, change and go."""

    def entity(number, schema, names, country, **more):
        properties = {"name": names[:1], "alias": names[1:], "country": [country], "topics": ["sanction"], **more}
        properties = {name: values for name, values in properties.items() if values}
        return json.dumps({"id": f"ex-{number}", "schema": schema, "caption": names[0], "datasets": ["eu_fsf"],
                           "properties": properties}, ensure_ascii=False)

    long = ("Staatliches Forschungs- und Produktionszentrum für funktechnische Überwachungssysteme und "
            "Nachrichtenaufklärung „Morgenröte“")
    march = [
        entity(1, "Company", ["Zorblax Optics"], "by"),
        entity(2, "Company", ["Quillfeather Signals"], "by", address=["1 Mill Lane, Minsk"]),
        entity(3, "Company", ["ООО «Северный Перехват»", "Severny Perekhvat LLC", "Northern Intercept"], "ru",
               registrationNumber=["1027700000001"]),
        entity(4, "Company", ["北京云镜网络监测技术有限公司", "Beijing Yunjing Network Monitoring Technology Co., Ltd."], "cn"),
        entity(5, "Organization", ["مركز الأفق للمراقبة الرقمية", "Al-Ufuq Digital Monitoring Centre"], "ae"),
        entity(6, "Company", [long, "Morgenröte SPC"], "by"),
        entity(7, "Company", ["Harbour Signals Ltd"], "mt"),
        entity(8, "Person", ["Ignat Orlov", "Игнат Орлов"], "cy", birthDate=["1971-04-02"]),
        entity(9, "Company", ["Amstel Device Lab BV"], "nl"),
    ]
    may = [line for line in march if '"ex-1"' not in line and '"ex-2"' not in line]
    may.append(entity(2, "Company", ["Quillfeather Signals", "Quillfeather Systems"], "by",
                      address=["7 Harbour Road, Minsk"]))
    for name, day, entries in [("march", "2026-03-01", march), ("may", "2026-05-01", may)]:
        path = write(f"{name}.ftm.json", "\n".join(entries) + "\n")
        on(day, "lists", "import", path, "--source", "ftm:eu_fsf", "--day", day)


def own_list():
    """A deny list of the organisation itself, which no page may show."""
    path = write("own.csv", "number,name,country\n1,Secretly Denied Trading,NL\n")
    mapping = write("own.toml", 'schema = "own-list/1"\n[columns]\nid = "number"\nname = "name"\ncountry = "country"\n')
    on("2026-05-02", "lists", "import", path, mapping, "--source", "own:denied")
    found = on("2026-05-03", "screen", "Secretly Denied Trading")
    if "own:denied:1" not in found:
        sys.exit(f"the list of one's own is not loaded, so that nothing is tried by it: {found}")


def indicators():
    """Invented values of a country that has no state."""
    wgi = ["code,countryname,year,indicator,estimate,stddev,nsource"]
    vdem = ["country_text_id,country_name,year,v2x_rule,v2x_rule_codelow,v2x_rule_codehigh"]
    pts = ["Country,Year,WordBank_Code_A,PTS_A,PTS_H,PTS_S"]
    for n, year in enumerate(range(2006, 2026)):
        estimate = 0.75 - 0.07 * n + 0.1 * (n % 3)
        rule = 0.62 - 0.018 * n
        if year != 2014:
            wgi.append(f"ATA,Antarctica,{year},rl,{estimate:.4f},{0.16 + 0.005 * (n % 4):.4f},{6 + n % 5}")
        vdem.append(f"ATA,Antarctica,{year},{rule:.3f},{rule - 0.05:.3f},{rule + 0.06:.3f}")
        pts.append(f"Antarctica,{year},ATA,{2 + n // 8},{2 + n // 9},{3 + n // 12}")
    for source, rows, vintage in [("wgi", wgi, "2026 update"), ("vdem", vdem, "v16"), ("pts", pts, "2026")]:
        path = write(f"{source}.csv", "\n".join(rows) + "\n")
        on("2026-04-01", "indicators", "import", path, "--source", source, "--vintage", vintage,
           "--published", "2026-03-15")
    findings = HOME / "public" / "findings"
    findings.mkdir(parents=True)
    (findings / "findings.toml").write_text('''schema = "findings/1"
[[finding]]
id = "ex-court-1"
country = "AQ"
kind = "court"
date = "2025-10-09"
published_on = "2025-10-20"
title = "Interception without a warrant"
found_by = "An invented court"
agency = "Agency for Polar Information"
text = "The agency intercepted the messages of members of two expeditions without the warrant that its statute asks for."
source = "https://court.example/2025/17"
tier = "E2"
status = "stands"
[[finding.reply]]
by = "Agency for Polar Information"
on = "2025-11-03"
text = "We have appealed."
''', encoding="utf-8")


def owners():
    folder = HOME / "public" / "owners"
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "examples/ownership/harbour-signals.bods.json", folder)


def assessment_text(assessor, reviewer):
    """The example of the tree, with keys and subjects."""
    text = (ROOT / "examples/assessments/kit-cl.yaml").read_text(encoding="utf-8")
    lines = []
    for line in text.splitlines():
        if line.startswith("assessor: {"):
            line = f"assessor: {{party: waal, key: '{assessor}'}}"
        if line.startswith("reviewer: {"):
            line = f"reviewer: {{party: minho, key: '{reviewer}'}}"
        line = line.replace("relation: vendor_group,", "subject: 'vendor:amstel-device-lab', relation: vendor_group,")
        line = line.replace("product: {name: Extraction Kit,",
                            "product: {name: Extraction Kit, subject: 'product:extraction-kit',")
        line = line.replace("country: CL, relation: end_user",
                            "country: CL, subject: 'operator:laboratorio-de-evidencia-digital', relation: end_user")
        lines.append(line)
    return "\n".join(lines) + "\n"


def draft(path, key_path, folder):
    on("2026-02-20", "assess", "seal", path, "--out", WORK / folder)
    on("2026-02-20", "assess", "sign", WORK / folder, "--key", key_path, "--comment-until", "2026-03-29")
    return digest(on("2026-02-20", "assess", "publish", WORK / folder))


def final(path, keys, folder, of, day):
    on(day, "assess", "seal", path, "--out", WORK / folder)
    on(day, "assess", "review", WORK / folder, "--document", path, "--key", keys["minho"])
    on(day, "assess", "sign", WORK / folder, "--key", keys["waal"], "--final", "--draft", of)
    return digest(on(day, "assess", "publish", WORK / folder))


def register():
    keys, public = {}, {}
    for who in ["registrar", "waal", "minho", "panel", "finder", "office", "ministry", "vendor", "someone"]:
        keys[who], public[who] = key(who)
    on("2025-12-01", "register", "init", REGISTER, "--origin", "register.example.org", "--keeper",
       "Registry office", "--key", keys["registrar"], "--funder", "A foundation")

    for who, name, organisation, roles, more in [
        ("waal", "Ana Lead", "Waal Rights Assessors", ["assessor"], {}),
        ("minho", "Rui Reader", "Minho Institute", ["assessor"], {}),
        ("panel", "Panel 3", "The Panel", ["adjudicator"], {}),
        ("finder", "ليلى مثال", "مختبر الأدلة الرقمية", ["investigator"], {}),
        ("office", "Export office", "Ministry of Examples", ["publisher"], {}),
        ("ministry", "Ministry of Procurement", "Antarctic Example", ["state"], {"state": "AQ"}),
    ]:
        member = {"name": name, "organisation": organisation, "key": public[who], "roles": roles,
                  "from": "2025-12-01", **more}
        append("2025-12-02", "accreditation", keys["registrar"], [f"assessor:{who}"], {"name": "Registry office"},
               f"{organisation}: {', '.join(roles)}", {"member": member, "standard": "The roster body's own, file 12"})

    # an assessment from its draft to the revocation
    path = write("kit-cl.yaml", assessment_text(public["waal"], public["minho"]))
    of = draft(path, keys["waal"], "draft")
    by_vendor = {"name": "Amstel Device Lab BV"}
    about = ["assessment:kit-cl"]
    comments = [
        ("2026-03-01", "someone", {"name": "anonymous"}, "Who holds the second key?", "en",
         "A judge; see the answer to CT-01, which now names the court.", "accepted"),
        ("2026-03-04", "vendor", by_vendor,
         "Der Satz über die Protokollierung ist ungenau: Bedienhandlungen werden seit Version 4.0 außerhalb des "
         "Einflusses des Kunden aufgezeichnet. Wir bitten, das zu berichtigen.\n\nZum Rest haben wir keine Anmerkungen.",
         "de", "The log can be read by vendor staff; the sentence stays.", "rejected"),
        ("2026-03-09", "someone", {"name": "منظمة الحقوق الرقمية"},
         "لا يذكر التقييم من يراجع أوامر المحكمة بعد تجديدها، ولا مدة الاحتفاظ بالنسخ المستخرجة.", "ar",
         "Retention is in LF-13; who reviews renewals was added.", "partly"),
    ]
    logged = [append(day, "comment", keys[who], about, by, text.splitlines()[0][:90],
                     {"of": {"record": of}, "text": text, "language": language})
              for day, who, by, text, language, _, _ in comments]
    for comment, (*_, reason, disposition) in zip(logged, comments):
        append("2026-03-20", "response", keys["waal"], about,
               {"name": "Ana Lead", "organisation": "Waal Rights Assessors"}, f"Response: {reason}",
               {"to": {"record": comment}, "disposition": disposition, "reason": reason})
    last = final(path, keys, "final", of, "2026-03-30")

    pledge = write("pledge.txt", "We buy such tools only with an independent public assessment.\n")
    append("2026-04-02", "pledge", keys["ministry"], ["state:antarctica"], {"name": "Ministry of Procurement"},
           "Surveillance tools are bought only with an independent public assessment",
           {"state": "AQ", "rules": ["PLEDGE-1", "PLEDGE-2", "PLEDGE-4"], "signed_on": "2026-04-01",
            "signatory": {"name": "M. Minister", "office": "Minister of the Interior"}, "document": "pledge.txt"},
           [("pledge.txt", pledge)])

    # what an investigation found, and what was said to it
    stix = write("indicators.json", (json.dumps({
        "type": "bundle", "id": "bundle--5d0092c5-5f74-4287-9642-33f4c354e56d", "objects": [{
            "type": "indicator", "spec_version": "2.1", "id": "indicator--9299f726-ce06-492e-8472-2b52ccb53191",
            "created": "2026-06-01T00:00:00.000Z", "modified": "2026-06-01T00:00:00.000Z",
            "pattern": "[domain-name:value = 'update.example']", "pattern_type": "stix",
            "valid_from": "2026-03-01T00:00:00Z"}]}) + "\n"))
    def claim(text, tier, files):
        return {"claim": text, "vendor": "vendor:amstel-device-lab", "product": "product:extraction-kit",
                "operator": "operator:agency-for-polar-information", "state": "AQ",
                "period": {"from": "2026-03-01", "until": "2026-05-31"},
                "targets": {"groups": ["journalists", "human_rights_defenders"], "at_least": 5}, "tier": tier,
                "sources": [
                    {"publisher": "Example Lab", "title": "Traces of Extraction Kit on three devices",
                     "published_on": "2026-05-20", "url": "https://lab.example/traces"},
                    {"publisher": "صحيفة المثال", "title": "من كان تحت المراقبة؟", "published_on": "2026-05-22"}],
                "files": files, "protects_people": "yes"}
    files = [{"file": "indicators.json", "role": "stix2", "description": "Domains found on three devices",
              "custody": [{"day": "2026-05-10", "from": {"kind": "protected_person"},
                           "to": {"kind": "investigator", "name": "Example Lab"},
                           "how": "Examined in person; the image is kept encrypted"}]}]
    who = ["vendor:amstel-device-lab", "product:extraction-kit", "operator:agency-for-polar-information"]
    incident = append("2026-06-01", "incident", keys["someone"], who, {"name": "Example Rights Group"},
                      "Extraction Kit was used against journalists",
                      {"claim": claim("Extraction Kit was used against journalists without a warrant", "E3", [])})
    finding = append("2026-06-20", "finding", keys["finder"], who, {"name": "ليلى مثال"},
                     "Confirmed: Extraction Kit was used against journalists and rights defenders without a warrant",
                     {"claim": claim("Extraction Kit was used on the telephones of journalists and rights defenders without the "
                                     "warrant that the statute asks for", "E1", files),
                      "conclusion": "confirmed", "method": "Two laboratories examined the images independently of each other.",
                      "incidents": [{"record": incident}], "accused_asked_on": "2026-06-02"},
                     [("indicators.json", stix)])
    challenge = append("2026-06-21", "challenge", keys["someone"], about, {"name": "Example Rights Group"},
                       "A stop fact existed when the assessment was made",
                       {"of": {"record": last}, "grounds": ["REV-01"],
                        "text": "The kit left the laboratory in spring; see the finding referred to in our letter."})
    on("2026-06-24", "assess", "suspend", "assessment:kit-cl", "--trigger", "misuse_report", "--since", "2026-06-20",
       "--reason", "Telephones of journalists", "--key", keys["panel"], "--name", "Panel 3", check=False)
    append("2026-06-25", "reply", keys["vendor"], ["vendor:amstel-device-lab"], by_vendor, "The vendor answers",
           {"to": {"record": finding}, "from": "vendor:amstel-device-lab",
            "text": "We sell to lawful authorities only. We have asked the agency for its logs and stopped its updates until we "
                    "have them.", "documents": []})
    dispute = append("2026-06-27", "dispute", keys["vendor"], ["vendor:amstel-device-lab"], by_vendor,
                     "The vendor disputes the attribution",
                     {"of": {"record": finding}, "text": "The domains were sold in January to somebody else.", "documents": []})
    append("2026-07-20", "dispute_outcome", keys["panel"], ["vendor:amstel-device-lab"], {"name": "Panel 3"},
           "The finding stands", {"of": {"record": dispute}, "record": {"record": finding}, "outcome": "stands",
                                  "reasons": "The domains answered with the vendor's certificate until June."})

    append("2026-07-22", "challenge_decision", keys["panel"], about, {"name": "Panel 3"}, "The challenge is upheld",
           {"of": {"record": challenge}, "outcome": "upheld",
            "reasons": "The kit was passed on to a body that the assessment does not name.",
            "panel": [{"name": "Panel 3", "organisation": "The Panel", "key": public["panel"]}]})
    on("2026-07-25", "assess", "revoke", "assessment:kit-cl", "--ground", "REV-01", "--since", "2026-06-20", "--reason",
       "The finding was confirmed and stands", "--key", keys["panel"])
    zero = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    append("2026-08-01", "published_decision", keys["office"], who[:2], {"name": "Export office"},
           "The export of Extraction Kit to the Agency for Polar Information was stopped",
           {"decision": zero, "action": "export", "answer": "STOP", "as_of": "2026-07-30", "law": zero})
    append("2026-08-02", "list_snapshot", keys["registrar"], ["list:eu-fsf"], {"name": "Registry office"},
           "The EU list of 2026-05-01", {"source": "eu_fsf", "publisher": "European Commission",
                                         "url": "https://webgate.ec.europa.eu/fsd/fsf", "retrieved_on": "2026-05-01",
                                         "sha256": zero, "entries": 8})
    append("2026-08-03", "comment", keys["someone"], ["vendor:beijing-yunjing", "register:example"],
           {"name": "王小明", "organisation": "示例研究所"}, "关于北京云镜网络监测技术有限公司的说明：该公司已更名",
           {"of": {"record": finding}, "text": "该公司已更名，但产品与人员未变。", "language": "zh"})
    # a draft that nobody has commented yet
    other = write("kit-ar.yaml", assessment_text(public["waal"], public["minho"])
                  .replace("id: kit-cl", "id: kit-2027").replace("title: Device extraction kit for a police laboratory",
                  "title: Device extraction kit for a second laboratory, with a longer title than the first one had"))
    on("2026-10-20", "assess", "seal", other, "--out", WORK / "draft-2")
    on("2026-10-20", "assess", "sign", WORK / "draft-2", "--key", keys["waal"], "--comment-until", "2026-11-29")
    on("2026-10-20", "assess", "publish", WORK / "draft-2")


def main():
    WORK.mkdir(parents=True)
    on("2025-11-30", "init")
    lists()
    own_list()
    indicators()
    owners()
    register()
    on("2026-10-21", "register", "verify")


if __name__ == "__main__":
    main()
