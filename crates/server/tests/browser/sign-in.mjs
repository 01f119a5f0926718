// Signing in with a passkey and through an identity provider, in Chromium. Passkeys: with its virtual authenticator. The provider: against a provider of its own process: an invitation that is taken
// there, signing in again, other roles, other keys of the provider, and everybody who must not come in.
//
//   node sign-in.mjs BASE_URL OUTPUT_DIR SET_UP_LINK PROVIDER_URL

import { accessible, base, dress, expect, finish, open, shoot } from "./common.mjs";

const [setUp, provider] = process.argv.slice(4);
const PASSWORD = "correct horse battery staple";

const main = (page) => page.$eval("main", (e) => e.innerText);
const says = async (page, words, where) => {
  const text = await main(page);
  expect(text.includes(words), `${where}: \`${words}\` is not there: ${text.slice(0, 300)}`);
};
const press = async (page, selector) => {
  await page.$eval(selector, (e) => {
    for (let at = e; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
  });
  await Promise.all([page.waitForNavigation({ waitUntil: "load" }), page.click(selector)]);
};
const fill = async (page, selector, text) => {
  await page.focus(selector);
  await page.type(selector, text);
};
// The accessibility engine needs JavaScript: it looks at the same page beside the person's.
const look = async (page, name) => {
  const other = await dress(await page.browserContext().newPage());
  await other.goto(page.url(), { waitUntil: "load" });
  await accessible(other, name);
  await shoot(other, name);
  await other.close();
};
const go = (page, at) => page.goto(base + at, { waitUntil: "load" });

// At the provider: a name with any password, then the consent that it asks for the first time.
const atProvider = async (page, account) => {
  for (let n = 0; n < 3 && page.url().startsWith(provider); n += 1) {
    if (await page.$('input[name="login"]')) {
      await fill(page, 'input[name="login"]', account);
      await fill(page, 'input[name="password"]', "anything");
    }
    await press(page, 'button[type="submit"]');
  }
  expect(page.url().startsWith(base), `${account}: back from the provider, at ${page.url()}`);
};

const signInAs = async (account) => {
  const page = await open({ script: false });
  await go(page, "/sign-in?next=/account");
  await press(page, 'a[href^="/sign-in/provider"]');
  await atProvider(page, account);
  return page;
};

// ---- the administrator has a password, and invites ----

const root = await open({ script: false });
await go(root, setUp);
expect((await root.$('a[href^="/sign-in/provider"]')) === null, "the first administrator is no provider's");
await fill(root, "#name", "root");
await fill(root, "#full_name", "Rosa Root");
await fill(root, "#password", PASSWORD);
await fill(root, "#again", PASSWORD);
await press(root, "main form button");
await look(root, "sign-in-provider");
await fill(root, "#name", "root");
await fill(root, "#password", PASSWORD);
await press(root, "main form button");

const invite = async (name, role) => {
  await go(root, "/people");
  await fill(root, "#name", name);
  await fill(root, "#full_name", `Invited ${name}`);
  await root.click(`form[action="/people"] input[value="${role}"]`);
  await press(root, 'form[action="/people"] button');
  return root.$eval("main pre", (e) => e.textContent.trim());
};
const link = await invite("anna", "auditor");

// ---- nobody comes in whom nobody invited, or who has no role ----

let page = await signInAs("analysts.anna");
await says(page, "nobody here is linked with this identity", "not invited");
page = await signInAs("strangers.niko");
await says(page, "has a role here", "no role");

// ---- the invitation is taken at the provider ----

page = await open({ script: false });
await go(page, link);
await look(page, "welcome-provider");
await press(page, `a[href="/sign-in/provider?invitation=${link.split("/").pop()}"]`);
await atProvider(page, "analysts.anna");
await go(page, "/account");
await says(page, "Invited anna", "the account");
await says(page, "analyst", "the role that the provider gives");
await says(page, provider, "who vouches");
await look(page, "account-provider");
const anna = page;
page = await open({ script: false });
expect((await go(page, link)).status() === 404, "an invitation works once");

// ---- another identity takes nobody's place, and a second invitation does not take an identity away ----

const second = await invite("berta", "analyst");
page = await open({ script: false });
await go(page, second);
await press(page, 'a[href^="/sign-in/provider?invitation="]');
await atProvider(page, "analysts.anna");
await says(page, "belongs to `anna` already", "an identity is one person's");

// ---- the signing password is the person's own, and lets nobody in ----

await fill(anna, "#p-new", PASSWORD);
await fill(anna, "#p-again", PASSWORD);
await press(anna, 'form[action="/account/signing-password"] button');
await fill(anna, "#name", "anna");
await fill(anna, "#password", PASSWORD);
await press(anna, "main form button");
await says(anna, "User name, password or one-time code is wrong", "the signing password is not for signing in");
page = await signInAs("analysts.anna");
await says(page, "ed25519:", "the signing key");

// ---- other keys of the provider ----

await fetch(`${provider}/rotate`);
page = await signInAs("analysts.anna");
await says(page, "Invited anna", "after the provider changed its keys");

// ---- the people, as the administrator sees them; who is disabled stays out ----

await go(root, "/people");
await says(root, "The roles come from the identity provider", "the page of people");
await look(root, "people-provider");
await press(root, 'form[action="/people/anna/disable"] button');
page = await signInAs("analysts.anna");
await says(page, "is disabled here", "disabled");

// ---- passkeys: added with the password, then enough by themselves; removed, worth nothing ----

const scripted = await open();
const device = await scripted.createCDPSession();
await device.send("WebAuthn.enable");
const options = { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true };
const { authenticatorId } = await device.send("WebAuthn.addVirtualAuthenticator", { options });
await go(scripted, "/sign-in?next=/account");
await scripted.waitForSelector("#passkey-sign-in:not([hidden])");
await fill(scripted, "#name", "root");
await fill(scripted, "#password", PASSWORD);
await press(scripted, 'form[action="/sign-in"] button');
await scripted.waitForSelector("#passkey-add:not([hidden])");
await fill(scripted, "#pk-name", "A security key");
await fill(scripted, "#pk-password", "not the password");
await scripted.click("#passkey-add button");
await scripted.waitForSelector("#passkey-add .banner:not([hidden])");
await says(scripted, "The passkey was not taken", "a passkey without the password");
await go(scripted, "/account");
await scripted.waitForSelector("#passkey-add:not([hidden])");
await fill(scripted, "#pk-name", "A security key");
await fill(scripted, "#pk-password", PASSWORD);
await press(scripted, "#passkey-add button");
await says(scripted, "Remove A security key", "the passkey of the account");
await accessible(scripted, "the account with a passkey");
await shoot(scripted, "account-passkey");
const { credentials } = await device.send("WebAuthn.getCredentials", { authenticatorId });
expect(credentials.length === 1 && credentials[0].isResidentCredential, "one passkey, which is found without a name");

const withPasskey = async () => {
  await press(scripted, 'form[action="/sign-out"] button');
  await go(scripted, "/sign-in?next=/people");
  await scripted.waitForSelector("#passkey-sign-in:not([hidden])");
};
await withPasskey();
await accessible(scripted, "the sign-in page with a passkey");
await press(scripted, "#passkey-sign-in button");
await says(scripted, "with passkeys", "signed in with the passkey");
await withPasskey();
await device.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
await scripted.click("#passkey-sign-in button");
await scripted.waitForSelector("#passkey-sign-in .banner:not([hidden])");
await says(scripted, "The passkey was not taken", "a finger that the authenticator does not know");
await device.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: true });
await press(scripted, "#passkey-sign-in button");
await go(scripted, "/account");
await press(scripted, 'form[action*="/remove"] button');
await says(scripted, "You have none.", "removed");
await press(scripted, 'form[action="/sign-out"] button');
await go(scripted, "/sign-in");
await scripted.waitForSelector("#passkey-sign-in:not([hidden])");
await scripted.click("#passkey-sign-in button");
await scripted.waitForSelector("#passkey-sign-in .banner:not([hidden])");
await says(scripted, "this passkey is not known here", "a passkey that was removed");
// no error of the page, but for the answers that say no
expect(scripted.troubles.length === 0, `the pages with passkeys: ${scripted.troubles}`);

// ---- what an attacker can write into an address ----

const callback = async (query, cookie) => {
  const headers = cookie ? { cookie } : {};
  const answer = await fetch(`${base}/sign-in/provider/callback${query}`, { headers, redirect: "manual" });
  return answer.status;
};
expect((await callback("?code=x&state=y")) === 401, "a callback that nobody began");
const begun = await fetch(`${base}/sign-in/provider`, { redirect: "manual" });
const asked = new URL(begun.headers.get("location")).searchParams;
const cookie = begun.headers.get("set-cookie").split(";")[0];
expect(asked.get("code_challenge_method") === "S256" && asked.get("nonce").length >= 40, "PKCE and nonce are asked for");
expect(/HttpOnly; SameSite=Lax/.test(begun.headers.get("set-cookie")), "the cookie of the way back");
expect((await callback("?code=x&state=other", cookie)) === 401, "another state");
const state = encodeURIComponent(asked.get("state"));
expect((await callback(`?code=x&state=${state}&iss=https://evil.example`, cookie)) === 401, "another issuer");
expect((await callback(`?code=x&state=${state}`, cookie)) === 401, "a state that was used");
const open_redirect = await fetch(`${base}/sign-in/provider?next=https://evil.example/`, { redirect: "manual" });
expect(open_redirect.headers.get("location").startsWith(provider), "the place after signing in is of this server");

await finish("signing in through a provider");
