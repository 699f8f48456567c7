// SPDX-License-Identifier: Apache-2.0
// The hand and the eye of who uses Archipelago: a page in Chromium, what can be done there, and what goes wrong unseen:
// whatever is written to the console as an error, whatever request fails or is refused without being expected, whatever is
// asked of the web outside but what OUTSIDE stands in for.
import { chromium } from 'playwright-core';
import fs from 'node:fs';
import assert from 'node:assert/strict';

export const set = JSON.parse(process.argv[2]);
const pictures = 'pictures';
fs.rmSync(pictures, { recursive: true, force: true });
fs.mkdirSync(pictures, { recursive: true });

export const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64');
const PLACE = {
  type: 'FeatureCollection',
  features: [{ id: 'address.1', type: 'Feature', place_type: ['address'], text: 'Rue de Calais', address: '12',
    place_name: '12 Rue de Calais, 60000 Beauvais, France', center: [2.08, 49.43],
    context: [{ id: 'postcode.1', text: '60000' }, { id: 'place.1', text: 'Beauvais' },
      { id: 'country.1', text: 'France' }] }]
};

// The web beside the node, which the test keeps away from: what is asked there, and what stands in for the answer.
const OUTSIDE = [
  { url: /^https:\/\/www\.w3\.org\/ns\/activitystreams$/, type: 'application/ld+json',
    body: fs.readFileSync(set.activitystreams) },
  { url: /^https:\/\/unpkg\.com\/(leaflet[\w.-]*)@[\d.]+\/(dist\/[\w.-]+\.css)$/, type: 'text/css',
    body: (_, name, path) => fs.readFileSync(`node_modules/${name}/${path}`) },
  { url: /^https:\/\/(unpkg\.com|cdn\.jsdelivr\.net)\/.*\.css$/, type: 'text/css', body: '' },
  { url: /^https:\/\/fonts\.(googleapis|gstatic)\.com\//, type: 'text/css', body: '' },
  { url: /^https:\/\/[abc]\.tile\.openstreetmap\.org\//, type: 'image/png', body: PIXEL },
  { url: /^https:\/\/(unpkg\.com|cdnjs\.cloudflare\.com)\/.*\.png/, type: 'image/png', body: PIXEL },
  { url: /^https:\/\/api\.mapbox\.com\/geocoding\//, type: 'application/json', body: JSON.stringify(PLACE) }
];

let step = '';
let refusals = [];
let faults = [];
const troubles = [];
const asked = [];

const trouble = text => {
  if (!faults.some(f => f.step.test(step) && f.text.test(text))) troubles.push(`${step}: ${text}`);
};
const refusal = (status, url) =>
  refusals.find(r => r.status === status && r.url.test(url) && (r.step === undefined || r.step.test(step)));

const browser = await chromium.launch({
  executablePath: set.chromium,
  args: process.getuid() === 0 ? ['--no-sandbox'] : []
});
const context = await browser.newContext({ locale: 'fr-FR', timezoneId: 'Europe/Paris',
  viewport: { width: 1280, height: 900 } });
context.setDefaultTimeout(30000); // machines that test do other things too

await context.route(url => !['localhost', '127.0.0.1'].includes(url.hostname), route => {
  const url = route.request().url();
  const known = OUTSIDE.find(o => o.url.test(url));
  if (!known) {
    trouble(`asks ${url}, which nothing stands in for`);
    return route.abort();
  }
  const body = typeof known.body === 'function' ? known.body(...known.url.exec(url)) : known.body;
  return route.fulfill({ contentType: known.type, body, headers: { 'Access-Control-Allow-Origin': '*' } });
});

export const page = await context.newPage();

page.on('console', message => {
  if (message.type() !== 'error') return;
  const status = /status of (\d+)/.exec(message.text());
  if (status && refusal(Number(status[1]), message.location().url)) return;
  trouble(`console: ${message.text().slice(0, 500)} ${message.location().url}`);
});
page.on('pageerror', error => trouble(`uncaught: ${error.message.slice(0, 500)}`));
page.on('requestfailed', request => {
  if (request.failure()?.errorText === 'net::ERR_ABORTED') return; // the page was left before the answer came
  trouble(`${request.method()} ${request.url()} failed: ${request.failure()?.errorText}`);
});
page.on('response', async response => {
  const request = response.request();
  if (!request.url().startsWith(set.node + '/')) return;
  const headers = request.headers();
  const kept = Object.fromEntries(['accept', 'authorization', 'content-type', 'slug', 'origin']
    .filter(name => headers[name]).map(name => [name, headers[name]]));
  const one = { step, method: request.method(), path: request.url().slice(set.node.length), headers: kept,
    body: (headers['content-type'] ?? '').startsWith('image/') ? '<image>' : request.postData() ?? undefined,
    status: response.status(), type: response.headers()['content-type'], location: response.headers().location };
  asked.push(one);
  if (response.status() >= 400 && !refusal(response.status(), request.url()))
    trouble(`${request.method()} ${request.url()}: ${response.status()} ` +
      (await response.text().catch(() => '')).slice(0, 300));
  if (one.type?.includes('json') && !one.path.startsWith('/.well-known/'))
    one.answer = await response.text().catch(() => undefined); // the page may have been left
});

// What can be done and seen.
export const visit = path => page.goto(new URL(path, set.front).href, { waitUntil: 'networkidle' });
export const show = (kind, id) => visit(`/${kind}/${encodeURIComponent(id)}/show`);
export const edit = (kind, id) => visit(`/${kind}/${encodeURIComponent(id)}`);
export const settled = () => page.waitForLoadState('networkidle');
export const sees = async (...texts) => {
  for (const text of texts) await page.getByText(text).filter({ visible: true }).first().waitFor();
};
export const seesNot = async text => {
  await settled();
  assert.equal(await page.getByText(text).filter({ visible: true }).count(), 0, `«${text}» is still to be seen`);
};
export const button = name => page.getByRole('button', { name }).or(page.getByRole('link', { name }))
  .filter({ visible: true }).first();
export const press = name => button(name).click();
export const field = source => page.locator(`[name="${source}"]`);
export const write = (source, text) => field(source).fill(text);
export const describe = text => page.locator('textarea').filter({ visible: true }).first().fill(text);
export const choose = async (label, option) => {
  await page.getByLabel(label).first().click();
  await page.getByRole('option', { name: option }).click();
};
// A field that looks for what is typed.
export const find = async (label, typed, option) => {
  await page.getByLabel(label).last().pressSequentially(typed);
  await page.getByRole('option', { name: option }).filter({ visible: true }).first().click();
  await settled();
};
export const upload = name =>
  page.locator('input[type=file]').first().setInputFiles({ name, mimeType: 'image/png', buffer: PIXEL });
export const seesImage = async () => {
  const image = page.locator(`img[src^="${set.node}/files/"]`).first();
  await image.waitFor();
  assert.ok(await image.evaluate(i => i.complete && i.naturalWidth > 0), 'the image is not shown');
};

// What a step sent to the node.
export const count = () => asked.length;
export const sent = async (before, method, path, status) => {
  const since = () => asked.slice(before).find(a => a.method === method && a.path.startsWith(path));
  for (let i = 0; i < 300 && !since(); i++) await page.waitForTimeout(100);
  const got = since();
  assert.ok(got, `${method} ${path} was not sent`);
  assert.equal(got.status, status, `${method} ${path}`);
  return got;
};
export const save = async (method, path, status) => {
  const before = count();
  await press(/^(Enregistrer|Créer)$/i);
  await sent(before, method, path, status);
  await settled();
};

// At the provider: who one is (any password will do), and that the node may know it.
export async function throughProvider(name) {
  await page.locator('input[name=login]').fill(name);
  await page.locator('input[name=password]').fill('x');
  await page.locator('button[type=submit]').click();
  const agree = page.locator('form button[type=submit]');
  await agree.or(page.getByRole('button', { name: 'Profil' })).first().waitFor();
  if (page.url().includes('/interaction/')) await agree.click();
  await page.waitForURL(url => url.href.startsWith(set.front) && !url.pathname.startsWith('/login'));
  await settled();
}

// The provider remembers who was there last, as it should: somebody else comes with another browser.
export async function logIn(name) {
  await context.clearCookies();
  await visit('/');
  await page.evaluate(() => localStorage.clear());
  await visit('/login');
  await press('Les Communs');
  await throughProvider(name);
}

export async function logOut() {
  await page.getByRole('button', { name: 'Profil' }).click();
  await page.getByText('Déconnexion').click();
  await page.waitForFunction(() => location.pathname === '/' && !location.search && localStorage.getItem('token') === null);
  await settled();
}

// The steps, one after the other, and what there is to say of each.
export async function run(steps, expectedRefusals, knownFaults) {
  let passed = 0;
  let failed = 0;
  refusals = expectedRefusals;
  faults = knownFaults;
  for (const [number, [name, act]] of steps.entries()) {
    if (set.only && !new RegExp(set.only).test(name)) continue;
    step = name;
    const before = troubles.length;
    try {
      await act();
    } catch (error) {
      trouble(error.message.replace(/\x1b\[[0-9;]*m/g, '').split('\n').slice(0, 6).join(' | '));
    }
    const file = `${pictures}/${String(number).padStart(2, '0')}-${name.replace(/\W+/g, '-')}.png`;
    await page.screenshot({ path: file, fullPage: true }).catch(() => {});
    const found = troubles.slice(before);
    if (found.length > 0) failed++;
    else passed++;
    console.log(`${found.length > 0 ? 'not ok' : 'ok'} - ${name}`);
    for (const text of found) console.log('    ' + text);
  }
  fs.writeFileSync('session.jsonl', asked.map(a => JSON.stringify(a)).join('\n') + '\n');
  await browser.close();
  console.log(`${passed} passed, ${failed} failed; ${asked.length} requests`);
  process.exit(failed > 0 ? 1 : 0);
}
