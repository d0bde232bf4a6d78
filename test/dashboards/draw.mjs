// Draws the dashboards with Grafana's own components: with the data of the demo, and
// with centres of a few and many campaigns, in an outage, and with nothing. The pictures
// are in pictures/, for a maintainer to look at; what can be asserted is asserted.
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { extname, join, normalize } from 'node:path';
import { demo } from './world.mjs';
import { english, history, polish } from './history.mjs';
import { collect } from './queries.mjs';
import { faults } from './checks.mjs';

const here = import.meta.dirname;
const output = join(here, 'build');
const pictures = join(here, 'pictures');
const dashboards = join(here, '../../dashboards');
const heights = { 1920: 1080, 1366: 768, 390: 844 };
const types = { '.js': 'text/javascript', '.css': 'text/css', '.html': 'text/html', '.svg': 'image/svg+xml' };

async function bundle() {
  rmSync(output, { recursive: true, force: true });
  const asData = Object.fromEntries(['svg', 'woff2', 'woff', 'png', 'gif', 'ttf'].map((e) => [`.${e}`, 'dataurl']));
  await build({
    entryPoints: [join(here, 'page/app.jsx')], bundle: true, format: 'esm', outdir: output, loader: asData, logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"', global: 'window' }, alias: { path: '/dev/null' },
  });
  cpSync(join(here, 'page/index.html'), join(output, 'index.html'));
}

// serve responds with the page, with Grafana's own assets, and with the data of
// the scene that is drawn now.
async function serve(scene) {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(request.url.split('?')[0]));
    if (path === '/data.json') return response.end(JSON.stringify(scene.data));
    const file = path.startsWith('/public/')
      ? join(here, 'node_modules/@grafana/ui/dist/public', path.slice('/public/'.length).replace(/^build\//, ''))
      : join(output, path === '/' ? 'index.html' : path);
    if (!existsSync(file) || !statSync(file).isFile()) return response.writeHead(404).end();
    response.writeHead(200, { 'Content-Type': types[extname(file)] ?? 'application/octet-stream' }).end(readFileSync(file));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function draw(browser, url, name, theme, width, { end, diagnose }) {
  const page = await browser.newPage({ viewport: { width: Number(width), height: heights[width] }, locale: name.includes('.pl') ? 'pl-PL' : 'en-GB', timezoneId: 'Europe/Warsaw' });
  if (end) await page.clock.setFixedTime(end * 1000);
  const found = [];
  page.on('pageerror', (error) => found.push(String(error)));
  await page.goto(`${url}/?theme=${theme}`);
  await page.waitForSelector('[data-panel], .panel-error', { timeout: 60_000 });
  await page.waitForLoadState('networkidle');
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width: Number(width), height }); // tables draw only what is in view
  await page.waitForTimeout(1000); // the graphs are drawn in frames of their own
  found.push(...await page.evaluate(faults, { ...columns(name), diagnose }));
  await page.screenshot({ path: join(pictures, `${name}-${theme}-${width}.png`), fullPage: true });
  await page.close();
  return found.map((fault) => `${name}, ${theme}, ${width} px: ${fault}`);
}

// columns is how the campaigns table calls some of its columns.
const columns = (name) => (name.includes('.pl') ? { state: 'Stan', cause: 'Przyczyna' } : { state: 'State', cause: 'Cause' });

// scenes draws dashboards of a world, each in all the themes and widths.
async function scenes(browser, world, name, files, themes, widths) {
  const { prometheus, end, diagnose, stop } = world;
  const scene = {};
  const server = await serve(scene);
  const found = [];
  try {
    const read = (file) => JSON.parse(readFileSync(join(dashboards, file)));
    const collected = await Promise.all(files.map((file) => collect(prometheus, read(file), end ? 86400 : 60, end)));
    for (const [i, file] of files.entries()) {
      scene.data = collected[i];
      for (const theme of themes) {
        for (const width of widths) {
          found.push(...await draw(browser, `http://127.0.0.1:${server.address().port}`, `${file.replace('.json', '')}-${name}`, theme, width, { end, diagnose }));
        }
      }
    }
  } finally {
    server.close();
    await stop();
  }
  return found;
}

rmSync(pictures, { recursive: true, force: true });
mkdirSync(pictures, { recursive: true });
await bundle();
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const [en, pl, exporter] = ['thulium-campaigns.json', 'thulium-campaigns.pl.json', 'thulium-exporter.json'];
const all = Object.keys(heights);
// What is drawn: name, world, dashboards, themes, widths. Arguments choose by name.
const plan = [
  ['6', () => history({ campaigns: 6 }), [en], ['dark', 'light'], all],
  ['6', () => history({ campaigns: 6, names: polish }), [pl], ['dark', 'light'], all],
  ['60', () => history({ campaigns: 60, systems: 2, names: polish }), [pl], ['dark'], [1366, 390]],
  ['500', () => history({ campaigns: 500 }), [en], ['dark'], [1366]],
  ['causes', () => history({ campaigns: 60, systems: 2, diagnose: true }), [en, pl], ['dark'], all],
  ['outage', () => history({ campaigns: 12, outage: true, names: polish }), [en, pl], ['light'], [1366, 390]],
  ['silent', () => history({ campaigns: 12, silent: true }), [en], ['light'], [1366]],
  ['empty', () => history({ campaigns: 0 }), [en, pl, exporter], ['dark'], [1366, 390]],
  ['demo', demo, [en, exporter], ['dark', 'light'], [1366, 390]],
];
const chosen = process.argv.slice(2);
const found = [];
for (const [name, world, ...how] of plan.filter(([n]) => chosen.length === 0 || chosen.includes(n))) {
  found.push(...await scenes(browser, await world(), name, ...how));
}
await browser.close();
found.forEach((fault) => console.error(fault));
console.log(`${found.length === 0 ? 'No fault' : `${found.length} faults`} in the drawn dashboards; pictures: test/dashboards/pictures`);
process.exit(found.length === 0 ? 0 : 1);
