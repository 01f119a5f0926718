// Drives the desk in Chromium: the ways of a compliance officer, a licensing officer, a procurement officer, an assessor and
// a journalist, each from the first page to the last.
//
//   node desk.mjs BASE_URL OUTPUT_DIR SET_UP_LINK ROOT_OF_THE_TREE PROGRAM
//
// What people do is done with JavaScript switched off, by typing and pressing buttons. Every page that they come to is looked
// at by axe-core, light and dark, wide and narrow, in English and in German, and is kept as a screenshot.

import { execFileSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { accessible, base, dress, expect, finish, open, output, shoot, shots } from "./common.mjs";

const [setUp, root, program] = process.argv.slice(4);
const PASSWORD = "correct horse battery staple";
const example = (name) => readFile(path.join(root, "examples", name), "utf8");

const main = (page) => page.$eval("main", (e) => e.innerText);
const says = async (page, words, where) => {
  const text = await main(page);
  expect(text.includes(words), `${where}: \`${words}\` is not there: ${text.slice(0, 300)}`);
};

// Presses what sends a form, and waits for the page that follows. A folded part is opened first, as people do.
const press = async (page, selector) => {
  await page.$eval(selector, (e) => {
    for (let at = e; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
  });
  await Promise.all([page.waitForNavigation({ waitUntil: "load" }), page.click(selector)]);
};
const fill = async (page, selector, text) => {
  await page.$eval(selector, (e) => {
    for (let at = e; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    e.value = "";
  });
  await page.focus(selector);
  // a long text is pasted
  if (text.length > 200) await page.$eval(selector, (e, t) => { e.value = t; }, text);
  else await page.type(selector, text);
};
const go = (page, at) => page.goto(base + at, { waitUntil: "load" });

// Looks at a page that someone came to, in every way in which it can be read. The page of the person stays as it is.
const seen = new Set();
const look = async (page, name) => {
  if (seen.has(name)) throw new Error(`two pages are called ${name}`);
  seen.add(name);
  const at = page.url();
  for (const [suffix, options] of [
    ["", {}],
    ["-dark", { dark: true }],
    ["-narrow", { width: 360 }],
    ["-de", { language: "de" }],
  ]) {
    const other = await dress(await page.browserContext().newPage(), options);
    const answer = await other.goto(at, { waitUntil: "load" });
    expect(answer.status() === 200, `${name}${suffix}: ${answer.status()}`);
    await shoot(other, `desk-${name}${suffix}`);
    if (suffix !== "-narrow") await accessible(other, `desk ${name}${suffix}`);
    const shape = await other.evaluate(() => ({
      lang: document.documentElement.lang,
      h1: document.querySelectorAll("h1").length,
      main: document.querySelectorAll("main").length,
      inline: document.querySelectorAll("[style], style, script:not([src]), [onclick]").length,
      wide: document.documentElement.scrollWidth,
      blank: document.body.innerText.match(/\{[a-z]+\}/)?.[0],
    }));
    expect(shape.lang === (options.language ?? "en"), `${name}${suffix}: language ${shape.lang}`);
    expect(shape.h1 === 1 && shape.main === 1 && shape.inline === 0, `${name}${suffix}: ${JSON.stringify(shape)}`);
    expect(shape.blank === undefined, `${name}${suffix}: a blank was not filled: ${shape.blank}`);
    if (options.width) expect(shape.wide <= 360, `${name}: scrolls sideways on a narrow screen, ${shape.wide} units wide`);
    expect(other.troubles.length === 0, `${name}${suffix}: ${other.troubles.join("; ")}`);
    await other.close();
  }
};

const person = () => open({ script: false });
const signIn = async (page, name) => {
  await go(page, "/sign-in");
  await fill(page, "#name", name);
  await fill(page, "#password", PASSWORD);
  await press(page, "main form button");
};

// ---- the first start, and the people ----

const admin = await person();
await go(admin, setUp);
await look(admin, "welcome-first");
await fill(admin, "#name", "rosa");
await fill(admin, "#full_name", "Rosa Root");
await fill(admin, "#password", "short");
await fill(admin, "#again", "short");
// the browser holds a short password back by itself: taken off, the server says the same
await admin.$$eval("[minlength]", (all) => all.forEach((e) => e.removeAttribute("minlength")));
await press(admin, "main form button");
await says(admin, "at least 12", "a short password");
await fill(admin, "#name", "rosa");
await fill(admin, "#full_name", "Rosa Root");
await fill(admin, "#password", PASSWORD);
await fill(admin, "#again", PASSWORD);
await press(admin, "main form button");
expect(admin.url().endsWith("/sign-in"), "after the set-up one signs in");
const stranger = await person();
await go(stranger, "/desk");
expect(stranger.url().includes("/sign-in"), "the desk asks strangers to sign in");
await look(stranger, "sign-in");
expect((await fetch(base + setUp)).status === 404, "the set-up link works once");
await signIn(admin, "rosa");
await says(admin, "No possible match is undecided", "the empty queue");
await look(admin, "queue-empty");

const people = {};
for (const [name, full, roles] of [
  ["anna", "Anna Analyst", ["analyst"]],
  ["boris", "Boris Approver", ["approver"]],
  ["lena", "Lena Licensing", ["licensing_officer"]],
  ["omar", "عمر الفاحص", ["licensing_officer"]],
  ["adele", "Adèle Auditor", ["auditor"]],
]) {
  await go(admin, "/people");
  await fill(admin, "#name", name);
  await fill(admin, "#full_name", full);
  for (const role of roles) await admin.click(`form[action="/people"] input[value="${role}"]`);
  await press(admin, 'form[action="/people"] button');
  const link = (await admin.$eval(".banner pre", (e) => e.textContent)).trim();
  const page = await person();
  await go(page, link);
  if (name === "anna") await look(page, "welcome");
  await fill(page, "#password", PASSWORD);
  await fill(page, "#again", PASSWORD);
  await press(page, "main form button");
  await signIn(page, name);
  people[name] = page;
}
await go(admin, "/people");
await look(admin, "people");
const { anna, boris, lena, omar, adele } = people;

// ---- the compliance officer: hit, disposition, countersignature ----

await go(anna, "/desk/new");
await look(anna, "new");
await fill(anna, "#title", "New customer: a bakery in Lyon");
await fill(anna, "#applicant", "Candiru Bakery");
await anna.click('input[name=kind][value="party"]');
await press(anna, "main form button");
const party = new URL(anna.url()).pathname;
await look(anna, "case-empty");
await fill(anna, "#s-name", "Candiru");
await fill(anna, "#s-country", "FR");
await press(anna, `form[action="${party}/screen"] button`);
await says(anna, "undecided", "a possible match of the case");
await go(anna, "/desk");
await says(anna, "Candiru", "the queue");
await look(anna, "queue");
await press(anna, 'table a[href$="/matches/m1"]');
await look(anna, "match");
await fill(anna, "#why", "The customer bakes bread in Lyon; the entry makes intrusion software in Tel Aviv.");
await press(anna, 'button[value="not_same"]');
await says(anna, "waits for a second person", "one person alone decides nothing");
await go(boris, "/desk/mine");
await says(boris, "a second person must look", "the approver's work");
await look(boris, "mine");
await press(boris, "table a");
await press(boris, 'table a[href$="/matches/m1"]');
await look(boris, "match-second");
await press(boris, `form[action="${party}/confirm"] button`);
await says(boris, "another party", "decided by two");
await look(boris, "match-decided");
// what the second person may not do is said in words, with a way back
await go(anna, party);
await anna.click('input[name=outcome][value="refuse"]');
await fill(anna, "#p-reason", "We do not serve customers who cannot say where the flour comes from.");
await press(anna, `form[action="${party}/propose"] button`);
await says(anna, "You cannot sign", "never one's own work");
await go(boris, party);
await look(boris, "case-to-sign");
await fill(boris, "#sign-password", "not the password");
await press(boris, `form[action="${party}/sign"] button`);
await says(boris, "password is wrong; nothing was signed", "a wrong password");
await shoot(boris, "desk-refused");
await press(boris, "main a");
await fill(boris, "#sign-password", PASSWORD);
await press(boris, `form[action="${party}/sign"] button`);
await press(boris, `form[action="${party}/decide"] button`);
await says(boris, "The act is refused", "the decision");
await look(boris, "case-decided");

// ---- the licensing officer: case, question, decision paper, signatures, letter, appeal ----

await go(lena, "/desk/new");
await fill(lena, "#title", "Device extraction kits for a police laboratory");
await fill(lena, "#applicant", "Amstel Device Lab BV");
await fill(lena, "#facts", await example("licensing/forensic-kits-cl.yaml"));
await press(lena, "main form button");
const licence = new URL(lena.url()).pathname;
await press(lena, `form[action="${licence}/check"] button`);
await says(lena, "only conditions remain", "the answer in words");
await look(lena, "case-checked");
await fill(lena, "#q-text", "Who trains the users, and who holds the second key?");
await fill(lena, "#q-due", "01012026");
await press(lena, `form[action="${licence}/ask"] button`);
await says(lena, "overdue", "a question whose day is past");
await go(lena, "/desk");
await says(lena, "answers of the applicant", "what the case waits for");
await shoot(lena, "desk-queue-overdue");
await go(lena, licence);
await look(lena, "case-question");
await fill(lena, "#a-q1", "Our own staff trains them; a judge holds the second key.");
await press(lena, `form[action="${licence}/answer"] button`);
await writeFile(path.join(output, "ausführung.txt"), "Ausführungsbestimmungen\n");
await lena.$eval("#d-file", (e) => { e.closest("details").open = true; });
await (await lena.$("#d-file")).uploadFile(path.join(output, "ausführung.txt"));
await fill(lena, "#d-about", "end-use statement, signed");
await press(lena, `form[action="${licence}/document"] button`);
await fill(lena, "#note", "Called the applicant; the laboratory confirms the second key.");
await press(lena, `form[action="${licence}/note"] button`);
// given to a colleague by name, and taken back
const colleague = await lena.$$eval("#as-to option", (all) => all.find((o) => o.textContent.startsWith("Anna")).value);
await lena.$eval("#as-to", (e) => { e.closest("details").open = true; });
await lena.select("#as-to", colleague);
await press(lena, `form[action="${licence}/assign"] select ~ p button, form:has(#as-to) button`);
await says(lena, "Anna Analyst", "assigned");
await lena.click('input[name=outcome][value="licence"]');
await fill(lena, "#p-reason", "The licence covers the item, the consignee and the end use; both assessments are live.");
await fill(lena, "#p-cond", "Report yearly\nNo resale");
await press(lena, `form[action="${licence}/propose"] button`);
await go(boris, licence);
await says(boris, "You cannot sign", "the approver's turn is the second");
await go(omar, "/desk/mine");
await says(omar, "your countersignature is the next", "the second officer's work");
await go(omar, licence);
await look(omar, "paper-to-sign");
await press(omar, 'a[href$="/paper"]');
await look(omar, "paper");
await go(omar, licence);
await fill(omar, "#e-why", "The first sale of this kit to this country.");
await press(omar, `form[action="${licence}/escalate"] button`);
await fill(omar, "#sign-password", PASSWORD);
await press(omar, `form[action="${licence}/sign"] button`);
await go(boris, licence);
await fill(boris, "#sign-password", PASSWORD);
await press(boris, `form[action="${licence}/sign"] button`);
await go(admin, licence);
await fill(admin, "#sign-password", PASSWORD);
await press(admin, `form[action="${licence}/sign"] button`);
await press(admin, `form[action="${licence}/decide"] button`);
await says(admin, "A licence is issued", "the decision");
await press(admin, 'a[href$="/letter"]');
await look(admin, "letter");
await go(lena, licence);
await fill(lena, "#ap-by", "Example Rights Group");
await fill(lena, "#ap-g", "The second key is held by the police itself.");
await press(lena, `form[action="${licence}/appeal"] button`);
await says(lena, "The second key is held by the police itself", "the appeal");
await look(lena, "case-appeal");
await go(lena, "/desk/closed");
await says(lena, "Candiru Bakery", "closed cases");
await look(lena, "closed");

// ---- the procurement officer: the pledge, the gate, the look-up ----

await go(anna, "/subject/state:antarctica");
await says(anna, "PLEDGE-1", "the pledge of the state");
await go(anna, "/desk/new");
await fill(anna, "#title", "Case files of the district courts");
await fill(anna, "#applicant", "Ministry of Procurement");
await fill(anna, "#facts", await example("procurement/case-files.yaml"));
await press(anna, "main form button");
const purchase = new URL(anna.url()).pathname;
await press(anna, `form[action="${purchase}/check"] button`);
await look(anna, "case-procurement");
await says(anna, "PROCEED", "the answer");
expect(/not bound|not applicable|not controlled/.test(await main(anna)), "what was looked at is said where it found nothing");
await fill(anna, "#w-why", "The ministry buys nothing this year.");
await press(anna, `form[action="${purchase}/withdraw"] button`);
await says(anna, "withdrawn", "a withdrawn case");

// ---- the auditor: the log, taken along and verified offline by a stranger ----

await go(adele, "/desk/audit");
await says(adele, "key enrolled", "the log in words");
await look(adele, "audit");
const caseId = licence.split("/").pop();
await fill(adele, "#case", caseId);
await press(adele, ".inline-form button");
await look(adele, "audit-case");
const cookie = (await adele.browserContext().cookies()).map((c) => `${c.name}=${c.value}`).join("; ");
const zip = await fetch(`${base}/desk/audit.zip?case=${caseId}`, { headers: { cookie } });
expect(zip.status === 200, "the audit export");
await writeFile(path.join(output, "audit.zip"), Buffer.from(await zip.arrayBuffer()));
execFileSync("python3", ["-c", "import shutil,sys,zipfile; shutil.rmtree(sys.argv[2], ignore_errors=True); zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])",
  path.join(output, "audit.zip"), path.join(output, "audit")]);
const verify = (folder) => {
  try {
    return [0, execFileSync("sh", ["-c", `"${program}" verify --policy "${folder}/keys.txt" "${folder}"/bundles/*.json`],
      { encoding: "utf8", env: { ...process.env, COUNTERSIGN_HOME: "/nowhere" } })];
  } catch (error) {
    return [error.status, `${error.stdout}${error.stderr}`];
  }
};
const [code, words] = verify(path.join(output, "audit"));
expect(code === 0, `the audit export holds offline: ${code} ${words}`);
// one changed letter in one bundle, and it does not
const bundles = execFileSync("sh", ["-c", `ls "${output}"/audit/bundles/*.json`], { encoding: "utf8" }).trim().split("\n");
const victim = bundles[Math.floor(bundles.length / 2)];
const bundle = JSON.parse(await readFile(victim, "utf8"));
bundle.record.payload = bundle.record.payload.replace(/.$/s, (c) => (c === "A" ? "B" : "A"));
await writeFile(victim, JSON.stringify(bundle));
expect(verify(path.join(output, "audit"))[0] !== 0, "a changed bundle does not hold");

// ---- the account: codes, recovery codes, keys, sessions ----

await go(anna, "/account");
await look(anna, "account");
const qr = await anna.$eval(".qr svg path", (e) => e.getAttribute("d").length);
expect(qr > 1000, "the QR code is there");
const secret = (await anna.$eval(".qr dd", (e) => e.textContent)).trim();
// an authenticator of our own: RFC 6238
const totp = (moment) => execFileSync("python3", ["-c",
  "import base64,hmac,struct,sys; k=base64.b32decode(sys.argv[1]); h=hmac.new(k,struct.pack('>Q',int(sys.argv[2])//30),'sha1').digest(); o=h[-1]&15; print('%06d'%((struct.unpack('>I',h[o:o+4])[0]&0x7fffffff)%10**6))",
  secret, String(Math.floor(moment / 1000))], { encoding: "utf8" }).trim();
await fill(anna, "#on-c", totp(Date.now()));
await fill(anna, "#on-p", PASSWORD);
await press(anna, 'form[action="/account/codes"] button');
await signIn(anna, "anna");
await says(anna, "is wrong", "a password alone is not enough any more");
await fill(anna, "#name", "anna");
await fill(anna, "#password", PASSWORD);
await fill(anna, "#code", totp(Date.now() + 30_000));
await press(anna, "main form button");
await go(anna, "/account");
await fill(anna, "#rec-p", PASSWORD);
await press(anna, 'form[action="/account/recovery"] button');
await shoot(anna, "desk-account-recovery");
const codes = await anna.$$eval(".codes code", (all) => all.map((e) => e.textContent));
expect(codes.length === 10 && new Set(codes).size === 10, `recovery codes: ${codes.length}`);
await press(anna, 'form[action="/sign-out"] button');
for (const [typed, lets] of [[codes[0].toLowerCase(), true], [codes[0], false], [codes[1], true]]) {
  const page = await person();
  await go(page, "/sign-in");
  await fill(page, "#name", "anna");
  await fill(page, "#password", PASSWORD);
  await fill(page, "#code", typed);
  await press(page, "main form button");
  expect(page.url().endsWith("/desk") === lets, `a recovery code works once: ${page.url()}`);
  people.anna = lets ? page : people.anna;
}
const annaAgain = people.anna;
await go(annaAgain, "/account");
await says(annaAgain, "8 of 10", "two recovery codes were used");
await fill(annaAgain, "#k-purpose", "the order system");
await annaAgain.click('form[action="/account/keys"] input[value="screen"]');
await press(annaAgain, 'form[action="/account/keys"] button');
expect((await annaAgain.$eval(".banner pre", (e) => e.textContent)).startsWith("csk_"), "a key is shown once");
// what must be in no log: the script of the run looks for each
const session = (await annaAgain.browserContext().cookies()).find((c) => c.name === "countersign_session").value;
const shown = (await annaAgain.$eval(".banner pre", (e) => e.textContent).catch(() => "csk_00000000_none")).split("_").pop();
await writeFile(path.join(output, "secrets.txt"), [PASSWORD, session, secret, shown, ...codes].join("\n"));
await go(annaAgain, "/account");
await look(annaAgain, "account-full");
await press(annaAgain, 'form[action="/account/sessions/end"] button');
await go(annaAgain, "/desk");
expect(annaAgain.url().includes("/sign-in"), "signed out everywhere");

// ---- the assessor: the draft, what was said to it, and the answers in place ----

const assessor = await person();
await go(assessor, "/assessment/assessment:kit-2027");
await says(assessor, "out for comment", "a draft");
await go(assessor, "/assessment/assessment:kit-cl");
await says(assessor, "A judge; see the answer to CT-01", "the response stands under its comment");
await says(assessor, "Who holds the second key?", "the comment");

// ---- the journalist: looks a vendor up, reads, and verifies in the browser ----

const journalist = await open();
await go(journalist, "/");
await journalist.type("#q", "Amstel Device Lab");
await Promise.all([journalist.waitForNavigation(), journalist.click(".search button")]);
await Promise.all([journalist.waitForNavigation(), journalist.click('main a[href^="/subject/vendor:amstel-device-lab"]')]);
await says(journalist, "Extraction Kit was used on the telephones of journalists", "the finding on the vendor's page");
await says(journalist, "We sell to lawful authorities only", "the vendor's reply beside it");
await Promise.all([journalist.waitForNavigation(), journalist.click('main a[href^="/record/"]')]);
await journalist.waitForSelector("#verify-button", { visible: true });
await journalist.click("#verify-button");
await journalist.waitForFunction(() => ["holds", "fails", "incomplete"].includes(document.getElementById("verify-result").dataset.state));
expect((await journalist.$eval("#verify-result", (e) => e.dataset.state)) === "holds", "the record holds in the journalist's browser");
const record = new URL(journalist.url()).pathname;
await writeFile(path.join(output, "record.json"), Buffer.from(await (await fetch(`${base}${record}/bundle.json`)).arrayBuffer()));
const offline = execFileSync(program, ["verify", path.join(output, "record.json")], { encoding: "utf8", env: { ...process.env, COUNTERSIGN_HOME: "/nowhere" } });
expect(/holds|true|verified|recorded/i.test(offline), `the same with the program: ${offline.slice(0, 200)}`);

// ---- the keyboard alone: from the queue into a case and to its form ----

await go(lena, "/desk");
await lena.keyboard.press("Tab");
await lena.keyboard.press("Enter");
expect((await lena.evaluate(() => document.activeElement.id)) === "content", "the first stop skips to the content");
const reached = [];
for (let n = 0; n < 40; n += 1) {
  await lena.keyboard.press("Tab");
  reached.push(await lena.evaluate(() => document.activeElement.getAttribute("href") ?? document.activeElement.tagName));
}
expect(reached.includes("/desk/new") && reached.some((at) => at.startsWith("/desk/cases/")), `the keyboard reaches the cases: ${reached}`);

// ---- on paper ----

for (const [name, at] of [["case", licence], ["paper", `${party}/paper?decision=1`], ["letter", `${party}/letter`]]) {
  const page = await dress(await boris.browserContext().newPage());
  await go(page, at);
  await writeFile(path.join(shots, `desk-${name}-print.pdf`), await page.pdf({ format: "A4", printBackground: true }));
  await page.emulateMediaType("print");
  const hidden = await page.$$eval(".top .nav, form button", (all) => all.every((e) => !e.checkVisibility()));
  expect(hidden, `${name}: navigation and forms are not printed`);
  await page.setViewport({ width: 800, height: 1100 });
  await shoot(page, `desk-${name}-print`);
  await page.close();
}

await finish("desk");
