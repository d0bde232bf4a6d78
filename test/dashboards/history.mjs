// A Prometheus with two days of a centre that never was: any number of campaigns in
// all states or stalled, an outage, or nothing at all. It is Tuesday, 14:02 in Warsaw; the centre
// works from Monday to Friday, 8:00 to 20:00.
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPrometheus } from './world.mjs';

export const end = Date.UTC(2026, 2, 10, 13, 2) / 1000;
const step = 600;
const hour = 3600;
const midnight = Date.UTC(2026, 2, 8, 23) / 1000; // of Monday, in Warsaw
const times = Array.from({ length: 51 * hour / step }, (_, i) => end - (51 * hour / step - 1 - i) * step);

const isOpen = (t) => t >= midnight && (t - midnight) % 86400 >= 8 * hour && (t - midnight) % 86400 < 20 * hour;

// worked is the business time since midnight of Monday; little is done at lunch.
function worked(t) {
  const [day, second] = [Math.floor((t - midnight) / 86400), (t - midnight) % 86400];
  return t < midnight ? 0 : day * 0.85 * 11.4 * hour + (day === 0 ? 0.85 : 1) * ( Math.min(Math.max(second - 8 * hour, 0), 12 * hour) - 0.6 * Math.min(Math.max(second - 12 * hour, 0), hour));
}

const polish = ['Przypomnienie o przeterminowanych płatnościach, Dolny Śląsk', 'Odnowienie zgód marketingowych, wszyscy klienci', 'Światłowód',
  'Oddzwonienia ze strony internetowej', 'Opony zimowe', 'Zaproszenia na konferencję'];
const english = ['Reminder of overdue payments, Lower Silesia', 'Renewal of marketing consents, all customers', 'Fibre', 'Call-backs from the website',
  'Winter tyres', 'Invitations to the conference'];
// Of six campaigns one is stalled, one late, two progress, one waits and one is empty.
const kinds = ['stalled', 'late', 'active', 'active', 'waiting', 'empty'];
const kindOf = (i) => (i < 6 ? kinds[i] : i === 6 ? 'critical' : i === 7 ? 'excused' : i === 8 ? 'slow' : i % 17 === 0 ? 'stalled' : i % 11 === 0 ? 'late' : i % 13 === 0 ? 'finished' : i % 19 === 0 ? 'empty' : 'active');

function campaign(i, names, silent) {
  const kind = silent ? 'stalled' : kindOf(i);
  const pace = kind === 'late' ? 2883 : kind === 'slow' ? 0.4 : 12 + (i * 37) % 190;
  const since = { stalled: end - 3.4 * hour - (i % 9) * 300, critical: end - 6.02 * hour, excused: end - 1.5 * hour }[kind] ?? end - 90;
  const records = kind === 'empty' ? 0 : kind === 'late' ? 250112 : 861 + (i * 1237) % 9000;
  const done = (t) => ({ waiting: 0, empty: 0, finished: records }[kind] ?? Math.min(records * 0.97, records * ((i * 13) % 40) / 100 + pace * worked(Math.min(t, since)) / hour));
  const name = names[i % names.length] + (i < names.length ? '' : `, ${Math.floor(i / names.length) + 1}`);
  return { kind, pace, since, records, done, name, id: String(i + 1).padStart(5, '0') };
}

// metrics are the values of a campaign at a time, but for those that outlive no outage.
function metrics(c) {
  const unfinished = !['empty', 'finished'].includes(c.kind);
  const moves = unfinished && c.kind !== 'waiting';
  const stalled = ['stalled', 'critical'].includes(c.kind);
  return (t) => ({
    idle_business_seconds: unfinished ? (c.kind === 'waiting' ? worked(t) : Math.max(worked(t) - worked(c.since), 60)) : undefined,
    stall_threshold_business_seconds: moves ? (c.kind === 'slow' ? 61200 : c.kind === 'critical' ? 2700 : 7200) : undefined,
    last_progress_timestamp_seconds: moves ? Math.min(c.since, t) : undefined,
    pace_records_per_business_hour: moves ? c.pace * (t < end - 12 * hour ? 0.9 + 0.3 * (c.pace % 2) : 1) : undefined,
    expected_finish_timestamp_seconds: moves && !stalled ? end + (c.kind === 'late' ? 9 * 86400 : (c.records - c.done(end)) / c.pace * hour * 2) : undefined,
    earliest_finish_timestamp_seconds: moves && !stalled ? end + (c.kind === 'late' ? 7 * 86400 : 40000) : undefined,
    deadline_timestamp_seconds: c.kind === 'late' ? end + 3 * 86400 + 14400 : c.kind === 'stalled' ? end + 21 * 86400 : undefined,
  });
}

// agents writes why a campaign is idle, if it is.
function agents(line, labels, { kind }, i, t) {
  const cause = { stalled: ['no_agents', 'idle', 'paused', 'unknown'][i % 4], critical: 'no_agents', excused: 'elsewhere' }[kind];
  if (!cause) return;
  const assigned = kind === 'critical' ? 0 : 12 - i % 5;
  const loggedIn = { paused: 4, idle: 7 }[cause] ?? 0;
  line('thulium_campaign_idle_cause', `${labels},cause="${cause}"`, 1, t);
  if (cause === 'elsewhere') return;
  line('thulium_campaign_agents', `${labels},state="assigned"`, assigned, t);
  if (cause === 'unknown') return;
  line('thulium_campaign_agents', `${labels},state="logged_in"`, loggedIn, t);
  line('thulium_campaign_agents', `${labels},state="paused"`, cause === 'paused' ? loggedIn : 0, t);
}

// write writes the series of a centre as OpenMetrics.
function write(file, { campaigns, systems, names, outage, silent, diagnose }) {
  const failed = outage ? end - 2.4 * hour : Infinity;
  const recent = new Set([...times.slice(-3), ...times.filter((t) => Math.abs(t - end + 86400) < 1200)]);
  const line = (name, labels, value, t) => {
    if (value !== undefined) writeSync(file, `${name}{${labels}} ${value} ${t}\n`);
  };
  for (let s = 0; s < systems; s++) {
    const system = `job="thulium",instance="exporter:10069",system="${['acme', 'beta'][s]}"`;
    for (const t of times) {
      line('thulium_up', system, t < failed ? 1 : 0, t);
      line('thulium_business_open', system, isOpen(t) ? 1 : 0, t);
      line('thulium_last_success_timestamp_seconds', system, Math.min(t, failed) - 12, t);
      line('thulium_idle_business_seconds', system, silent ? 3.4 * hour : 90, t);
      line('thulium_stall_threshold_business_seconds', system, 3600, t);
    }
    for (let i = s; i < campaigns; i += systems) {
      const c = campaign(i, names, silent);
      const labels = `${system},id="${c.id}"`;
      const all = metrics(c);
      for (const t of times) {
        line('thulium_campaign_info', `${labels},name="${c.name}"`, 1, t);
        if (t < failed) line('thulium_campaign_records_total', labels, c.records, t);
        if (t < failed) line('thulium_campaign_completion_percent', labels, c.records ? (100 * c.done(t) / c.records).toFixed(2) : 0, t);
        if (!recent.has(t)) continue;
        for (const [name, value] of Object.entries(all(Math.min(t, failed)))) line(`thulium_campaign_${name}`, labels, value, t);
        if (diagnose) agents(line, labels, c, i, t);
        if (c.kind === 'excused') line('thulium_campaign_waits_for', `${labels},for="${String(i + 1 - systems).padStart(5, '0')}"`, 1, t);
      }
    }
  }
  writeSync(file, '# EOF\n');
}

// history starts the Prometheus. It ends with stop().
export async function history(centre) {
  const directory = mkdtempSync(join(tmpdir(), 'draw'));
  const text = join(directory, 'metrics.txt');
  const file = openSync(text, 'w');
  write(file, { systems: 1, names: english, ...centre });
  closeSync(file);
  const data = join(directory, 'data');
  if (centre.campaigns > 0) {
    execFileSync(join(import.meta.dirname, '../../.tools/bin/promtool'), ['tsdb', 'create-blocks-from', 'openmetrics', '--max-block-duration=4d', text, data], { stdio: 'ignore' });
  }
  const { url, stop } = await startPrometheus(directory, 'scrape_configs: []\n', ['--query.lookback-delta=15m', '--storage.tsdb.retention.time=100y']);
  return { prometheus: url, end, diagnose: Boolean(centre.diagnose), stop: async () => { await stop(); rmSync(directory, { recursive: true, force: true }); } };
}

export { english, polish };
