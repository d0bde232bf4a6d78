// Starts what the dashboards show: the exporter, a Prometheus with the deployed
// rules and, for many campaigns, a Thulium that lists them. Everything listens
// on free ports of 127.0.0.1 and ends with stop().
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as listenAnywhere } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const wait = (ms) => new Promise((done) => setTimeout(done, ms));

async function freePort() {
  const server = listenAnywhere().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

async function until(what, check, seconds = 120) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await wait(500)) {
    try { if (await check()) return; } catch { /* not there yet */ }
  }
  throw new Error(`${what} took longer than ${seconds} s`);
}

// manyCampaigns returns campaigns at different paces, a tenth of which never move.
function manyCampaigns(count, elapsed) {
  return Array.from({ length: count }, (_, i) => {
    const records = 200 + (i * 37) % 5000;
    const done = i % 10 === 0 ? records / 4 : Math.min(records * 0.97, records * ((i * 13) % 60) / 100 + elapsed * (1 + i % 7));
    return { id: String(i + 1).padStart(5, '0'), records_count: records, completion_percent: Number((100 * done / records).toFixed(2)) };
  });
}

async function startThulium(count) {
  const began = Date.now();
  const server = createServer((_, response) => {
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(manyCampaigns(count, (Date.now() - began) / 1000)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

const longName = (i) => `Przypomnienie o zaległej płatności, segment ${i + 1}`;

function configuration(url, count) {
  const names = Array.from({ length: count }, (_, i) => `      "${String(i + 1).padStart(5, '0')}": {name: "${longName(i)}"}`);
  return `systems:
  acme:
    url: ${url}
    basic_auth: {username: draw, password: draw}
    stalled_after: 20s
    business_hours: {holidays: [none], windows: [{weekdays: ['monday:sunday'], times: [{start_time: '00:00', end_time: '24:00'}]}]}
    campaigns:
${names.join('\n')}
`;
}

export async function world(campaigns) {
  const directory = mkdtempSync(join(tmpdir(), 'draw'));
  const processes = [];
  let thulium;
  const run = (program, args) => {
    const process = spawn(program, args, { stdio: ['ignore', 'ignore', 'ignore'] });
    processes.push(process);
  };
  const stop = async () => {
    for (const p of processes.filter((p) => p.exitCode === null)) { p.kill('SIGKILL'); await once(p, 'exit'); }
    thulium?.close();
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    const [exporterPort, prometheusPort] = [await freePort(), await freePort()];
    const exporter = `127.0.0.1:${exporterPort}`;
    if (campaigns === 'demo') {
      run(join(root, 'thulium_exporter'), ['demo', '--demo.speed=600', `--web.listen-address=${exporter}`]);
    } else {
      thulium = await startThulium(campaigns);
      writeFileSync(join(directory, 'config.yml'), configuration(`http://127.0.0.1:${thulium.address().port}`, campaigns));
      run(join(root, 'thulium_exporter'), [`--config.file=${join(directory, 'config.yml')}`, `--web.listen-address=${exporter}`]);
    }
    writeFileSync(join(directory, 'prometheus.yml'), `global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 5s}
rule_files: ['${join(root, 'deploy/prometheus/*.rules.yml')}']
scrape_configs:
  - job_name: thulium
    static_configs: [{targets: ['${exporter}'], labels: {system: acme}}]
`);
    run(join(root, '.tools/bin/prometheus'), [`--config.file=${join(directory, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(directory, 'data')}`, `--web.listen-address=127.0.0.1:${prometheusPort}`]);
    const url = `http://127.0.0.1:${prometheusPort}`;
    const stalled = 'count(thulium_campaign_idle_business_seconds >= thulium_campaign_stall_threshold_business_seconds)';
    const someStalled = async () => {
      const response = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query: stalled })}`);
      return (await response.json()).data.result.length > 0;
    };
    await until('a stalled campaign', someStalled);
    await wait(20_000); // of history to draw
    await until('a stalled campaign', someStalled);
    await wait(2_000); // until an evaluation at a whole second sees it
    return { prometheus: url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
