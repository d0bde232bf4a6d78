// Draws a dashboard on Grafana's grid: 24 columns, or one on a phone.
import React from 'react';
import { createRoot } from 'react-dom/client';
import { createTheme, dateTime, ThemeContext } from '@grafana/data';
import { GlobalStyles, PanelChrome, PortalContainer } from '@grafana/ui';
import '@fontsource/inter/400.css';
import '@fontsource/inter/500.css';
import '@fontsource/inter/latin-ext-400.css';
import '@fontsource/inter/latin-ext-500.css';
import { frames } from './frames.js';
import { optionsOf, prepare, registerTransformers } from './prepare.js';
import { Visualization } from './panels.jsx';

const cell = 30; // pixels, as in Grafana
const gap = 8;
const phone = 768;

class Guard extends React.Component {
  state = {};
  static getDerivedStateFromError(error) { return { error }; }
  render() {
    return this.state.error ? <pre className="panel-error">{String(this.state.error.stack)}</pre> : this.props.children;
  }
}

function place({ gridPos: g }, stackedAt, width) {
  const column = (width - gap * 23) / 24;
  const height = g.h * cell + (g.h - 1) * gap;
  if (stackedAt !== null) return { left: 0, top: stackedAt, width, height };
  return { left: g.x * (column + gap), top: g.y * (cell + gap), width: g.w * column + (g.w - 1) * gap, height };
}

function Dashboard({ dashboard, panels, context }) {
  const width = innerWidth - 32;
  const stacked = innerWidth < phone;
  let bottom = 0;
  const placed = panels.map(({ panel, data }) => {
    const box = place(panel, stacked ? bottom : null, width);
    bottom = Math.max(bottom, box.top + box.height + gap);
    return { panel, data, box };
  });
  const { theme } = context;
  return (
    <div style={{ padding: 16, background: theme.colors.background.canvas, color: theme.colors.text.primary, minHeight: '100vh', fontFamily: theme.typography.fontFamily, fontSize: 14 }}>
      <h1 style={{ fontSize: 18, margin: '0 0 16px' }}>
        {dashboard.title}
        {dashboard.links.filter((l) => !l.placement).map((l) => <a key={l.url} href={l.url} style={{ marginLeft: 16, fontSize: 14 }}>{l.title}</a>)}
      </h1>
      <div style={{ position: 'relative', height: bottom }}>
        {placed.map(({ panel, data, box }) => (
          <div key={panel.id} data-panel={panel.title} data-type={panel.type} style={{ position: 'absolute', ...box }}>
            {panel.type === 'row' ? <b>{panel.title}</b> : (
              <Guard>
                <PanelChrome title={panel.title} description={panel.description} width={box.width} height={box.height} padding={panel.type === 'table' ? 'none' : 'md'}>
                  {(w, h) => <Guard><Visualization panel={panel} data={data} width={w} height={h} {...context} /></Guard>}
                </PanelChrome>
              </Guard>
            )}
          </div>
        ))}
      </div>
    </div>
  );
}

async function main() {
  const { dashboard, results, range } = await (await fetch('data.json')).json();
  const theme = createTheme({ colors: { mode: new URLSearchParams(location.search).get('theme') } });
  const [from, to] = [dateTime(range.start * 1000), dateTime(range.end * 1000)];
  const context = { theme, timeZone: 'Europe/Warsaw', timeRange: { from, to, raw: { from, to } } };
  registerTransformers();
  const registry = optionsOf(dashboard);
  const panels = await Promise.all(dashboard.panels.map(async (panel) => ({
    panel,
    data: panel.targets ? await prepare(panel, frames(panel, results[panel.id], range), { ...context, registry }) : [],
  })));
  createRoot(document.getElementById('root')).render(
    <ThemeContext.Provider value={theme}><GlobalStyles /><PortalContainer /><Dashboard {...{ dashboard, panels, context }} /></ThemeContext.Provider>);
}

main().catch((error) => { document.body.innerHTML = `<pre class="panel-error">${error.stack}</pre>`; });
