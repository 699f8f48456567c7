// SPDX-License-Identifier: Apache-2.0
// An OpenID provider on loopback: oidc-provider with its own login pages, for sso.py.
//   node provider.mjs FOLDER PORT NODE-ADDRESS [ADDRESS-AFTER-LOGOUT]
// FOLDER holds node_modules, and people.json: what the provider knows of each subject. Its keys are new at each start.
// Each line that it writes is JSON: that it listens, and the claims of each ID token.
import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, port, base, loggedOut = "https://carte.example/login?logout=true"] = process.argv.slice(2);
const { default: Provider } = await import(pathToFileURL(`${folder}/node_modules/oidc-provider/lib/index.js`));

function key(kid, alg, type, options) {
  const { privateKey } = generateKeyPairSync(type, options);
  return { ...privateKey.export({ format: "jwk" }), kid: `${kid}-${process.pid}`, alg, use: "sig" };
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
  jwks: { keys: [key("rsa", "RS256", "rsa", { modulusLength: 2048 }), key("ec", "ES256", "ec", { namedCurve: "P-256" })] },
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
provider.listen(Number(port), "localhost", () => say({ listening: port }));
setTimeout(() => process.exit(0), Number(process.env.PROVIDER_SECONDS ?? 300) * 1000).unref();
