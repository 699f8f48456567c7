// SPDX-License-Identifier: Apache-2.0
// Settings of the CAS server (npm's cas-server) for cas.py: it listens on CAS_PORT for the node at CAS_NODE. Its plugins keep
// tickets in memory, know one service, and let in whoever has the password "x".
"use strict";
const { randomUUID } = require("node:crypto");
const { IncomingMessage } = require("node:http");

// The server's hapi is older than Node 16, which tells of a request that has been read as "close": hapi takes it for a client
// that has gone, and answers nothing.
const emit = IncomingMessage.prototype.emit;
IncomingMessage.prototype.emit = function (name, ...rest) {
  return name === "close" && this.complete ? false : emit.call(this, name, ...rest);
};

const base = process.env.CAS_NODE;
const people = JSON.parse(process.env.CAS_PEOPLE);
const minute = 60_000;
const secret = "a secret of this test, of at least 32 characters";

function endSession(service, ticket) {
  const saml = `<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="${randomUUID()}" Version="2.0"
 IssueInstant="${new Date().toISOString()}"><saml:NameID xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">@NOT_USED@</saml:NameID>
<samlp:SessionIndex>${ticket}</samlp:SessionIndex></samlp:LogoutRequest>`;
  return fetch(service, { method: "POST", body: new URLSearchParams({ logoutRequest: saml }) });
}

function ticketRegistry() {
  const tickets = new Map();
  const make = (prefix, expires, more) => {
    const ticket = { tid: `${prefix}-${randomUUID()}`, created: new Date(), expires, valid: true, ...more };
    tickets.set(ticket.tid, ticket);
    return ticket;
  };
  const get = async (id) => tickets.get(id) ?? Promise.reject(new Error(`no ticket ${id}`));
  const invalidate = async (id) => Object.assign(await get(id), { valid: false });
  return {
    genTGT: async (userId, expires) => make("TGT", expires, { userId, services: [] }),
    genST: async (tgtId, expires, serviceId) => make("ST", expires, { tgtId, serviceId }),
    getTGT: get,
    getST: get,
    getTGTbyST: async (id) => get((await get(id)).tgtId),
    getSTbyTGT: async (id) => [...tickets.values()].filter((one) => one.tgtId === id),
    invalidateTGT: invalidate,
    invalidateST: invalidate,
    trackServiceLogin: async () => true,
    // The server asks for this when a person logs out, and would send its LogoutRequest as a GET with a body. It is sent here
    // as CAS protocol 3.0 has it (section 2.3.3): a form, to the service of each ticket.
    servicesLogForTGT: async (tgtId) => {
      const mine = [...tickets.values()].filter((one) => one.tgtId === tgtId);
      await Promise.all(mine.map((ticket) => endSession(`${base}/auth/cas/over`, ticket.tid)));
      return [];
    },
    clear: async () => tickets.clear(),
    close: async () => true,
  };
}

function serviceRegistry() {
  const service = { id: 1, name: "node", url: base, comment: null };
  return {
    getServiceWithName: async () => service,
    getServiceWithUrl: async (url) => (url.startsWith(`${base}/auth`) ? service : Promise.reject(new Error("unknown service"))),
    close: async () => true,
  };
}

const text = (value) => String(value ?? "").replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
const page = (what) => (context) => `<html><body><p>${what} ${text(context?.errorMessage)}</p></body></html>`;
const theme = () => ({
  login: ({ loginToken, service }) => `<html><body><form method="post" action="/login?service=${encodeURIComponent(service ?? "")}">
<input type="hidden" name="loginToken" value="${text(loginToken)}">
<input type="text" name="username"><input type="password" name="password"><input type="submit"></form></body></html>`,
  loginRedirect: page("redirect"),
  internalError: page("error"),
  unauthorized: page("unauthorized"),
  serverError: page("server error"),
  noService: page("no service"),
  logout: page("logout"),
  success: page("success"),
});

module.exports = {
  opbeat: false,
  server: {
    connection: { address: "127.0.0.1", port: Number(process.env.CAS_PORT) },
    catbox: false,
    tgcName: "TGC",
    state: { ttl: minute, isSecure: false, isHttpOnly: true, path: "/", encoding: "iron", password: secret, strictHeader: false },
    use303: true,
    session: {
      cookie: { isSecure: false, isHttpOnly: true },
      expiresIn: minute,
      key: secret,
      name: "cas",
      cache: { segment: "cas", expiresIn: minute },
    },
  },
  tickets: { ticketGrantingTicketTTL: minute, serviceTicketTTL: minute },
  pino: { name: "cas", level: process.env.CAS_LOG ?? "error" },
  dataSources: { mongoose: false, postgres: false },
  loginCSRF: { ttl: minute, password: secret },
  plugins: {
    auth: [{ name: "people", plugin: () => ({ validate: async (name, password) => name in people && password === "x" }) }],
    ticketRegistry: { name: "tickets", plugin: ticketRegistry },
    serviceRegistry: { name: "services", plugin: serviceRegistry },
    theme: { name: "theme", plugin: theme },
    misc: [
      {
        name: "attributes",
        plugin: () => ({}),
        postInit: async () => ({ hooks: { userAttributes: async (name) => ({ standardAttributes: {}, extraAttributes: people[name] }) } }),
      },
    ],
  },
  pluginsConf: {},
};
setTimeout(() => process.exit(0), 300_000).unref();
