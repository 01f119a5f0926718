// What the Verify button of a record page does. It computes everything in this browser, with WebCrypto alone.
//
//   bundle ──┬─ receipt ── checkpoint ── (1) signed by the key of the log?            Ed25519
//            │        └─── proof ─────── (2) does the entry lead to the signed root?  SHA-256, RFC 6962
//            ├─ leaf ─────────────────── (3) does it name this signed record?         SHA-256
//            ├─ record ───────────────── (4) signed by the key that the entry names?  Ed25519, DSSE v1
//            ├─ documents ────────────── (5) are they those that the entry names?     SHA-256
//            └─ what this page shows ─── (6) is it what was signed?
//
// One thing is taken from the page: the key of the log, in a field where you can put another one.
// A step that fails ends the check. A step that this browser cannot do is said to be not done, and then the result is
// never "it holds". The words come from the page, in its language; this file has none.

"use strict";

(() => {
  const panel = document.getElementById("verify");
  if (!panel) return;

  const words = {};
  for (const p of document.getElementById("verify-words").content.querySelectorAll("[data-word]")) {
    words[p.dataset.word] = p.textContent;
  }
  // A sentence with its blanks filled: say("step_fetch", { n: 12 }).
  const say = (key, blanks = {}) =>
    words[key].replace(/\{(\w+)\}/g, (whole, name) => (name in blanks ? String(blanks[name]) : whole));

  // ---- bytes ----------------------------------------------------------------------------------------------------

  const utf8 = (text) => new TextEncoder().encode(text);
  const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
  const same = (a, b) => a.length === b.length && a.every((byte, n) => byte === b[n]);

  // Strict base64: a text that is another spelling of the same bytes is refused.
  const unbase64 = (text) => {
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    if (btoa(String.fromCharCode(...bytes.subarray(0, 30000))) !== text && bytes.length <= 30000) {
      throw new Error("base64");
    }
    return bytes;
  };

  const unhex = (text) => {
    if (!/^([0-9a-f]{2})*$/.test(text)) throw new Error("hex");
    return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  };

  const join = (...parts) => {
    const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  };

  const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

  // ---- signatures -----------------------------------------------------------------------------------------------

  // Whether `signature` over `message` is by the Ed25519 key. `null`: this browser cannot tell.
  const ed25519 = async (key, message, signature) => {
    let imported;
    try {
      imported = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
    } catch (error) {
      if (error.name === "NotSupportedError") return null;
      return false;
    }
    return crypto.subtle.verify({ name: "Ed25519" }, imported, signature, message);
  };

  // A verifier key (C2SP signed-note): name + hash + base64(01, 32 bytes). The hash is the first four bytes of
  // SHA-256(name, line end, 01, key).
  const readLogKey = async (text) => {
    const [name, hash, ...rest] = text.trim().split("+");
    const bytes = unbase64(rest.join("+"));
    if (!name || bytes.length !== 33 || bytes[0] !== 1) throw new Error("form");
    const id = (await sha256(join(utf8(name + "\n"), bytes))).subarray(0, 4);
    if (hex(id) !== hash) throw new Error("checksum");
    return { name, id, key: bytes.subarray(1) };
  };

  // ---- the tree -------------------------------------------------------------------------------------------------

  const leafHash = (leaf) => sha256(join([0], leaf));
  const nodeHash = (left, right) => sha256(join([1], left, right));

  // The root to which a proof leads from the leaf at `index` of a tree of `size` (RFC 9162, 2.1.3.2). `null`: the proof
  // is too long or too short for that place. Places are BigInt: a log may have more than 2^53 entries.
  const rootFrom = async (leaf, index, size, proof) => {
    if (index >= size) return null;
    let place = index;
    let last = size - 1n;
    let hash = await leafHash(leaf);
    for (const other of proof) {
      if (last === 0n) return null;
      if (place & 1n || place === last) {
        hash = await nodeHash(other, hash);
        while (!(place & 1n) && place !== 0n) {
          place >>= 1n;
          last >>= 1n;
        }
      } else {
        hash = await nodeHash(hash, other);
      }
      place >>= 1n;
      last >>= 1n;
    }
    return last === 0n ? hash : null;
  };

  // ---- the parts of a bundle ------------------------------------------------------------------------------------

  // The receipt (C2SP tlog-proof): a line with its name, an optional line `extra …`, `index N`, hashes in base64, an
  // empty line, the checkpoint.
  const readReceipt = (text) => {
    const [head, ...rest] = text.split("\n\n");
    const lines = head.split("\n");
    if (lines.shift() !== "c2sp.org/tlog-proof@v1") throw new Error("receipt");
    if (lines[0]?.startsWith("extra ")) lines.shift();
    const index = /^index (0|[1-9][0-9]*)$/.exec(lines.shift() ?? "");
    if (!index || rest.length < 2) throw new Error("receipt");
    const hashes = lines.map(unbase64);
    if (hashes.some((hash) => hash.length !== 32)) throw new Error("receipt");
    return { index: BigInt(index[1]), hashes, checkpoint: rest.join("\n\n") };
  };

  // The checkpoint (C2SP tlog-checkpoint, signed-note): origin, size, root; an empty line; signature lines.
  const readCheckpoint = (note) => {
    const end = note.lastIndexOf("\n\n");
    const text = note.slice(0, end + 1);
    const [origin, size, root] = text.split("\n");
    if (end < 0 || !origin || !/^(0|[1-9][0-9]*)$/.test(size ?? "")) throw new Error("checkpoint");
    const signatures = note
      .slice(end + 2)
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => {
        const parts = /^— (\S+) (\S+)$/.exec(line);
        if (!parts) throw new Error("checkpoint");
        const bytes = unbase64(parts[2]);
        return { name: parts[1], id: bytes.subarray(0, 4), signature: bytes.subarray(4) };
      });
    return { text, origin, size: BigInt(size), root: unbase64(root), signatures };
  };

  // Canonical JSON (RFC 8785) of an envelope: its members are texts and one list of objects of texts.
  const canonical = (value) => {
    if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
    if (value !== null && typeof value === "object") {
      const members = Object.keys(value).sort();
      return `{${members.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
    }
    if (typeof value !== "string") throw new Error("record");
    return JSON.stringify(value);
  };

  // ---- the check ------------------------------------------------------------------------------------------------

  class Fault extends Error {}

  // Checks the bytes of a bundle. Calls `done(sentence)` after each step, `left(sentence)` for what was not checked.
  // Throws a Fault with a sentence when something does not hold.
  const check = async (bytes, shown, done, left) => {
    const must = (holds, key, blanks) => {
      if (!holds) throw new Fault(say(key, blanks));
    };

    let bundle, receipt, checkpoint, leaf;
    try {
      bundle = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
      if (bundle.schema !== "countersign-bundle/2") throw new Error("schema");
      receipt = readReceipt(bundle.receipt);
      checkpoint = readCheckpoint(receipt.checkpoint);
      leaf = JSON.parse(bundle.leaf);
      if (leaf.v !== 1 || bundle.record.signatures.length !== 1) throw new Error("leaf");
    } catch (error) {
      throw new Fault(say("bad_form", { why: error.message }));
    }
    done(say("step_form"));

    // (1) the checkpoint is signed by the key of the log
    let log;
    try {
      log = await readLogKey(shown.logKey);
    } catch (error) {
      throw new Fault(say("bad_key", { why: error.message }));
    }
    done(say("step_key"));
    must(bundle.log === shown.logKey.trim(), "other_key");
    must(checkpoint.origin === log.name, "bad_checkpoint");
    const lines = checkpoint.signatures.filter((line) => line.name === log.name && same(line.id, log.id));
    must(lines.length === 1, "bad_checkpoint");
    const byLog = await ed25519(log.key, utf8(checkpoint.text), lines[0].signature);
    if (byLog === null) {
      left(say("no_ed25519"));
    } else {
      must(byLog, "bad_checkpoint");
      done(say("step_checkpoint", { origin: checkpoint.origin, size: checkpoint.size }));
    }

    // (2) the entry leads to the signed root
    must(receipt.index === BigInt(shown.index), "wrong_entry", { found: receipt.index, wanted: shown.index });
    const root = await rootFrom(utf8(bundle.leaf), receipt.index, checkpoint.size, receipt.hashes);
    must(root !== null && same(root, checkpoint.root), "bad_inclusion");
    done(say("step_inclusion", { index: receipt.index, n: receipt.hashes.length }));

    // (3) the entry names this signed record
    const digest = hex(await sha256(utf8(canonical(bundle.record))));
    must(digest === leaf.sha256, "bad_record");
    done(say("step_record"));

    // (4) the record is signed by the key that the entry names: DSSE v1
    const payload = unbase64(bundle.record.payload);
    const type = bundle.record.payloadType;
    const message = join(utf8(`DSSEv1 ${utf8(type).length} ${type} ${payload.length} `), payload);
    const signer = leaf.extra.signer;
    must(signer === bundle.signer && /^ed25519:[0-9a-f]{64}$/.test(signer), "bad_signature");
    const bySigner = await ed25519(unhex(signer.slice(8)), message, unbase64(bundle.record.signatures[0].sig));
    if (bySigner === null) {
      left(say("no_ed25519"));
    } else {
      must(bySigner, "bad_signature");
      done(say("step_signature", { key: `${signer.slice(0, 20)}…` }));
    }

    // (5) the documents are those that the entry names
    const names = Object.keys(bundle.documents);
    for (const name of names) {
      must(name in leaf.documents, "extra_document", { name });
      const { text, base64 } = bundle.documents[name];
      const content = text === undefined ? unbase64(base64) : utf8(text);
      must(hex(await sha256(content)) === leaf.documents[name], "bad_document", { name });
    }
    if (names.length > 0) done(say("step_documents", { n: names.length }));
    const absent = Object.keys(leaf.documents).length - names.length;
    if (absent > 0) left(say("step_absent", { n: absent }));

    // (6) what this page shows is what was signed
    const statement = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
    const predicate = statement.predicate;
    must(leaf.kind === shown.kind, "bad_shown", { what: leaf.kind });
    must(leaf.extra.about === shown.about, "bad_shown", { what: leaf.extra.about });
    must(predicate.about.join(" ") === shown.about, "bad_shown", { what: predicate.about.join(" ") });
    must(predicate.summary === shown.summary, "bad_shown", { what: predicate.summary });
    done(say("step_shown"));

    left(say("not_roster"));
    left(say("not_witnesses"));
    left(say("not_truth"));
    return byLog !== null && bySigner !== null;
  };

  // ---- the page -------------------------------------------------------------------------------------------------

  const button = document.getElementById("verify-button");
  const result = document.getElementById("verify-result");
  panel.querySelector(".with-script").hidden = false;
  panel.querySelector(".without-script").hidden = true;

  // Words only, never markup: whatever a bundle holds is put in as text.
  const element = (name, className, text) => {
    const made = document.createElement(name);
    made.className = className;
    made.textContent = text;
    return made;
  };

  const verdict = (state, shape, text) => {
    const line = element("p", `verdict verdict-${state}`, "");
    const mark = element("span", "", `${shape} `);
    mark.setAttribute("aria-hidden", "true");
    line.append(mark, text);
    return line;
  };

  button.addEventListener("click", async () => {
    button.disabled = true;
    result.dataset.state = "running";
    result.replaceChildren(element("p", "quiet", say("running")));
    const steps = element("ul", "steps", "");
    const step = (state, word, text) => {
      const item = element("li", `step step-${state}`, "");
      item.append(element("strong", "", `${say(word)}: `), text);
      steps.append(item);
    };
    try {
      if (!globalThis.crypto?.subtle) throw new Error(say("no_crypto"));
      const response = await fetch(panel.dataset.bundle, { cache: "no-store", credentials: "omit" });
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      const bytes = new Uint8Array(await response.arrayBuffer());
      step("done", "checked", say("step_fetch", { n: bytes.length }));
      const shown = {
        logKey: document.getElementById("log-key").value,
        index: panel.dataset.index,
        kind: panel.dataset.kind,
        about: panel.dataset.about,
        summary: panel.dataset.summary,
      };
      const whole = await check(
        bytes,
        shown,
        (text) => step("done", "checked", text),
        (text) => step("left", "not_checked", text),
      );
      result.dataset.state = whole ? "holds" : "incomplete";
      const line = whole ? verdict("holds", "●", say("holds")) : verdict("incomplete", "▲", say("incomplete"));
      result.replaceChildren(line, steps);
    } catch (error) {
      // a fault of the record, or anything else that went wrong: in no case "it holds"
      const fault = error instanceof Fault;
      step("failed", fault ? "failed" : "not_checked", fault ? error.message : say("could_not", { why: error.message }));
      result.dataset.state = fault ? "fails" : "error";
      const line = fault
        ? verdict("fails", "■", say("holds_not"))
        : verdict("fails", "■", say("could_not", { why: error.message }));
      result.replaceChildren(line, steps);
    } finally {
      button.disabled = false;
    }
  });
})();
