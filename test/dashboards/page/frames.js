// Turns what Prometheus returned into Grafana's data frames, as Grafana's
// Prometheus data source does.
import { FieldType, toDataFrame } from '@grafana/data';

const fill = (format, labels) => format.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, label) => labels[label] ?? '');

function tableFrame(target, series, several) {
  const labels = [...new Set(series.flatMap((s) => Object.keys(s.metric)))].sort();
  const column = (name) => ({ name, type: FieldType.string, config: {}, values: series.map((s) => s.metric[name] ?? '') });
  return toDataFrame({
    refId: target.refId,
    meta: { type: 'table' },
    fields: [
      { name: 'Time', type: FieldType.time, values: series.map((s) => s.value[0] * 1000) },
      ...labels.map(column),
      { name: several ? `Value #${target.refId}` : 'Value', type: FieldType.number, values: series.map((s) => Number(s.value[1])) },
    ],
  });
}

// points has a value, or null, for each step of the time range.
function points(series, { start, end, step }) {
  const values = new Map(series.values.map(([time, value]) => [time, Number(value)]));
  const times = [];
  for (let t = start; t <= end; t += step) times.push(t);
  return { times: times.map((t) => t * 1000), values: times.map((t) => values.get(t) ?? null) };
}

function seriesFrame(target, series, range) {
  const name = target.legendFormat ? fill(target.legendFormat, series.metric) : undefined;
  const { times, values } = series.value
    ? { times: [series.value[0] * 1000], values: [Number(series.value[1])] }
    : points(series, range);
  return toDataFrame({
    refId: target.refId,
    name,
    fields: [
      { name: 'Time', type: FieldType.time, values: times },
      { name: 'Value', type: FieldType.number, labels: series.metric, config: { displayNameFromDS: name }, values },
    ],
  });
}

// frames returns the data frames of a panel. results are by refId. A query of a table
// without a result is a frame without rows.
export function frames(panel, results, range) {
  return panel.targets.flatMap((target) => {
    const series = results[target.refId];
    if (target.format === 'table') return [tableFrame(target, series, panel.targets.length > 1)];
    return series.map((s) => seriesFrame(target, s, { ...range, step: results.step }));
  });
}
