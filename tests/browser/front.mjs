// SPDX-License-Identifier: Apache-2.0
// What a person does with Archipelago, step by step, in Chromium; front.py starts it with the setting as JSON.
// Each step says what must be seen; besides, nothing may be written to the console as an error, no request may fail
// and nothing outside may be asked but what OUTSIDE answers.
import { chromium } from 'playwright-core';
import fs from 'node:fs';
import assert from 'node:assert/strict';

const set = JSON.parse(process.argv[2]);
const pictures = 'pictures';
fs.rmSync(pictures, { recursive: true, force: true });
fs.mkdirSync(pictures, { recursive: true });

const PIXEL = Buffer.from(
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

// Answers that say no, and are right to: in which step, to what, and why.
const REFUSALS = [
  { status: 404, url: /\/pages\/accueil$/, why: 'a new node has no welcome page; the front end shows its own' },
  { step: 'a deleted organisation', status: 410, url: /\/organizations\/cafe-des-communs$/, why: 'it was deleted' },
  { step: 'a wrong token', status: 401, url: /./, why: 'the token is wrong' },
  { step: 'a wrong address', status: 404, url: /\/organizations\/rien$/, why: 'nothing is there' }
];

const CAFE = set.node + '/organizations/cafe-des-communs';
const NAMES = { alice: 'Alice DURAND', basile: 'Basile PETIT' };
let step = '';
const troubles = [];
const asked = [];

const trouble = text => troubles.push(`${step}: ${text}`);
const refusal = (status, url) =>
  REFUSALS.find(r => r.status === status && r.url.test(url) && (r.step === undefined || r.step === step));

const browser = await chromium.launch({
  executablePath: set.chromium,
  args: process.getuid() === 0 ? ['--no-sandbox'] : []
});
const context = await browser.newContext({ locale: 'fr-FR', viewport: { width: 1280, height: 900 } });
context.setDefaultTimeout(10000);

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

let page = await context.newPage();

function watch(watched) {
  watched.on('console', message => {
    if (message.type() !== 'error') return;
    const status = /status of (\d+)/.exec(message.text());
    if (status && refusal(Number(status[1]), message.location().url)) return;
    trouble(`console: ${message.text().slice(0, 500)} ${message.location().url}`);
  });
  watched.on('pageerror', error => trouble(`uncaught: ${error.message.slice(0, 500)}`));
  watched.on('requestfailed', request => {
    if (request.failure()?.errorText === 'net::ERR_ABORTED') return; // the page was left before the answer came
    trouble(`${request.method()} ${request.url()} failed: ${request.failure()?.errorText}`);
  });
  watched.on('response', note);
}

async function note(response) {
  const request = response.request();
  if (!request.url().startsWith(set.node + '/')) return;
  const headers = request.headers();
  const kept = Object.fromEntries(['accept', 'authorization', 'content-type', 'slug', 'origin']
    .filter(name => headers[name]).map(name => [name, headers[name]]));
  asked.push({ step, method: request.method(), path: request.url().slice(set.node.length), headers: kept,
    body: (headers['content-type'] ?? '').startsWith('image/') ? undefined : request.postData() ?? undefined,
    status: response.status(), type: response.headers()['content-type'] });
  if (response.status() >= 400 && !refusal(response.status(), request.url()))
    trouble(`${request.method()} ${request.url()}: ${response.status()} ` +
      (await response.text().catch(() => '')).slice(0, 300));
}

watch(page);

// The hand and the eye.
const visit = path => page.goto(set.front + path, { waitUntil: 'networkidle' });
const show = (kind, id) => visit(`/${kind}/${encodeURIComponent(id)}/show`);
const edit = (kind, id) => visit(`/${kind}/${encodeURIComponent(id)}`);
const settled = () => page.waitForLoadState('networkidle');
const sees = async (...texts) => {
  for (const text of texts) await page.getByText(text).filter({ visible: true }).first().waitFor();
};
const seesNot = async text => {
  await settled();
  assert.equal(await page.getByText(text).filter({ visible: true }).count(), 0, `«${text}» is still to be seen`);
};
const button = name => page.getByRole('button', { name }).or(page.getByRole('link', { name }))
  .filter({ visible: true }).first();
const press = name => button(name).click();
const count = () => asked.length;
const since = (n, method, path) => asked.slice(n).find(a => a.method === method && a.path.startsWith(path));
const sent = async (n, method, path, status) => {
  for (let i = 0; i < 100 && !since(n, method, path); i++) await page.waitForTimeout(100);
  const got = since(n, method, path);
  assert.ok(got, `${method} ${path} was not sent`);
  assert.equal(got.status, status, `${method} ${path}`);
  return got;
};

// At the provider: who one is (any password will do), and that the node may know it.
async function throughProvider(name) {
  await page.locator('input[name=login]').fill(name);
  await page.locator('input[name=password]').fill('x');
  await page.locator('button[type=submit]').click();
  const agree = page.locator('form button[type=submit]');
  await agree.or(page.getByRole('button', { name: 'Profil' })).first().waitFor();
  if (page.url().includes('/interaction/')) await agree.click();
  await page.waitForURL(url => url.href.startsWith(set.front) && !url.pathname.startsWith('/login'));
  await settled();
}

async function logIn(name) {
  await visit('/login');
  await press('Les Communs');
  await throughProvider(name);
}

async function logOut() {
  await page.getByRole('button', { name: 'Profil' }).click();
  await page.getByText('Déconnexion').click();
  await page.waitForURL(url => url.pathname === '/' && !url.search);
  await settled();
  assert.equal(await page.evaluate(() => localStorage.getItem('token')), null);
}

const list = (kind, ...texts) => [`list of ${kind}`, async () => {
  await visit(`/${kind}`);
  await sees(...texts);
}];

const shows = (kind, key, ...texts) => [`show ${kind}`, async () => {
  await show(kind, set.made[key]);
  await sees(...texts);
}];

const steps = [
  ['home', async () => {
    await visit('/');
    await sees('Bienvenue sur Archipelago');
  }],
  list('Organization', 'Les Jardins de Tara', 'Ferme collective', 'Atelier des Vélos'),
  list('Person', NAMES.alice, NAMES.basile),
  list('Group', 'Les voisins'),
  list('Project', 'Creuser la mare'),
  list('Event', 'Fête de la mare'),
  list('Task', 'Trouver des pelles'),
  list('Idea', 'Un four à pain'),
  list('Document', 'Charte du lieu'),
  list('Theme', 'Eau'),
  list('Skill', 'Compostage'),
  list('Type', 'Association', 'Chantier'),
  list('Status', 'Actif', 'En cours'),
  list('MembershipRole', 'Membre'),
  list('Page', 'À propos'),
  ['search by name', async () => {
    await visit('/Organization');
    await page.locator('input[type=text]').filter({ visible: true }).first().fill('Vélos');
    await sees('Atelier des Vélos');
    await page.getByText('Les Jardins de Tara').first().waitFor({ state: 'hidden' });
  }],
  ['full-text search', async () => {
    await visit('/Organization?filter=' + encodeURIComponent(JSON.stringify({ q: 'RÉPARE' })));
    await sees('Atelier des Vélos');
    await seesNot('Les Jardins de Tara');
  }],
  ['filter by type', async () => {
    await visit('/Organization');
    await page.getByText('Association (1)').click();
    await sees('Les Jardins de Tara');
    await page.getByText('Atelier des Vélos').first().waitFor({ state: 'hidden' });
  }],
  ['filter by theme', async () => {
    await visit('/Organization');
    await page.getByText('Eau', { exact: true }).first().click();
    await sees('Les Jardins de Tara');
    await page.getByText('Atelier des Vélos').first().waitFor({ state: 'hidden' });
  }],
  ['map', async () => {
    await visit('/Organization?view=map');
    await page.locator('.leaflet-marker-icon').first().waitFor();
    await visit('/Organization?view=map&filter=' + encodeURIComponent(JSON.stringify({ q: 'Tara' })));
    await page.locator('.leaflet-marker-icon').first().click();
    await sees('Les Jardins de Tara');
  }],
  ['calendar', async () => {
    await visit('/Event?view=calendar');
    await page.locator('.fc-event').first().waitFor();
    await sees('Fête de la mare');
  }],
  ['events by days', async () => {
    await visit('/Event?view=list');
    await sees('Fête de la mare');
  }],
  ['embedded calendar', async () => {
    await visit('/embeddedcalendar?organization=tara');
    await sees('Fête de la mare');
  }],
  shows('Organization', 'tara', 'Les Jardins de Tara', 'Ferme collective', 'Association', 'Actif', 'Eau', 'Beauvais',
    'Charte du lieu', 'Creuser la mare', 'Fête de la mare', 'Atelier des Vélos'),
  shows('Project', 'mare', 'Creuser la mare', 'En cours', 'Les Jardins de Tara', 'Eau', 'Chantier'),
  shows('Event', 'fete', 'Fête de la mare', 'Les Jardins de Tara'),
  shows('Task', 'pelles', 'Trouver des pelles', 'À faire', 'Creuser la mare'),
  shows('Idea', 'four', 'Un four à pain'),
  shows('Group', 'voisins', 'Les voisins'),
  shows('Document', 'charte', 'Charte du lieu', 'Ce qui a été décidé'),
  shows('Theme', 'eau', 'Eau'),
  shows('Skill', 'compostage', 'Compostage'),
  shows('Page', 'a-propos', 'Qui nous sommes'),
  ['show Person', async () => {
    await show('Person', set.people.alice);
    await sees(NAMES.alice);
  }],
  ['a stranger can write nothing', async () => {
    await visit('/Organization');
    await seesNot(/^Créer$/i);
    await visit('/Organization/create');
    await page.waitForURL(url => url.pathname === '/');
  }],
  ['a wrong address', async () => {
    await show('Organization', set.node + '/organizations/rien');
    await sees(/n'existe pas/);
  }],
  ['sign up', async () => {
    await visit('/');
    await page.getByRole('button', { name: 'Profil' }).click();
    await page.getByText("S'inscrire").click();
    await page.waitForURL(/\/login\?signup=true/);
    await press('Les Communs');
    await throughProvider('carole');
    await page.waitForURL(/\/Person\/.*users/);
    await sees('Prénom');
    assert.equal(await page.locator('input[name="pair:firstName"]').inputValue(), 'Carole');
    assert.equal(await page.locator('input[name="pair:lastName"]').inputValue(), 'Roy');
    await logOut();
  }],
  ['log in', async () => {
    await logIn('alice');
    await page.getByRole('button', { name: 'Profil' }).click();
    await sees('Voir mon profil', 'Editer mon profil', 'Déconnexion');
    await page.getByText('Editer mon profil').click();
    await sees('Prénom');
  }],
  ['edit my profile', async () => {
    await page.locator('input[name="pair:comment"]').fill('Maraîchère');
    const before = count();
    await press(/Enregistrer/i);
    await sent(before, 'PUT', '/users/', 204);
    await show('Person', set.people.alice);
    await sees('Maraîchère', NAMES.alice);
  }],
  ['create', async () => {
    await visit('/Organization');
    await press(/^Créer$/i);
    await sees('Ajouter une nouvelle organisation', 'Informations de base');
    await page.locator('input[name="pair:label"]').fill('Café des Communs');
    await page.locator('input[name="pair:comment"]').fill('Un tiers-lieu');
    await page.getByLabel(/Type/).first().click();
    await page.getByRole('option', { name: 'Association' }).click();
    const address = page.getByLabel(/Adresse/).first();
    await address.fill('12 rue de Calais');
    await page.getByRole('option', { name: /12 Rue de Calais/ }).first().click();
    const before = count();
    await press(/Enregistrer/i);
    await sent(before, 'POST', '/organizations', 201);
    await sees('Café des Communs', 'Un tiers-lieu', 'Association', '12 Rue de Calais, 60000 Beauvais, France');
  }],
  ['edit', async () => {
    await edit('Organization', CAFE);
    await page.locator('input[name="pair:comment"]').fill('Un tiers-lieu modifié');
    const before = count();
    await press(/Enregistrer/i);
    await sent(before, 'PUT', '/organizations/cafe-des-communs', 204);
    await sees('Un tiers-lieu modifié');
    await show('Organization', CAFE);
    await sees('Café des Communs', 'Un tiers-lieu modifié', 'Association', '12 Rue de Calais, 60000 Beauvais, France');
  }],
  ['image', async () => {
    await edit('Organization', CAFE);
    await page.locator('input[type=file]').setInputFiles({ name: 'affiche.png', mimeType: 'image/png', buffer: PIXEL });
    const before = count();
    await press(/Enregistrer/i);
    await sent(before, 'POST', '/files', 201);
    await sent(before, 'PUT', '/organizations/cafe-des-communs', 204);
    await show('Organization', CAFE);
    const image = page.locator(`img[src^="${set.node}/files/"]`).first();
    await image.waitFor();
    assert.ok(await image.evaluate(i => i.complete && i.naturalWidth > 0), 'the image is not shown');
  }],
  ['members', async () => {
    await edit('Organization', CAFE);
    await page.locator('button[aria-label="Ajouter"], button:has-text("Ajouter")').last().click();
    await page.getByLabel(/^Membre/).last().pressSequentially('Basile');
    await page.getByRole('option', { name: /Basile/ }).first().click();
    await page.getByLabel(/^Rôle/).last().click();
    await page.getByRole('option', { name: 'Membre' }).click();
    await page.locator('input[name="pair:comment"]').fill('Un tiers-lieu à plusieurs');
    const before = count();
    await press(/Enregistrer/i);
    await sent(before, 'PUT', '/organizations/cafe-des-communs', 204);
    await show('Organization', CAFE);
    await sees(NAMES.basile);
    await show('Person', set.people.basile);
    await sees('Café des Communs');
  }],
  ['permissions', async () => {
    await show('Organization', CAFE);
    await press(/Permissions/i);
    const dialog = page.getByRole('dialog');
    await dialog.getByText(NAMES.alice).waitFor();
    await dialog.locator('input').first().pressSequentially('Basile');
    const before = count();
    await page.getByRole('option', { name: /Basile/ }).first().click();
    await sent(before, 'PATCH', '/_acl/organizations/cafe-des-communs', 204);
    await dialog.getByText(NAMES.basile).waitFor();
    const asMember = dialog.getByRole('listitem').filter({ hasText: NAMES.basile });
    await asMember.getByRole('button').click();
    const more = count();
    await page.getByRole('menuitem', { name: 'Modifier' }).filter({ visible: true }).click();
    await sent(more, 'PATCH', '/_acl/organizations/cafe-des-communs', 204);
    await asMember.getByText(/Lire, Modifier/).waitFor();
    await asMember.getByRole('button').click();
    const less = count();
    await page.getByRole('menuitem', { name: 'Lire' }).filter({ visible: true }).click();
    await sent(less, 'PUT', '/_acl/organizations/cafe-des-communs', 204);
    await show('Organization', CAFE);
    await press(/Permissions/i);
    await asMember.getByText('Modifier', { exact: true }).waitFor();
  }],
  ['create a theme', async () => {
    await visit('/Theme/create');
    await page.locator('input[name="pair:label"]').fill('Alimentation');
    const before = count();
    await press(/Enregistrer/i);
    await sent(before, 'POST', '/themes', 201);
    await visit('/Theme');
    await sees('Alimentation', 'Eau');
  }],
  ['create a group', async () => {
    await visit('/Group/create');
    await page.locator('input[name="pair:label"]').fill('Les jardinières');
    const before = count();
    await press(/Enregistrer/i);
    await sent(before, 'POST', '/groups', 201);
    await sees('Les jardinières');
  }],
  ['create a project', async () => {
    await visit('/Project/create');
    await page.locator('input[name="pair:label"]').fill('Planter une haie');
    await page.getByLabel(/Statut/).first().click();
    await page.getByRole('option', { name: 'En cours' }).click();
    const before = count();
    await press(/Enregistrer/i);
    await sent(before, 'POST', '/projects', 201);
    await sees('Planter une haie', 'En cours');
  }],
  ['welcome page', async () => {
    await visit('/Page/create');
    await page.locator('input[name="semapps:title"]').fill('Accueil');
    await page.locator('textarea').filter({ visible: true }).first().fill('Bienvenue **chez nous**');
    const before = count();
    await press(/Enregistrer/i);
    await sent(before, 'POST', '/pages', 201);
    await visit('/');
    await sees('chez nous');
  }],
  ['delete', async () => {
    await edit('Organization', CAFE);
    const before = count();
    await press(/Supprimer/i);
    const confirm = page.getByRole('button', { name: /Confirmer/i });
    if (await confirm.isVisible().catch(() => false)) await confirm.click();
    await sent(before, 'DELETE', '/organizations/cafe-des-communs', 204);
    await visit('/Organization');
    await sees('Les Jardins de Tara');
    await seesNot('Café des Communs');
  }],
  ['a deleted organisation', async () => {
    await show('Organization', CAFE);
    await sees(/n'existe pas/);
  }],
  ['log out', async () => {
    await visit('/');
    await logOut();
  }],
  ['a wrong token', async () => {
    await page.evaluate(() => localStorage.setItem('token', 'a.eyJ3ZWJJZCI6Imh0dHA6Ly9sb2NhbGhvc3QvdXNlcnMveCJ9.c'));
    await visit('/Organization');
    await page.waitForTimeout(1000);
    await page.evaluate(() => localStorage.clear());
    await visit('/Organization');
    await sees('Les Jardins de Tara');
  }]
];

let passed = 0;
let failed = 0;
for (const [name, run] of steps) {
  if (set.only && !new RegExp(set.only).test(name)) continue;
  step = name;
  const before = troubles.length;
  try {
    await run();
  } catch (error) {
    trouble(error.message.replace(/\x1b\[[0-9;]*m/g, '').split('\n').slice(0, 6).join(' | '));
  }
  const file = `${pictures}/${String(steps.findIndex(s => s[0] === name)).padStart(2, '0')}-${name.replace(/\W+/g, '-')}.png`;
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
