// What can be asserted of a drawn dashboard. Runs in the browser and returns a
// sentence for each fault.
export function faults({ state, cause, diagnose }) {
  const found = [];
  for (const error of document.querySelectorAll('.panel-error')) found.push(`a panel is in error: ${error.textContent.slice(0, 300)}`);
  const text = (cell) => cell.textContent.trim();
  for (const panel of document.querySelectorAll('[data-type=table]')) {
    const grid = panel.querySelector('[role=grid]');
    if (!grid) continue;
    const title = panel.dataset.panel;
    const headers = [...grid.querySelectorAll('[role=columnheader]')].map(text);
    const column = headers.indexOf(state);
    for (const row of grid.querySelectorAll('[role=row]')) {
      const cells = [...row.querySelectorAll('[role=gridcell]')].map(text);
      if (cells.length === 0) continue;
      if (cells.some((c) => /no data/i.test(c))) found.push(`${title}: a cell says that there is no data`);
      const name = row.querySelector('[role=gridcell]');
      if (innerWidth >= 1366 && name.scrollWidth > name.clientWidth + 1) found.push(`${title}: ${cells[0]} is cut off`);
      if (!cells[0]) found.push(`${title}: a row without a name`);
      if (column >= 0 && !cells[column]) found.push(`${title}: ${cells[0]} has no state`);
    }
    if (innerWidth >= 1366 && grid.scrollWidth > grid.clientWidth + 1) found.push(`${title}: ${grid.scrollWidth - grid.clientWidth} px are off screen`);
    if (column >= 0 && diagnose !== undefined && headers.includes(cause) !== diagnose) found.push(`${title}: ${cause} is ${diagnose ? 'missing' : 'there'}`);
  }
  for (const panel of document.querySelectorAll('[data-panel]')) {
    if (/No data$/.test(text(panel))) found.push(`${panel.dataset.panel || 'a panel'} does not say what to check`);
  }
  if (innerWidth >= 1366) {
    for (const heading of document.querySelectorAll('[data-panel] h2, [data-type=stat] [class*=title]')) {
      if (heading.scrollWidth > heading.clientWidth + 1) found.push(`cut off: ${text(heading)}`);
    }
  }
  return found;
}
