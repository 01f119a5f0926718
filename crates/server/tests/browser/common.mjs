// What the scripts share: a browser, its pages, screenshots, the accessibility engine, and counting.

import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import puppeteer from "puppeteer-core";

export const [base, output] = process.argv.slice(2);
export const shots = path.join(output, "screenshots");
await mkdir(shots, { recursive: true });
const require = createRequire(import.meta.url);
const axe = await readFile(require.resolve("axe-core/axe.min.js"), "utf8");

let failed = 0;
let passed = 0;
export const expect = (holds, what) => {
  if (holds) {
    passed += 1;
  } else {
    failed += 1;
    console.log(`FAILED: ${what}`);
  }
};

export const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-dev-shm-usage", "--force-color-profile=srgb"],
});

export const dress = async (page, options = {}) => {
  // nothing here measures time: a busy machine is no fault of the pages
  page.setDefaultTimeout(180_000);
  await page.setViewport({ width: options.width ?? 1280, height: 900 });
  await page.setExtraHTTPHeaders({ "accept-language": options.language ?? "en" });
  if (options.script === false) await page.setJavaScriptEnabled(false);
  const features = [{ name: "prefers-reduced-motion", value: "reduce" }];
  features.push({ name: "prefers-color-scheme", value: options.dark ? "dark" : "light" });
  await page.emulateMediaFeatures(features);
  page.troubles = [];
  page.on("console", (message) => {
    // the status of a page that is meant to be missing is no trouble
    if (message.type() === "error" && !message.text().includes("status of 4")) page.troubles.push(message.text());
  });
  page.on("pageerror", (error) => page.troubles.push(error.message));
  return page;
};

export const open = async (options = {}) => {
  const context = await browser.createBrowserContext();
  return dress(await context.newPage(), options);
};

export const shoot = async (page, name) => {
  await page.screenshot({ path: path.join(shots, `${name}.png`), fullPage: true });
};

export const accessible = async (page, name) => {
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const result = await globalThis.axe.run(document, { runOnly: tags });
    return result.violations.map((v) => ({
      id: v.id,
      impact: v.impact,
      help: v.help,
      nodes: v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)),
    }));
  });
  const serious = found.filter((v) => v.impact === "serious" || v.impact === "critical");
  expect(serious.length === 0, `${name}: axe-core: ${JSON.stringify(serious, null, 1)}`);
  for (const v of found.filter((v) => !serious.includes(v))) {
    console.log(`note: ${name}: ${v.impact} ${v.id}: ${v.help}: ${v.nodes[0]}`);
  }
};

export const finish = async (what) => {
  await browser.close();
  console.log(`${what}: ${passed} passed, ${failed} failed; screenshots in ${shots}`);
  process.exit(failed === 0 ? 0 : 1);
};
