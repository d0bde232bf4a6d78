// Sends Prometheus the queries of a dashboard as Grafana would, with All chosen.
const pixels = 1900;

function fill(expression, dashboard, step, seconds) {
  const values = { __rate_interval: `${Math.max(4 * step, 15)}s`, __interval: `${step}s`, __range: `${seconds}s` };
  for (const v of dashboard.templating.list) values[v.name] = v.allValue;
  return expression.replace(/\$\{?(\w+)\}?/g, (match, name) => values[name] ?? match);
}

async function query(prometheus, path, parameters) {
  const response = await fetch(`${prometheus}/api/v1/${path}`, { method: 'POST', body: new URLSearchParams(parameters) });
  const { status, error, data } = await response.json();
  if (status !== 'success') throw new Error(`${error}: ${parameters.query}`);
  return data.result;
}

// collect returns the results by panel and refId, and the time range.
export async function collect(prometheus, dashboard, seconds, end = Math.floor(Date.now() / 1000)) {
  const range = { start: end - seconds, end };
  const results = {};
  for (const panel of dashboard.panels.filter((p) => p.targets)) {
    results[panel.id] = {};
    const step = Math.max(1, Math.ceil(seconds / (panel.maxDataPoints ?? pixels)));
    for (const target of panel.targets) {
      const expression = fill(target.expr, dashboard, step, seconds);
      results[panel.id][target.refId] = target.instant
        ? await query(prometheus, 'query', { query: expression, time: end })
        : await query(prometheus, 'query_range', { query: expression, ...range, step });
    }
    results[panel.id].step = step;
  }
  return { dashboard, results, range };
}
