// Applies a panel's transformations and field overrides with Grafana's own code.
import {
  applyFieldOverrides, cacheFieldDisplayNames, identityOverrideProcessor, Registry,
  standardTransformers, standardTransformersRegistry, transformDataFrame,
} from '@grafana/data';
import { lastValueFrom } from 'rxjs';

const standardOptions = ['unit', 'min', 'max', 'decimals', 'displayName', 'color', 'thresholds', 'mappings', 'links', 'noValue'];

export function registerTransformers() {
  const byId = new Map(Object.values(standardTransformers).map((t) => [t.id, t]));
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
