// SPDX-License-Identifier: Apache-2.0
// What people do with Archipelago, step by step, and what must be seen then. front.py starts it with the setting as JSON.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { button, choose, count, describe, edit, field, find, logIn, logOut, page, press, run, save, seesImage, sees, seesNot,
  sent, set, settled, show, throughProvider, upload, visit, write } from './hand.mjs';

const CAFE = set.node + '/organizations/cafe-des-communs';
const PRIVATE = set.node + '/ideas/une-idee-a-nous';
const NAMES = { alice: 'Alice DURAND', basile: 'Basile PETIT', carole: 'Carole ROY' };

const SECRETS = ['Un mot de passe assez long 1', 'Un tout autre mot de passe 2'];

const logInOwn = async (name, password) => {
  await write('username', name);
  await write('password', password);
  await press('Se connecter');
};
const mailedLink = async () => {
  for (let i = 0; i < 100 && !fs.existsSync(set.mail); i++) await page.waitForTimeout(100);
  return /^https?:\S+$/m.exec(fs.readFileSync(set.mail, 'utf8'))[0];
};

// Answers that say no, and are right to: in which step, to what, and why.
const REFUSALS = [
  { status: 404, url: /\/pages\/accueil$/, why: 'a new node has no welcome page; the front end shows its own' },
  { step: /^a deleted /, status: 410, url: /\/(organizations|events)\/[\w-]+$/, why: 'it was deleted' },
  { step: /^a wrong token$/, status: 401, url: /./, why: 'the token is wrong' },
  { step: /^a wrong address$/, status: 404, url: /\/organizations\/rien$/, why: 'nothing is there' },
  { step: /^(a private idea is not shown|an invitation is taken)$/, status: 403, url: /\/(_acl\/)?ideas\/une-idee-a-nous$/, why: 'others may not read it' },
  { step: /^a wrong password$/, status: 401, url: /\/auth\/login$/, why: 'the password is wrong' },
  { step: /^an address that is taken$/, status: 409, url: /\/auth\/signup$/, why: 'somebody has that address' },
  { status: 404, url: /\/\.well-known\/openid-configuration$/,
    why: 'who logs out of an own account is asked whether the node is an OpenID provider; it is not' }
];

// Faults of the front end itself, whatever the server.
const FAULTS = [
  { step: /^create (Event|Task)$/, text: /uncaught: Invalid time value/, why: 'a date that is being typed is no date yet' },
  { step: /^(an address that is taken|a wrong password)$/, text: /uncaught: Cannot read properties of null \(reading 'reset'\)/,
    why: 'a refused login form wants to be emptied when it is gone already' }
];

const list = (kind, ...texts) => [`list of ${kind}`, async () => {
  await visit(`/${kind}`);
  await sees(...texts);
}];

const shows = (kind, key, ...texts) => [`show ${kind}`, async () => {
  await show(kind, set.made[key]);
  await sees(...texts);
}];

// A new thing with a name, and what else its form has.
const creates = (kind, container, name, fill, ...texts) => [`create ${kind}`, async () => {
  await visit(`/${kind}/create`);
  await write('pair:label', name);
  await fill();
  await save('POST', '/' + container, 201);
  await sees(name, ...texts);
  await visit('/' + kind);
  await sees(name);
}];

const day = days => {
  const when = new Date(Date.now() + days * 86400000);
  const two = number => String(number).padStart(2, '0');
  return { typed: `${two(when.getDate())}${two(when.getMonth() + 1)}${when.getFullYear()}1830`,
    shown: `${two(when.getDate())}/${two(when.getMonth() + 1)}/${when.getFullYear()} 18:30` };
};
const dated = async (label, when) => {
  await page.getByLabel(label).first().click();
  await page.keyboard.press('Home');
  await page.keyboard.type(when.typed, { delay: 20 });
};

const visitors = [
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
  }]
];

const members = [
  ['sign up', async () => {
    await visit('/');
    await page.getByRole('button', { name: 'Profil' }).click();
    await page.getByText("S'inscrire").click();
    await page.waitForURL(/\/login\?signup=true/);
    await press('Les Communs');
    await throughProvider('carole');
    await page.waitForURL(/\/Person\/.*users/);
    await sees('Prénom');
    assert.equal(await field('pair:firstName').inputValue(), 'Carole');
    assert.equal(await field('pair:lastName').inputValue(), 'Roy');
    await logOut();
    await sees('Vous êtes maintenant déconnecté');
  }],
  ['log in', async () => {
    await logIn('alice');
    await page.getByRole('button', { name: 'Profil' }).click();
    await sees('Voir mon profil', 'Editer mon profil', 'Déconnexion');
    await page.getByText('Editer mon profil').click();
    await sees('Prénom');
  }],
  ['edit my profile', async () => {
    await edit('Person', set.people.alice);
    await write('pair:comment', 'Maraîchère');
    await save('PUT', '/users/', 204);
    await show('Person', set.people.alice);
    await sees('Maraîchère', NAMES.alice);
  }],
  ['create Organization', async () => {
    await visit('/Organization');
    await press(/^Créer$/i);
    await sees('Ajouter une nouvelle organisation', 'Informations de base');
    await write('pair:label', 'Café des Communs');
    await write('pair:comment', 'Un tiers-lieu');
    await choose(/Type/, 'Association');
    await page.getByLabel(/Adresse/).first().fill('12 rue de Calais');
    await page.getByRole('option', { name: /12 Rue de Calais/ }).first().click();
    await save('POST', '/organizations', 201);
    await sees('Café des Communs', 'Un tiers-lieu', 'Association', '12 Rue de Calais, 60000 Beauvais, France');
  }],
  ['edit', async () => {
    await edit('Organization', CAFE);
    await write('pair:comment', 'Un tiers-lieu modifié');
    await save('PUT', '/organizations/cafe-des-communs', 204);
    await sees('Un tiers-lieu modifié');
    await show('Organization', CAFE);
    await sees('Café des Communs', 'Un tiers-lieu modifié', 'Association', '12 Rue de Calais, 60000 Beauvais, France');
  }],
  ['image', async () => {
    await edit('Organization', CAFE);
    await upload('affiche.png');
    const before = count();
    await save('PUT', '/organizations/cafe-des-communs', 204);
    await sent(before, 'POST', '/files', 201);
    await show('Organization', CAFE);
    await seesImage();
  }],
  creates('Theme', 'themes', 'Alimentation', async () => {}),
  creates('Skill', 'skills', 'Soudure', async () => {}),
  creates('Project', 'projects', 'Planter une haie', async () => {
    await choose(/Statut/, 'En cours');
    await choose(/Type/, 'Chantier');
    await write('pair:comment', 'Quarante mètres');
    await describe('Des **noisetiers** et des prunelliers');
    await find(/Organisations impliqués/, 'Jardins', /Les Jardins de Tara/);
    await upload('haie.png');
  }, 'En cours', 'Chantier', 'Quarante mètres', 'noisetiers', 'Les Jardins de Tara'),
  creates('Event', 'events', 'Plantation de la haie', async () => {
    await dated(/Date de début/, day(2));
    await dated(/Date de fin/, day(3));
    await write('pair:comment', 'Venez avec des gants');
    await find(/Acteurs impliqués/, 'Jardins', /Les Jardins de Tara/);
  }, 'Venez avec des gants', 'Les Jardins de Tara', day(2).shown, day(3).shown),
  creates('Task', 'tasks', 'Louer une tarière', async () => {
    await choose(/Statut/, 'À faire');
    await dated(/Date attendue/, day(1));
    await describe('Chez le loueur de Beauvais');
    await find(/Est assigné à/, 'Basile', NAMES.basile);
    await find(/Fait partie de/, 'haie', 'Planter une haie');
    await find(/A besoin de/, 'Soud', 'Soudure');
  }, 'À faire', day(1).shown, 'Chez le loueur', NAMES.basile, 'Planter une haie'),
  creates('Idea', 'ideas', 'Une grainothèque', async () => {
    await write('pair:comment', 'Des graines à échanger');
    await find(/Imaginée par/, 'Alice', NAMES.alice);
    await find(/Concrétisée par/, 'haie', 'Planter une haie');
  }, 'Des graines à échanger', NAMES.alice, 'Planter une haie'),
  creates('Document', 'documents', 'Plan de la haie', async () => {
    await describe('Tous les *deux* mètres');
    await upload('plan.png');
    await find(/Documente/, 'Jardins', /Les Jardins de Tara/);
  }, 'mètres', 'Les Jardins de Tara'),
  creates('Group', 'groups', 'Les jardinières', async () => {
    await write('pair:comment', 'Chaque mardi');
    await find(/Membres|Affili|personnes/i, 'Basile', NAMES.basile);
  }, 'Chaque mardi', NAMES.basile),
  ['relations lead back', async () => {
    await show('Organization', set.made.tara);
    await sees('Planter une haie', 'Plantation de la haie', 'Plan de la haie');
  }],
  ['welcome page', async () => {
    await visit('/Page/create');
    await write('semapps:title', 'Accueil');
    await describe('Bienvenue **chez nous**');
    await save('POST', '/pages', 201);
    await visit('/');
    await sees('chez nous');
  }],
  // With a new member alone «Enregistrer» stays grey, whatever the server: the front end takes no notice of a list that
  // grows. The role makes no difference; another field does.
  ['members', async () => {
    await edit('Organization', CAFE);
    await page.locator('button[aria-label="Ajouter"], button:has-text("Ajouter")').last().click();
    await find(/^Membre/, 'Basile', /Basile/);
    await page.getByLabel(/^Rôle/).last().click();
    await page.getByRole('option', { name: 'Membre' }).click();
    await write('pair:comment', 'Un tiers-lieu à plusieurs');
    await save('PUT', '/organizations/cafe-des-communs', 204);
    await show('Organization', CAFE);
    await sees(NAMES.basile);
    await show('Person', set.people.basile);
    await sees('Café des Communs');
  }],
  ['a member less', async () => {
    await edit('Organization', CAFE);
    await sees(NAMES.basile);
    await page.locator('button[aria-label="Supprimer"], button:has-text("Supprimer")').nth(-2).click();
    await write('pair:comment', 'Un tiers-lieu tranquille');
    await save('PUT', '/organizations/cafe-des-communs', 204);
    await show('Organization', CAFE);
    await seesNot(NAMES.basile);
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
  ['a private idea', async () => {
    await visit('/Idea/create');
    await write('pair:label', 'Une idée à nous');
    await save('POST', '/ideas', 201);
    await press(/Permissions/i);
    const dialog = page.getByRole('dialog');
    for (const who of ['Tous les utilisateurs', 'Utilisateurs connectés']) {
      await dialog.getByRole('listitem').filter({ hasText: who }).getByRole('button').click();
      const before = count();
      await page.getByRole('menuitem', { name: 'Lire' }).filter({ visible: true }).click();
      await sent(before, 'PUT', '/_acl/ideas/une-idee-a-nous', 204);
      await settled();
    }
  }]
];

// This front end has no page for invitation links: what one that has would ask, from its address.
const ask = (path, { body, link, ...more }) => page.evaluate(async ([url, options]) => {
  const authorization = options.headers.authorization ?? 'Bearer ' + localStorage.getItem('token');
  const got = await fetch(url, { ...options, headers: { ...options.headers, authorization } });
  return { status: got.status, body: await got.json() };
}, [new URL(path, set.node).href, { ...more, body: body && JSON.stringify(body), headers: { accept: 'application/ld+json',
  ...(body && { 'content-type': 'application/json' }), ...(link && { authorization: 'Capability ' + link }) } }]);
let invitation;

const others = [
  ['an invitation is given', async () => {
    const given = await ask('/vc/v0.3/credentials/issue', { method: 'POST', body: { credential: {
      type: ['VerifiableCredential'], name: 'Venez voir', credentialSubject: { 'apods:hasAuthorization': {
        type: 'acl:Authorization', 'acl:mode': 'acl:Read', 'acl:accessTo': PRIVATE } } } } });
    assert.equal(given.status, 201);
    invitation = given.body.verifiableCredential.id;
  }],
  ['somebody else', async () => {
    await logIn('basile');
    await show('Organization', set.made.tara);
    await sees('Les Jardins de Tara');
    assert.equal(await button(/Éditer/i).count(), 0, 'basile may edit what alice made');
    await edit('Organization', CAFE);
    await write('pair:comment', 'Un tiers-lieu où je suis chez moi');
    await save('PUT', '/organizations/cafe-des-communs', 204);
    await sees('Un tiers-lieu où je suis chez moi');
  }],
  ['a private idea is not shown', async () => {
    await visit('/Idea');
    await sees('Une grainothèque');
    await seesNot('Une idée à nous');
  }],
  ['an invitation is taken', async () => {
    await show('Idea', PRIVATE);
    await seesNot('Une idée à nous');
    assert.equal((await ask('/ideas/une-idee-a-nous', {})).status, 403);
    const shown = await ask('/ideas/une-idee-a-nous', { link: invitation });
    assert.equal(shown.status, 200);
    assert.equal(shown.body['pair:label'], 'Une idée à nous');
  }],
  ['delete', async () => {
    await logIn('alice');
    await edit('Organization', CAFE);
    await page.getByRole('button', { name: 'Supprimer' }).last().click(); // the first one takes the image away
    const before = count();
    await page.getByRole('button', { name: /Confirmer/i }).click();
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
    const claims = Buffer.from(JSON.stringify({ webId: set.node + '/users/x' })).toString('base64url');
    await page.evaluate(token => localStorage.setItem('token', token), `a.${claims}.c`);
    await visit('/Organization');
    await page.waitForTimeout(1000);
    await page.evaluate(() => localStorage.clear());
    await visit('/Organization');
    await sees('Les Jardins de Tara');
  }]
];

// The same front end, but for two lines of it: accounts of the node's own, with a password.
const own = [
  ['sign up with a password', async () => {
    await visit(set.own + '/login?signup=true');
    await sees('Créez votre compte');
    await write('username', 'doris');
    await write('email', 'doris@exemple.fr');
    await write('password', SECRETS[0]);
    const before = count();
    await press("S'inscrire");
    await sent(before, 'POST', '/auth/signup', 200);
    await page.waitForURL(url => url.pathname === '/');
    await page.waitForTimeout(5000); // the form leads there a second time after four seconds
    await settled();
    await sees('doris');
    await logOut();
  }],
  ['an address that is taken', async () => {
    await visit(set.own + '/login?signup=true');
    await write('username', 'dora');
    await write('email', 'doris@exemple.fr');
    await write('password', SECRETS[0]);
    await press("S'inscrire");
    await sees('Un compte existe déjà avec cette adresse mail');
  }],
  ['a wrong password', async () => {
    await visit(set.own + '/login');
    await sees('Connectez-vous à votre compte.');
    await logInOwn('doris', 'rien de tel');
    await sees(/Échec de l'authentification/);
  }],
  ['a forgotten password', async () => {
    await visit(set.own + '/login?reset_password=true');
    await write('email', 'doris@exemple.fr');
    const before = count();
    await press(/soumettre|Mot de passe|Envoyer/i);
    await sent(before, 'POST', '/auth/reset_password', 200);
    await sees('Un e-mail a été envoyé');
    await page.goto(await mailedLink(), { waitUntil: 'networkidle' });
    await write('email', 'doris@exemple.fr');
    await write('password', SECRETS[1]);
    await write('confirm-password', SECRETS[1]);
    const again = count();
    await press(/Définir le mot de passe/);
    await sent(again, 'POST', '/auth/new_password', 200);
    await page.waitForURL(/\/login\?.*email=doris/);
  }],
  ['log in with a password', async () => {
    await visit(set.own + '/login');
    await logInOwn('doris@exemple.fr', SECRETS[1]);
    await page.waitForURL(url => url.pathname === '/');
    await settled();
    await sees('doris');
    await visit(set.own + '/Organization/create');
    await write('pair:label', 'La Fabrique');
    await save('POST', '/organizations', 201);
    await sees('La Fabrique');
    await visit(set.own + '/');
    await logOut();
  }]
];

await run([...visitors, ...members, ...others, ...(set.own ? own : [])], REFUSALS, FAULTS);
