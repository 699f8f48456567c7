// SPDX-License-Identifier: Apache-2.0
// The node's own pages in Chromium: each one in a wide window and on a telephone, by day and by night. pages.py starts it
// with the setting as JSON. What machines can tell of accessibility, axe-core tells (WCAG 2.1 AA and its best practices);
// besides, a keyboard must reach everything and show where it is, nothing may be wider than the window, and nothing may go
// wrong in the console.
import { chromium } from 'playwright-core';
import fs from 'node:fs';

const set = JSON.parse(process.argv[2]);
const axe = fs.readFileSync('node_modules/axe-core/axe.min.js', 'utf8');
const VIEWS = [
  { name: 'wide', viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
  { name: 'telephone', viewport: { width: 360, height: 740 }, colorScheme: 'dark' }
];

const browser = await chromium.launch({
  executablePath: set.chromium, args: process.getuid() === 0 ? ['--no-sandbox'] : []
});

// What Tab reaches, in order: whether it is in main, and whether one sees that it has the focus.
async function walk(page) {
  const reached = [];
  for (let i = 0; i < 400; i++) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const e = document.activeElement;
      if (e === document.body || e.dataset.reached) return null;
      e.dataset.reached = 'yes';
      const style = getComputedStyle(e);
      const box = e.getBoundingClientRect();
      return { name: e.tagName.toLowerCase() + ' ' + (e.innerText || e.name || e.className).slice(0, 40),
        isSkip: e.className === 'skip',
        isSeen: box.right > 0 && box.left < innerWidth && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0 };
    });
    if (at === null) break;
    reached.push(at);
  }
  return reached;
}

async function* faults(page, want) {
  const said = [];
  page.on('console', message => {
    if (message.type() === 'error' && !(want.status >= 400 && message.location().url === page.url()))
      said.push(`console: ${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', error => said.push(`uncaught: ${error.message}`));
  page.on('requestfailed', request => said.push(`${request.url()} failed: ${request.failure()?.errorText}`));
  const got = await page.goto(set.node + want.path, { waitUntil: 'networkidle' });
  if (got.status() !== want.status) yield `status ${got.status()} instead of ${want.status}`;
  const language = await page.getAttribute('html', 'lang');
  if (language !== want.language) yield `its language is ${language} instead of ${want.language}`;

  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => axe.run());
  for (const { id, help, nodes } of violations)
    yield `${id}: ${help}: ${nodes.slice(0, 3).map(n => n.html.slice(0, 120)).join(' | ')}`;

  const [width, room] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  if (width > room) yield `it is ${width} px wide in a window of ${room}`;

  const reached = await walk(page);
  const all = await page.locator('a[href], button, input, select, textarea, summary').filter({ visible: true }).count();
  if (!reached[0]?.isSkip) yield `the first thing that Tab reaches is ${reached[0]?.name}`;
  if (reached.length < all) yield `Tab reaches ${reached.length} things of ${all}`;
  for (const at of reached.filter(r => !r.isSeen)) yield `one can't see that the focus is on ${at.name}`;

  await page.locator('a.skip').focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  const isInside = await page.evaluate(() => document.querySelector('main').contains(document.activeElement) ||
    !document.querySelector('main').querySelector('a[href], button, textarea, summary'));
  if (!isInside) yield 'the link over the navigation does not lead to the content';
  yield* said;
}

let failed = 0;
let passed = 0;
for (const view of VIEWS) {
  for (const want of set.pages) {
    const context = await browser.newContext({ viewport: view.viewport, colorScheme: view.colorScheme,
      locale: want.language === 'en' ? 'en-GB' : 'fr-FR' });
    const page = await context.newPage();
    page.setDefaultTimeout(30000);
    const found = [];
    try {
      for await (const fault of faults(page, want)) found.push(fault);
    } catch (error) {
      found.push(error.message.split('\n')[0]);
    }
    await page.screenshot({ path: `${set.pictures}/${view.name}-${want.name}.png`, fullPage: true }).catch(() => {});
    if (found.length > 0) failed++;
    else passed++;
    for (const fault of found) console.log(`${view.name}, ${want.path}: ${fault}`);
    await context.close();
  }
}
await browser.close();
console.log(`${passed} pages passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
