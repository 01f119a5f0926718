// Drives the public pages in Chromium.
//
//   node pages.mjs BASE_URL OUTPUT_DIR
//
// Every page: no serious finding of axe-core, light and dark; no sideways scrolling on a narrow screen; no error on its
// console; the same without JavaScript; JSON, CSV and feed that can be read. The Verify button is green on a true record
// and red on each way of changing it. Screenshots of everything lie in OUTPUT_DIR/screenshots.

import { writeFile } from "node:fs/promises";
import path from "node:path";
import { accessible, base, expect, finish, open, shoot, shots } from "./common.mjs";

// name, path, forms that it is to be had in
const record = (kind) => `/search?kind=${kind}`;
const PAGES = [
  ["home", "/", ["json"]],
  ["search", "/search?q=Amstel+Device+Lab", ["json", "csv", "atom"]],
  ["search-arabic", `/search?q=${encodeURIComponent("مركز الأفق للمراقبة الرقمية")}`, ["json"]],
  ["search-nothing", "/search?q=Nobody+of+that+name", ["json"]],
  ["search-wrong", "/search?q=Amstel&country=Atlantis", []],
  ["register", "/register", ["json", "csv", "atom"]],
  ["register-findings", "/register?kind=finding", ["json", "csv", "atom"]],
  ["subjects", "/subjects", ["json", "csv"]],
  ["vendor", "/subject/vendor:amstel-device-lab", ["json", "csv", "atom"]],
  ["vendor-past", "/subject/vendor:amstel-device-lab?as_of=2026-04-15", ["json"]],
  ["state", "/subject/state:antarctica", ["json", "csv", "atom"]],
  ["party", "/party/ftm:eu_fsf:ex-2", ["json", "csv", "atom"]],
  ["party-cyrillic", "/party/ftm:eu_fsf:ex-3", ["json"]],
  ["party-long", "/party/ftm:eu_fsf:ex-6", ["json"]],
  ["party-owners", "/party/ftm:eu_fsf:ex-7", ["json", "csv", "atom"]],
  ["party-delisted", "/party/ftm:eu_fsf:ex-1", ["json", "csv", "atom"]],
  ["party-starter", "/party/starter:EL-SANDVINE", ["json", "csv", "atom"]],
  ["assessment", "/assessment/assessment:kit-cl", ["json", "csv", "atom"]],
  ["assessment-live", "/assessment/assessment:kit-cl?as_of=2026-04-15", ["json", "csv"]],
  ["assessment-draft", "/assessment/assessment:kit-2027", ["json", "csv", "atom"]],
  ["countries", "/countries", []],
  ["country", "/country/AQ", ["json", "csv", "atom"]],
  ["country-empty", "/country/NL", ["json", "csv", "atom"]],
  ["lists", "/lists", ["json", "csv", "atom"]],
  ["verify", "/verify", []],
  ["not-found", "/subject/vendor:nobody", []],
];

// the finding and a comment, by what the register says of itself
const newest = async (kind) => {
  const answer = await fetch(`${base}/register?kind=${kind}&format=json`);
  return (await answer.json()).records[0].index;
};
const finding = await newest("finding");
PAGES.push(["record-finding", `/record/${finding}`, ["json"]]);
PAGES.push(["record-roster", "/record/0", ["json"]]);
PAGES.push(["record-comment", `/record/${await newest("comment")}`, ["json"]]);
PAGES.push(["record-assessment", `/record/${await newest("assessment")}`, ["json"]]);

const titles = new Map();
for (const dark of [false, true]) {
  const page = await open({ dark });
  for (const [name, at] of PAGES) {
    await page.goto(base + at, { waitUntil: "load" });
    await shoot(page, dark ? `${name}-dark` : name);
    await accessible(page, dark ? `${name} (dark)` : name);
    const shape = await page.evaluate(() => ({
      lang: document.documentElement.lang,
      title: document.title,
      h1: document.querySelectorAll("h1").length,
      main: document.querySelectorAll("main").length,
      inline: document.querySelectorAll("[style], style, script:not([src]), [onclick]").length,
    }));
    expect(shape.lang === "en" && shape.h1 === 1 && shape.main === 1, `${name}: ${JSON.stringify(shape)}`);
    expect(shape.inline === 0, `${name}: inline style or script`);
    titles.set(name, shape.title);
    expect(page.troubles.length === 0, `${name}: ${page.troubles.splice(0).join("; ")}`);
  }
  await page.browserContext().close();
}

// narrow screens, and German
{
  const page = await open({ width: 360, language: "de-AT,de;q=0.9,en;q=0.5" });
  for (const [name, at] of PAGES) {
    await page.goto(base + at, { waitUntil: "load" });
    await shoot(page, `${name}-narrow`);
    const shape = await page.evaluate(() => ({
      lang: document.documentElement.lang,
      wide: document.documentElement.scrollWidth,
      title: document.title,
    }));
    expect(shape.lang === "de", `${name}: German was asked for`);
    expect(shape.wide <= 360, `${name}: scrolls sideways on a narrow screen, ${shape.wide} units wide`);
  }
  await accessible(page, "German");
  await page.browserContext().close();
}

// the switch of languages is kept by a cookie, and the page stays where it was
{
  const page = await open();
  await page.goto(`${base}/subject/vendor:amstel-device-lab?as_of=2026-08-01`, { waitUntil: "load" });
  await Promise.all([page.waitForNavigation(), page.click(".languages a[hreflang=de]")]);
  expect((await page.evaluate(() => document.documentElement.lang)) === "de", "the switch leads to German");
  expect(page.url().includes("as_of=2026-08-01"), "the switch keeps the day");
  await page.goto(`${base}/lists`, { waitUntil: "load" });
  expect((await page.evaluate(() => document.documentElement.lang)) === "de", "the choice is kept");
  await page.browserContext().close();
}

// without JavaScript everything is there but the button, and the page says how to do without
{
  const page = await open({ script: false });
  const text = async (selector) => page.$eval(selector, (e) => e.textContent);
  for (const [name, at] of PAGES) {
    await page.goto(base + at, { waitUntil: "load" });
    const main = await text("main");
    expect(main.trim().length > 80, `${name}: empty without JavaScript`);
  }
  await page.goto(base, { waitUntil: "load" });
  await page.type("#q", "Zorblax");
  await Promise.all([page.waitForNavigation(), page.click(".search button")]);
  expect((await text("main")).includes("Zorblax Optics"), "search works without JavaScript");
  await page.goto(`${base}/record/${finding}`, { waitUntil: "load" });
  const visible = await page.$$eval(".with-script, .without-script, .command", (all) =>
    all.map((e) => [e.className, e.checkVisibility()]),
  );
  expect(JSON.stringify(visible) === JSON.stringify([["with-script", false], ["without-script", true], ["command", true]]),
    `the button is only where it works: ${JSON.stringify(visible)}`);
  expect((await text(".command")).includes("countersign verify"), "the page says how to verify with the program");
  await shoot(page, "record-finding-without-script");
  await page.browserContext().close();
}

// the keyboard reaches everything in order, the way past the navigation first
{
  const page = await open();
  await page.goto(`${base}/register`, { waitUntil: "load" });
  await page.keyboard.press("Tab");
  expect((await page.evaluate(() => document.activeElement.className)) === "skip", "the first stop skips to the content");
  await page.keyboard.press("Enter");
  expect((await page.evaluate(() => document.activeElement.id)) === "content", "it leads to the content");
  await page.browserContext().close();
}

// JSON, CSV and feeds say the same, and headers keep the page to itself
{
  for (const [name, at, forms] of PAGES) {
    const answer = await fetch(base + at, { headers: { "accept-language": "en" } });
    const policy = answer.headers.get("content-security-policy") ?? "";
    expect(policy.includes("default-src 'none'") && policy.includes("frame-ancestors 'none'") && !policy.includes("unsafe"),
      `${name}: policy ${policy}`);
    expect(answer.headers.get("x-content-type-options") === "nosniff", `${name}: nosniff`);
    expect(answer.headers.get("referrer-policy") === "no-referrer", `${name}: no referrer`);
    for (const form of forms) {
      const other = await fetch(`${base}${at}${at.includes("?") ? "&" : "?"}format=${form}`);
      const text = await other.text();
      expect(other.status === 200, `${name}: as ${form}: ${other.status}`);
      if (form === "json") expect(/^page-[a-z]+\/1$/.test(JSON.parse(text).schema), `${name}: schema of the JSON`);
      if (form === "csv") expect(text.split("\r\n").length > 1, `${name}: CSV has lines`);
      if (form === "atom") {
        const page = await open();
        const sound = await page.evaluate((xml) => {
          const document = new DOMParser().parseFromString(xml, "application/xml");
          const named = (tag) => document.documentElement.querySelectorAll(tag).length;
          return !document.querySelector("parsererror") && named("id") === named("entry") + 1;
        }, text);
        expect(sound, `${name}: the feed can be read`);
        await page.browserContext().close();
      }
    }
  }
}

// a deny list of one's own is nobody else's business
{
  for (const at of ["/search?q=Secretly+Denied+Trading", "/lists", "/", "/lists?format=json"]) {
    const text = await (await fetch(base + at)).text();
    expect(!text.includes("own:denied"), `${at} shows a list of one's own`);
  }
  const found = await (await fetch(`${base}/search?q=Secretly+Denied+Trading&format=json`)).json();
  expect(found.parties.length === 0 && found.near.length === 0, "a search finds nothing on a list of one's own");
  expect((await fetch(`${base}/party/own:denied:1`)).status === 404, "its entries have no page");
}

// the page of a past day shows what was known then
{
  const page = await open();
  const marks = async (day) => {
    await page.goto(`${base}/assessment/assessment:kit-cl?as_of=${day}`, { waitUntil: "load" });
    return page.$eval(".marks .mark", (e) => e.textContent.trim());
  };
  expect((await marks("2026-03-10")).includes("out for comment"), "a draft was out for comment");
  expect((await marks("2026-04-15")).includes("live"), "it was live");
  expect((await marks("2026-06-30")).includes("suspended"), "it was suspended");
  expect((await marks("2026-08-30")).includes("revoked"), "it was revoked");
  const early = await fetch(`${base}/record/${finding}?as_of=2026-04-01`);
  expect(early.status === 404, "a record is not shown on a day before it was logged");
  await page.browserContext().close();
}

// the Verify button
{
  const press = async (page) => {
    await page.waitForSelector("#verify-button", { visible: true });
    await page.click("#verify-button");
    await page.waitForFunction(() => {
      const state = document.getElementById("verify-result").dataset.state;
      return state !== undefined && state !== "running";
    });
    return page.$eval("#verify-result", (e) => ({ state: e.dataset.state, text: e.textContent }));
  };
  for (const [name, at] of PAGES.filter(([name]) => name.startsWith("record-"))) {
    const page = await open();
    await page.goto(base + at, { waitUntil: "load" });
    const result = await press(page);
    expect(result.state === "holds", `${name}: a true record holds: ${result.text}`);
    expect(result.text.includes("Not checked") || result.text.includes("not checked"), `${name}: says what was not checked`);
    if (name === "record-finding") {
      await shoot(page, "verify-holds");
      await accessible(page, "verify-holds");
      // a key that is another one
      await page.$eval("#log-key", (e) => { e.value = e.value.replace(/\+[0-9a-f]{8}\+/, "+00000000+"); });
      expect((await press(page)).state === "fails", "a key whose checksum is wrong does not hold");
    }
    expect(page.troubles.length === 0, `${name}: ${page.troubles.join("; ")}`);
    await page.browserContext().close();
  }

  const swap = (text, at) => text.slice(0, at) + (text[at] === "A" ? "B" : "A") + text.slice(at + 1);
  const inPayload = (bundle, from, to) => {
    const payload = Buffer.from(bundle.record.payload, "base64").toString("utf8");
    if (!payload.includes(from)) throw new Error(`no ${from} in the payload`);
    bundle.record.payload = Buffer.from(payload.replace(from, to)).toString("base64");
  };
  const hashLine = (bundle, change) => {
    const lines = bundle.receipt.split("\n");
    lines[2] = change(lines[2]);
    bundle.receipt = lines.join("\n");
  };
  const TAMPERED = {
    "a word of the record": (b) => inPayload(b, "journalists", "journalistz"),
    "the signature of the record": (b) => { b.record.signatures[0].sig = swap(b.record.signatures[0].sig, 10); },
    "the signer": (b) => { b.signer = b.signer.replace(/.$/, (c) => (c === "0" ? "1" : "0")); },
    "a byte of the entry": (b) => { b.leaf = b.leaf.replace(/"time":"2026/, '"time":"2025'); },
    "a hash of the path": (b) => hashLine(b, (line) => swap(line, 5)),
    "a hash more": (b) => hashLine(b, (line) => `${line}\n${line}`),
    "the index": (b) => { b.receipt = b.receipt.replace(/index \d+/, "index 1"); },
    "the root": (b) => {
      const lines = b.receipt.split("\n");
      const at = lines.indexOf("") + 3;
      lines[at] = swap(lines[at], 3);
      b.receipt = lines.join("\n");
    },
    "the size of the log": (b) => {
      const lines = b.receipt.split("\n");
      const at = lines.indexOf("") + 2;
      lines[at] = String(Number(lines[at]) + 1);
      b.receipt = lines.join("\n");
    },
    "the signature of the checkpoint": (b) => { b.receipt = b.receipt.replace(/(— \S+ )(.{20})/, (_, a, c) => a + swap(c, 15)); },
    "the key of the log": (b) => { b.log = swap(b.log, b.log.length - 5); },
    "a document": (b) => {
      const name = Object.keys(b.documents)[0];
      b.documents[name].text = `${b.documents[name].text} `;
    },
    "a document more": (b) => { b.documents["more.txt"] = { text: "more" }; },
    "the whole record of another entry": async (b) => {
      const other = await (await fetch(`${base}/record/0/bundle.json`)).json();
      Object.assign(b, other);
    },
  };
  for (const [what, change] of Object.entries(TAMPERED)) {
    const page = await open();
    await page.setRequestInterception(true);
    page.on("request", async (request) => {
      if (!request.url().endsWith("/bundle.json")) return request.continue();
      const bundle = await (await fetch(request.url())).json();
      const before = JSON.stringify(bundle);
      await change(bundle);
      expect(JSON.stringify(bundle) !== before, `${what} is really changed`);
      return request.respond({ status: 200, contentType: "application/json", body: JSON.stringify(bundle) });
    });
    await page.goto(`${base}/record/${finding}`, { waitUntil: "load" });
    const result = await press(page);
    expect(result.state === "fails", `changed ${what}: ${result.state}: ${result.text}`);
    if (what === "a hash of the path") {
      await shoot(page, "verify-fails");
      await accessible(page, "verify-fails");
    }
    await page.browserContext().close();
  }

  // one changed bit in the bytes that go over the wire, at many places
  const bytes = Buffer.from(await (await fetch(`${base}/record/${finding}/bundle.json`)).arrayBuffer());
  const authority = bytes.indexOf('"authority"');
  const page = await open();
  let at = 0;
  await page.setRequestInterception(true);
  page.on("request", (request) => {
    if (!request.url().endsWith("/bundle.json")) return request.continue();
    const changed = Buffer.from(bytes);
    changed[at] ^= 1;
    return request.respond({ status: 200, contentType: "application/json", body: changed });
  });
  await page.goto(`${base}/record/${finding}`, { waitUntil: "load" });
  let caught = 0;
  let harmless = 0;
  for (let n = 0; n < 60; n += 1) {
    at = Math.floor((authority * (n + 0.5)) / 60);
    const result = await press(page);
    // white space between members is of no weight: its neighbour in the code table may be none, and then it is no JSON
    if (/\s/.test(String.fromCharCode(bytes[at]))) {
      harmless += 1;
    } else {
      caught += result.state === "holds" ? 0 : 1;
      expect(result.state !== "holds", `a changed bit at byte ${at} of ${authority} was not seen`);
    }
  }
  console.log(`changed bits: ${caught} caught, ${harmless} in white space`);
  await page.browserContext().close();
}

// on paper
{
  const page = await open();
  for (const [name, at] of PAGES.filter(([name]) => ["assessment", "vendor", "record-finding", "country"].includes(name))) {
    await page.goto(base + at, { waitUntil: "load" });
    await writeFile(path.join(shots, `${name}.pdf`), await page.pdf({ format: "A4", printBackground: true }));
  }
  await page.emulateMediaType("print");
  await page.setViewport({ width: 800, height: 1100 });
  await page.goto(`${base}/assessment/assessment:kit-cl`, { waitUntil: "load" });
  await shoot(page, "assessment-print");
  const hidden = await page.$$eval(".nav, .quick, .tools form", (all) => all.every((e) => !e.checkVisibility()));
  expect(hidden, "navigation and forms are not printed");
  await page.browserContext().close();
}

expect(new Set(titles.values()).size > PAGES.length * 0.7, "pages have titles of their own");
await finish("public pages");
