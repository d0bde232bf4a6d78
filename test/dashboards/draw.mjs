// Draws the dashboards with Grafana's own components, in three widths: with the
// campaigns of the demo dark and light, and with a thousand campaigns dark, without
// the Polish one. The pictures are in pictures/, for a maintainer to look at; what
// can be asserted is asserted.
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { extname, join, normalize } from 'node:path';
import { world } from './world.mjs';
import { collect } from './queries.mjs';
import { faults } from './checks.mjs';

const here = import.meta.dirname;
const output = join(here, 'build');
const pictures = join(here, 'pictures');
const dashboards = join(here, '../../dashboards');
const widths = { 1920: 1080, 1366: 768, 390: 844 };
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

async function draw(browser, url, name, theme, width, stateTitle) {
  const page = await browser.newPage({ viewport: { width: Number(width), height: widths[width] }, locale: name.includes('.pl') ? 'pl-PL' : 'en-GB', timezoneId: 'Europe/Warsaw' });
  const found = [];
  page.on('pageerror', (error) => found.push(String(error)));
  await page.goto(`${url}/?theme=${theme}`);
  await page.waitForSelector('[data-panel], .panel-error', { timeout: 60_000 });
  await page.waitForLoadState('networkidle');
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width: Number(width), height }); // tables draw only what is in view
  await page.waitForTimeout(1000); // the graphs are drawn in frames of their own
  found.push(...await page.evaluate(faults, stateTitle));
  await page.screenshot({ path: join(pictures, `${name}-${theme}-${width}.png`), fullPage: true });
  await page.close();
  return found.map((fault) => `${name}, ${theme}, ${width} px: ${fault}`);
}

// stateTitle is how the campaigns table calls the column of states.
const stateTitle = (file) => (file.includes('.pl') ? 'Stan' : 'State');

async function scenes(browser, campaigns, files, themes) {
  const { prometheus, stop } = await world(campaigns);
  const scene = {};
  const server = await serve(scene);
  const found = [];
  try {
    const read = (file) => JSON.parse(readFileSync(join(dashboards, file)));
    const collected = await Promise.all(files.map((file) => collect(prometheus, read(file), 60)));
    for (const [i, file] of files.entries()) {
      scene.data = collected[i];
      const name = `${file.replace('.json', '')}-${campaigns}`;
      for (const theme of themes) {
        for (const width of Object.keys(widths)) {
          found.push(...await draw(browser, `http://127.0.0.1:${server.address().port}`, name, theme, width, stateTitle(file)));
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
const all = ['thulium-campaigns.json', 'thulium-campaigns.pl.json', 'thulium-exporter.json'];
const found = [
  ...await scenes(browser, 'demo', all, ['dark', 'light']),
  ...await scenes(browser, 1000, ['thulium-campaigns.json', 'thulium-exporter.json'], ['dark']),
];
await browser.close();
found.forEach((fault) => console.error(fault));
console.log(`${found.length === 0 ? 'No fault' : `${found.length} faults`} in the drawn dashboards; pictures: test/dashboards/pictures`);
process.exit(found.length === 0 ? 0 : 1);
