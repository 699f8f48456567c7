// SPDX-License-Identifier: Apache-2.0
// An OpenID provider on loopback: oidc-provider with its own login pages, for sso.py.
//   node provider.mjs FOLDER PORT NODE-ADDRESS [ADDRESS-AFTER-LOGOUT]
// FOLDER holds node_modules, people.json: what the provider knows of each subject, and perhaps lies.json: claims of ID tokens
// that it changes (null: takes away) before it signs them with its own key. Its keys are new at each start.
// Each line that it writes is JSON: that it listens, and the claims of each ID token.
import { createPrivateKey, generateKeyPairSync, sign } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, port, base, loggedOut = "https://carte.example/login?logout=true"] = process.argv.slice(2);
const { default: Provider } = await import(pathToFileURL(`${folder}/node_modules/oidc-provider/lib/index.js`));

function key(kid, alg, type, options) {
  const { privateKey } = generateKeyPairSync(type, options);
  return { ...privateKey.export({ format: "jwk" }), kid: `${kid}-${process.pid}`, alg, use: "sig" };
}

const keys = [key("rsa", "RS256", "rsa", { modulusLength: 2048 }), key("ec", "ES256", "ec", { namedCurve: "P-256" })];

const encode = (what) => Buffer.from(typeof what === "string" ? what : JSON.stringify(what)).toString("base64url");

// The ID token with other claims, as a provider that errs would sign it.
function lie(token, lies) {
  const [header, claims] = token.split(".").slice(0, 2).map((part) => JSON.parse(Buffer.from(part, "base64url")));
  const changed = Object.fromEntries(Object.entries({ ...claims, ...lies }).filter(([, value]) => value !== null));
  const content = `${encode(header)}.${encode(changed)}`;
  const mine = keys.find((one) => one.kid === header.kid);
  const signature = sign("sha256", Buffer.from(content), { key: createPrivateKey({ key: mine, format: "jwk" }), dsaEncoding: "ieee-p1363" });
  return `${content}.${signature.toString("base64url")}`;
}

const client = {
  redirect_uris: [`${base}/auth`],
  post_logout_redirect_uris: [loggedOut],
  backchannel_logout_uri: `${base}/auth/backchannel-logout`,
  backchannel_logout_session_required: true,
};
const provider = new Provider(`http://localhost:${port}`, {
  clients: [
    { ...client, client_id: "secret-rs256", client_secret: "very: secret & long/enough+%" },
    { ...client, client_id: "post-rs256", client_secret: "very: secret", token_endpoint_auth_method: "client_secret_post" },
    { ...client, client_id: "public-es256", token_endpoint_auth_method: "none", id_token_signed_response_alg: "ES256" },
    { ...client, client_id: "by-subject", client_secret: "s", backchannel_logout_session_required: false },
  ],
  jwks: { keys },
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["given_name", "family_name", "preferred_username"] },
  features: { backchannelLogout: { enabled: true }, devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
  pkce: { methods: ["S256"], required: () => true },
  clientAuthMethods: process.env.PROVIDER_AUTH?.split(",") ?? ["none", "client_secret_basic", "client_secret_post"],
  cookies: { keys: ["a key of this test"] },
  findAccount: (context, id) => ({
    accountId: id,
    claims: () => ({ sub: id, ...JSON.parse(readFileSync(`${folder}/people.json`))[id] }),
  }),
});
const say = (what) => process.stdout.write(JSON.stringify(what) + "\n");
provider.on("grant.success", ({ body }) =>
  say({ claims: JSON.parse(Buffer.from(body.id_token.split(".")[1], "base64url")), header: JSON.parse(Buffer.from(body.id_token.split(".")[0], "base64url")), token: body.id_token }));
provider.on("backchannel.error", (context, error, { clientId }) => say({ backchannel: String(error), clientId }));
provider.on("backchannel.success", (context, { clientId }) => say({ backchannel: "ok", clientId }));
provider.on("grant.error", (context, error) => say({ error: `${error} ${error.error_description}` }));
provider.on("server_error", (context, error) => say({ error: String(error.stack) }));
provider.use(async (context, next) => {
  await next();
  if (context.path !== "/token" || !context.body?.id_token || !existsSync(`${folder}/lies.json`)) return;
  context.body.id_token = lie(context.body.id_token, JSON.parse(readFileSync(`${folder}/lies.json`)));
});
provider.listen(Number(port), "localhost", () => say({ listening: port }));
setTimeout(() => process.exit(0), Number(process.env.PROVIDER_SECONDS ?? 300) * 1000).unref();
