// Signing in with a passkey, and adding one. Everything else of the desk works without JavaScript.
"use strict";

const bytes = (text) => {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (c) => c.charCodeAt(0));
};

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const send = async (path, csrf, fields) => {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json", "x-csrf-token": csrf },
    body: JSON.stringify(fields),
  });
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.detail);
  return body;
};

// What the server sends has its bytes as base64url; a browser wants them as bytes.
const forBrowser = (options) => {
  const key = { ...options.publicKey, challenge: bytes(options.publicKey.challenge) };
  if (key.user) key.user = { ...key.user, id: bytes(key.user.id) };
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    if (key[list]) key[list] = key[list].map((known) => ({ ...known, id: bytes(known.id) }));
  }
  return { publicKey: key };
};

const forServer = (credential) => {
  const response = credential.response;
  const parts = { id: text(credential.rawId), clientDataJSON: text(response.clientDataJSON) };
  if (response.getPublicKey) {
    // a new one: the browser itself takes it apart
    parts.authenticatorData = text(response.getAuthenticatorData());
    parts.publicKey = text(response.getPublicKey());
    parts.publicKeyAlgorithm = response.getPublicKeyAlgorithm();
  } else {
    parts.authenticatorData = text(response.authenticatorData);
    parts.signature = text(response.signature);
    if (response.userHandle) parts.userHandle = text(response.userHandle);
  }
  return JSON.stringify(parts);
};

const guarded = (place, work) => async (event) => {
  event.preventDefault();
  const banner = place.querySelector(".banner");
  const button = place.querySelector("button");
  banner.hidden = true;
  button.disabled = true;
  try {
    await work();
  } catch (error) {
    // what a browser says when someone cancels helps nobody; what the server says does
    banner.textContent = error instanceof DOMException ? place.dataset.failed : `${place.dataset.failed} (${error.message})`;
    banner.hidden = false;
    banner.focus?.();
  } finally {
    button.disabled = false;
  }
};

if (globalThis.PublicKeyCredential) {
  const signIn = document.getElementById("passkey-sign-in");
  if (signIn) {
    signIn.hidden = false;
    const { csrf, next } = signIn.dataset;
    signIn.querySelector("button").addEventListener("click", guarded(signIn, async () => {
      const options = forBrowser(await send("/sign-in/passkey/begin", csrf, {}));
      const credential = await navigator.credentials.get(options);
      const done = await send("/sign-in/passkey", csrf, { credential: forServer(credential), next });
      location.assign(done.next);
    }));
  }
  const add = document.getElementById("passkey-add");
  if (add) {
    add.hidden = false;
    document.getElementById("passkey-without").hidden = true;
    const { csrf } = add.dataset;
    add.addEventListener("submit", guarded(add, async () => {
      const password = document.getElementById("pk-password").value;
      const options = forBrowser(await send("/account/passkeys/begin", csrf, { password }));
      const credential = await navigator.credentials.create(options);
      const name = document.getElementById("pk-name").value;
      await send("/account/passkeys", csrf, { name, credential: forServer(credential) });
      location.assign("/account");
    }));
  }
}
