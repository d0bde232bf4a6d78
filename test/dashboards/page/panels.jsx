// The panels. Grafana's panel plugins are not published as packages, so the
// panels are wired here to the components that they use. The state timeline is
// a stand-in: its component is not published either.
import React from 'react';
import { getFieldDisplayName, getFieldDisplayValues } from '@grafana/data';
import { BigValue, TimeSeries, VizRepeater } from '@grafana/ui';
import { TableNG } from '@grafana/ui/unstable';

const keep = (v) => v;

function NoData({ panel, height, theme }) {
  const text = panel.fieldConfig?.defaults?.noValue ?? 'No data';
  return <div style={{ color: theme.colors.text.secondary, textAlign: 'center', paddingTop: height / 2 - 10 }}>{text}</div>;
}

function Stat({ panel, data, width, height, theme, timeZone }) {
  const { options, fieldConfig } = panel;
  const values = getFieldDisplayValues({
    fieldConfig, reduceOptions: options.reduceOptions, replaceVariables: keep, theme, data, sparkline: false, timeZone,
  });
  const draw = ({ value, width: w, height: h, count }) => (
    <BigValue value={value.display} count={count} width={w} height={h} colorMode={options.colorMode} graphMode={options.graphMode}
      justifyMode={options.justifyMode} textMode={options.textMode} theme={theme} text={options.text} />
  );
  return <VizRepeater getValues={() => values} renderValue={draw} width={width} height={height} source={data} renderCounter={1} orientation="auto" />;
}

function Table({ panel, data, width, height, timeRange }) {
  return (
    <TableNG data={data[0]} width={width} height={height} noHeader={false} showTypeIcons={false} resizable
      initialSortBy={panel.options.sortBy} sortBy={panel.options.sortBy} cellHeight={panel.options.cellHeight} timeRange={timeRange}
      fieldConfig={panel.fieldConfig} getActions={() => []} replaceVariables={keep} structureRev={1}
      enableSharedCrosshair={false} disableSanitizeHtml={false} onSortByChange={() => {}} onColumnResize={() => {}} />
  );
}

function Lines({ panel, data, width, height, timeRange, timeZone }) {
  return (
    <TimeSeries frames={data} structureRev={1} timeRange={timeRange} timeZone={[timeZone]} width={width} height={height}
      legend={panel.options.legend} options={panel.options}>{() => null}</TimeSeries>
  );
}

function stretches(frame) {
  const [times, field] = [frame.fields[0].values, frame.fields[1]];
  return field.values.map((value, i) => ({ from: times[i], to: times[i + 1] ?? times[i], value }))
    .filter((s) => s.value !== null).map((s) => ({ ...s, ...field.display(s.value) }));
}

function Timeline({ panel, data, width, height, timeRange }) {
  const rows = data.slice(0, panel.options.perPage ?? 20);
  const label = Math.min(width * 0.35, 320);
  const [start, end] = [timeRange.from.valueOf(), timeRange.to.valueOf()];
  const x = (time) => label + ((time - start) / (end - start)) * (width - label);
  const legend = new Map();
  const legendHeight = 30;
  const step = (height - legendHeight) / Math.max(rows.length, 1);
  return (
    <div style={{ position: 'relative', height, fontSize: 12 }}>
      {rows.map((frame, i) => (
        <div key={i} style={{ position: 'absolute', top: i * step, height: step, width }}>
          <div style={{ position: 'absolute', width: label - 8, top: step / 2 - 9, textAlign: 'right', whiteSpace: 'nowrap', overflow: 'hidden', textOverflow: 'ellipsis' }}>
            {getFieldDisplayName(frame.fields[1], frame, data)}
          </div>
          {stretches(frame).map((s, k) => {
            legend.set(s.text, s.color);
            return <div key={k} style={{ position: 'absolute', left: x(s.from), width: Math.max(x(s.to) - x(s.from), 0) + 0.5, top: step * 0.1, height: step * 0.8, background: s.color, opacity: 0.8 }} />;
          })}
        </div>
      ))}
      <div style={{ position: 'absolute', bottom: 0, display: 'flex', gap: 14 }}>
        {[...legend].map(([text, color]) => <span key={text}><span style={{ display: 'inline-block', width: 14, height: 4, background: color, marginRight: 6, verticalAlign: 'middle' }} />{text}</span>)}
      </div>
    </div>
  );
}

const components = { stat: Stat, table: Table, timeseries: Lines, 'state-timeline': Timeline };

export function Visualization(props) {
  const Component = components[props.panel.type];
  if (!Component) throw new Error(`no component for ${props.panel.type}`);
  return props.panel.type === 'stat' || props.data.some((frame) => frame.length > 0) ? <Component {...props} /> : <NoData {...props} />;
}
