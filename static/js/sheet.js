/* The sheet moves and pastes like a spreadsheet. Without this file it is a plain form with a Recalculate button. */
'use strict';
(() => {
  const cells = () => [...document.querySelectorAll('.sheet input[data-row]')].filter((cell) => cell.offsetParent);
  const at = (row, col) => cells().find((cell) => +cell.dataset.row === row && +cell.dataset.col === col);
  const isCell = (node) => node instanceof HTMLInputElement && 'row' in node.dataset;

  const nearestInColumn = (cell, step) => {
    const col = +cell.dataset.col;
    const column = cells().filter((other) => Math.sign(+other.dataset.row - +cell.dataset.row) === step);
    column.sort((a, b) =>
      Math.abs(+a.dataset.row - +cell.dataset.row) - Math.abs(+b.dataset.row - +cell.dataset.row)
      || Math.abs(+a.dataset.col - col) - Math.abs(+b.dataset.col - col));
    return column[0];
  };
  const nearestInRow = (cell, step) => {
    const row = cells().filter((other) => other.dataset.row === cell.dataset.row
      && Math.sign(+other.dataset.col - +cell.dataset.col) === step);
    row.sort((a, b) => Math.abs(+a.dataset.col - +cell.dataset.col) - Math.abs(+b.dataset.col - +cell.dataset.col));
    return row[0];
  };
  const go = (cell) => { if (cell) { cell.focus(); cell.select(); } };
  const atEdge = (cell, step) => cell.selectionStart === cell.selectionEnd || cell.selectionEnd - cell.selectionStart === cell.value.length
    ? (step < 0 ? cell.selectionStart === 0 : cell.selectionEnd === cell.value.length) : false;

  const MOVES = {
    ArrowDown: (cell) => nearestInColumn(cell, 1),
    ArrowUp: (cell) => nearestInColumn(cell, -1),
    ArrowRight: (cell) => atEdge(cell, 1) && nearestInRow(cell, 1),
    ArrowLeft: (cell) => atEdge(cell, -1) && nearestInRow(cell, -1),
  };
  document.addEventListener('keydown', (event) => {
    const cell = event.target;
    if (!isCell(cell) || event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    if (event.key === 'Enter') {
      event.preventDefault();
      go(nearestInColumn(cell, event.shiftKey ? -1 : 1));
      return;
    }
    const next = !event.shiftKey && MOVES[event.key] && MOVES[event.key](cell);
    if (next) { event.preventDefault(); go(next); }
  });

  /* A block copied from a spreadsheet: rows by line, cells by tab. What has no cell here is passed over and said. */
  document.addEventListener('paste', (event) => {
    const start = event.target;
    const text = event.clipboardData && event.clipboardData.getData('text/plain');
    if (!isCell(start) || !text || !/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    let filled = 0;
    let passed = 0;
    text.replace(/\r/g, '').replace(/\n+$/, '').split('\n').forEach((line, down) => {
      line.split('\t').forEach((value, right) => {
        const cell = at(+start.dataset.row + down, +start.dataset.col + right);
        if (cell) { cell.value = value.trim(); filled += 1; } else if (value.trim()) { passed += 1; }
      });
    });
    const said = document.getElementById('pasted');
    if (said) said.dataset.said = said.dataset[passed ? 'some' : 'all'].replace('{n}', filled).replace('{m}', passed);
    start.dispatchEvent(new Event('change', { bubbles: true }));
  });

  /* A swapped sheet keeps where one is: the box with what was typed while the answer was on its way, the
     opened rows, and what was said about a paste. */
  let kept = null;
  const pasted = () => document.getElementById('pasted');
  /* From the first key on the figures stand for another sheet, until the answer takes their place. */
  const behind = (event) => {
    const calc = document.getElementById('calc');
    /* A box that is being swapped away also says that it changed. */
    if (!calc || !calc.contains(event.target) || !event.target.closest('.sheet')) return;
    calc.dataset.behind = '';
    calc.querySelectorAll('.behind').forEach((said) => { said.textContent = said.dataset.words; });
  };
  document.addEventListener('input', behind);
  document.addEventListener('change', behind);
  /* What answers for a sheet that has been swapped away would lay its banner over the new one's figures. */
  document.addEventListener('htmx:beforeSwap', (event) => {
    const target = event.detail.target;
    const calc = document.getElementById('calc');
    if (target && target.id === 'sure' && (!target.isConnected || (calc && 'behind' in calc.dataset))) {
      event.detail.shouldSwap = false;
    }
  });
  document.addEventListener('htmx:configRequest', (event) => {
    document.querySelectorAll('#calc input[id]').forEach((cell) => { cell.dataset.sent = cell.value; });
    const button = event.detail.triggeringEvent && event.detail.triggeringEvent.submitter;
    if (button && button.value.startsWith('save')) { button.setAttribute('aria-disabled', 'true'); button.append(' …'); }
  });
  document.addEventListener('htmx:beforeSwap', (event) => {
    const target = event.detail.target;
    const here = document.activeElement;
    if (!target || target.id !== 'calc') return;
    const typing = here.matches('input:not([type=checkbox]):not([type=radio]), textarea');
    kept = {
      open: [...target.querySelectorAll('details[id][open]')].map((row) => row.id),
      said: pasted() && pasted().dataset.said,
      id: target.contains(here) ? here.id : '',
      value: typing && here.value !== here.dataset.sent ? here.value : null,
      range: typing ? [here.selectionStart, here.selectionEnd] : null,
    };
  });
  document.addEventListener('htmx:afterSwap', () => {
    if (!kept) return;
    kept.open.forEach((id) => { const row = document.getElementById(id); if (row) row.open = true; });
    if (kept.said && pasted()) pasted().textContent = kept.said;
    const here = kept.id && document.getElementById(kept.id);
    if (here) {
      const typedSince = kept.value !== null;
      if (typedSince) here.value = kept.value;
      here.focus({ preventScroll: true });
      if (kept.range) here.setSelectionRange(...kept.range);
      if (typedSince) here.dispatchEvent(new Event('input', { bubbles: true }));
    }
    kept = null;
  });
})();
