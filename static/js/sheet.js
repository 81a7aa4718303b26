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

  /* A swapped sheet keeps where one is: every box changed while the answer was on its way, the opened rows,
     and what was said about a paste. */
  let kept = null;
  let unsent = null;
  const boxes = (calc) => [...calc.querySelectorAll('input[id], select[id], textarea[id]')];
  const isTick = (box) => box.type === 'checkbox' || box.type === 'radio';
  const state = (box) => (isTick(box) ? String(box.checked) : box.value);
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
  /* While a pressed button's answer is on its way, a box's late change asks nothing: it would press the button again. */
  let pressed = false;
  document.addEventListener('htmx:confirm', (event) => {
    if (event.detail.elt.id !== 'calc-form') return;
    if ((event.detail.triggeringEvent || {}).type === 'submit') pressed = true;
    else if (pressed) event.preventDefault();
  });
  document.addEventListener('htmx:afterRequest', (event) => { if (event.detail.elt.id === 'calc-form') pressed = false; });
  document.addEventListener('htmx:configRequest', (event) => {
    const calc = document.getElementById('calc');
    if (calc && event.detail.elt.id === 'calc-form') boxes(calc).forEach((box) => { box.dataset.sent = state(box); });
    const button = event.detail.triggeringEvent && event.detail.triggeringEvent.submitter;
    if (button && button.value.startsWith('save')) { button.setAttribute('aria-disabled', 'true'); button.append(' …'); }
  });
  document.addEventListener('htmx:beforeSwap', (event) => {
    const target = event.detail.target;
    const here = document.activeElement;
    if (!target || target.id !== 'calc') return;
    const typing = here.matches('input, textarea') && !isTick(here);
    kept = {
      open: [...target.querySelectorAll('details[id][open]')].map((row) => row.id),
      said: pasted() && pasted().dataset.said,
      id: target.contains(here) ? here.id : '',
      pressed: target.querySelector('button[aria-disabled]') && (here === document.body || here.id.startsWith('do-save')),
      changed: boxes(target).filter((box) => 'sent' in box.dataset && state(box) !== box.dataset.sent),
      range: typing ? [here.selectionStart, here.selectionEnd] : null,
    };
  });
  document.addEventListener('htmx:afterSwap', () => {
    if (!kept) return;
    kept.open.forEach((id) => { const row = document.getElementById(id); if (row) row.open = true; });
    if (kept.said && pasted()) pasted().textContent = kept.said;
    const late = kept.changed.map((old) => {
      const box = document.getElementById(old.id);
      if (box && isTick(box)) box.checked = old.checked;
      else if (box) box.value = old.value;
      return box;
    }).filter(Boolean);
    const here = kept.id && document.getElementById(kept.id);
    if (here) {
      here.focus({ preventScroll: true });
      if (kept.range) here.setSelectionRange(...kept.range);
    }
    /* What a save answers is read where it was pressed; who has gone on to another box is left there. */
    if (kept.pressed) {
      const said = document.querySelector('#save ~ .stack > .msg') || document.getElementById('problems');
      if (said) {
        said.tabIndex = -1;
        said.focus({ preventScroll: true });
        said.scrollIntoView({ block: 'center' });
      }
    }
    /* Who still types is not hurried; what was left already is sent. */
    if (late.length) unsent = { box: late[0], event: late.every((box) => box === here && !isTick(box)) ? 'input' : 'change' };
    kept = null;
  });
  /* Only now does the new sheet listen. */
  document.addEventListener('htmx:afterSettle', () => {
    if (!unsent) return;
    const { box, event } = unsent;
    unsent = null;
    box.dispatchEvent(new Event(event, { bubbles: true }));
  });
})();
