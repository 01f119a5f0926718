// An OpenID provider of its own process (the certified `oidc-provider`), for the test of signing in through one. A
// development form asks for a name and takes any password. `GET /rotate` gives it other keys.
//
//   node provider.mjs PORT REDIRECT_URI SECRET

import { generateKeyPairSync, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import Provider from "oidc-provider";

const [port, redirect, secret] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
// the name before the dot is the group: analysts.anna, nobody.niko
const groupOf = (id) => id.split(".")[0];

const key = () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256", kid: randomUUID() };
};

const provider = () =>
  new Provider(issuer, {
    clients: [
      {
        client_id: "desk",
        client_secret: secret,
        redirect_uris: [redirect],
        response_types: ["code"],
        grant_types: ["authorization_code"],
      },
    ],
    pkce: { required: () => true },
    scopes: ["openid", "profile", "groups"],
    claims: { openid: ["sub"], profile: ["name", "preferred_username"], groups: ["groups"] },
    conformIdTokenClaims: false,
    cookies: { keys: ["a test"] },
    jwks: { keys: [key()] },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({
        sub: id,
        name: `Person ${id}`,
        preferred_username: id,
        groups: [groupOf(id), "everyone"],
      }),
    }),
  });

let now = provider().callback();
createServer((request, response) => {
  if (request.url === "/rotate") {
    now = provider().callback();
    response.end("other keys\n");
  } else {
    now(request, response);
  }
}).listen(Number(port), "127.0.0.1", () => console.log(`provider at ${issuer}`));
