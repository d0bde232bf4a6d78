// Applies a panel's transformations and field overrides with Grafana's own code.
import {
  applyFieldOverrides, cacheFieldDisplayNames, FieldType, identityOverrideProcessor, Registry,
  standardTransformers, standardTransformersRegistry, toDataFrame, transformDataFrame,
} from '@grafana/data';
import { lastValueFrom, map } from 'rxjs';

const standardOptions = ['unit', 'min', 'max', 'decimals', 'displayName', 'color', 'thresholds', 'mappings', 'links', 'noValue'];

// timeSeriesTable is a stand-in for a transformation that is not published: one row a
// series, with its labels and a cell that holds the series.
function timeSeriesTable(frames) {
  const values = frames.map((frame) => frame.fields.find((f) => f.type === FieldType.number));
  const names = [...new Set(values.flatMap((v) => Object.keys(v.labels)))];
  return frames.length === 0 ? [] : [toDataFrame({
    refId: frames[0].refId,
    fields: [
      ...names.map((name) => ({ name, type: FieldType.string, values: values.map((v) => v.labels[name]) })),
      { name: `Trend #${frames[0].refId}`, type: FieldType.frame, values: frames.map((f) => ({ ...f, value: null })) },
    ],
  })];
}

export function registerTransformers() {
  const byId = new Map(Object.values(standardTransformers).map((t) => [t.id, t]));
  byId.set('timeSeriesTable', { id: 'timeSeriesTable', name: 'Time series to table', operator: () => (source) => source.pipe(map(timeSeriesTable)) });
  standardTransformersRegistry.setInit(() =>
    [...byId.values()].map((t) => ({ id: t.id, name: t.name, transformation: t, editor: () => null, description: '' })));
}

// optionsOf registers the options that the panels of a dashboard use.
export function optionsOf(dashboard) {
  const ids = new Set(standardOptions);
  for (const panel of dashboard.panels) {
    Object.keys(panel.fieldConfig?.defaults?.custom ?? {}).forEach((key) => ids.add(`custom.${key}`));
    (panel.fieldConfig?.overrides ?? []).forEach((o) => o.properties.forEach((p) => ids.add(p.id)));
  }
  const registry = new Registry(() => []);
  for (const id of ids) {
    const isCustom = id.startsWith('custom.');
    registry.register({
      id, name: id, path: isCustom ? id.slice('custom.'.length) : id, isCustom,
      override: () => null, editor: () => null, process: identityOverrideProcessor, shouldApply: () => true, settings: {},
    });
  }
  return registry;
}

export async function prepare(panel, data, { theme, timeZone, registry }) {
  const transformed = panel.transformations
    ? await lastValueFrom(transformDataFrame(panel.transformations, data))
    : data;
  const fields = applyFieldOverrides({
    data: transformed, fieldConfig: panel.fieldConfig, replaceVariables: (v) => v, theme, timeZone, fieldConfigRegistry: registry,
  });
  cacheFieldDisplayNames(fields);
  return fields;
}
