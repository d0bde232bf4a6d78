// Starts what the dashboards show: the demo and a Prometheus. Everything listens on
// free ports of 127.0.0.1 and ends with stop().
import { spawn } from 'node:child_process';
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

// start runs a program until stop().
function start(program, args) {
  const process = spawn(program, args, { stdio: ['ignore', 'ignore', 'ignore'] });
  return async () => {
    if (process.exitCode !== null) return;
    process.kill('SIGKILL');
    await once(process, 'exit');
  };
}

// startPrometheus runs one with its data in directory/data.
export async function startPrometheus(directory, configuration, flags = []) {
  const port = await freePort();
  writeFileSync(join(directory, 'prometheus.yml'), configuration);
  const stop = start(join(root, '.tools/bin/prometheus'), [`--config.file=${join(directory, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(directory, 'data')}`, `--web.listen-address=127.0.0.1:${port}`, ...flags]);
  const url = `http://127.0.0.1:${port}`;
  try {
    await until('Prometheus', async () => (await fetch(`${url}/-/ready`)).ok);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

// demo starts the demo, a Prometheus with the deployed rules, and waits for a stall.
export async function demo() {
  const directory = mkdtempSync(join(tmpdir(), 'draw'));
  const exporter = `127.0.0.1:${await freePort()}`;
  const stops = [async () => rmSync(directory, { recursive: true, force: true })];
  const stop = async () => { for (const f of stops) await f(); };
  try {
    stops.unshift(start(join(root, 'thulium_exporter'), ['demo', '--demo.speed=600', `--web.listen-address=${exporter}`]));
    const { url, stop: stopPrometheus } = await startPrometheus(directory, `global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 5s}
rule_files: ['${join(root, 'deploy/prometheus/*.rules.yml')}']
scrape_configs:
  - job_name: thulium
    static_configs: [{targets: ['${exporter}'], labels: {system: acme}}]
`);
    stops.unshift(stopPrometheus);
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
