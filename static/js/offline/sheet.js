/* The calculator page without a network: the same sheet, priced here from the kept pack, kept here until it is sent. */
'use strict';
(() => {
  const { numbers, premium, store } = globalThis.cbhi;
  const cbhi = globalThis.cbhi;
  const LOADINGS = ['persons', 'chance_of_bankruptcy', 'admin_rate', 'large_family_discount', 'share_in_large', 'family_cap'];
  const COLUMNS = { cost: ['threshold', 'copay', 'event_cap', 'family_cap'], fixed: ['', '', 'fixed_amount', 'family_cap'], wage: ['start_day', 'last_day', 'rate', 'family_cap'] };
  const SMALL_AMOUNT = 20;
  const calc = () => document.getElementById('calc');
  const form = () => document.getElementById('calc-form');
  const words = () => calc().dataset;
  const box = (id) => document.getElementById(id);
  const fill = (text, values) => Object.entries(values).reduce((all, [key, value]) => all.replaceAll(`{${key}}`, () => value), text);
  let pack = null;

  /* ---- what is in the boxes ---- */
  const boxes = () => [...form().elements, ...calc().querySelectorAll('[form=calc-form]')].filter((each, at, all) =>
    each.name && !['hidden', 'submit', 'button'].includes(each.type) && all.indexOf(each) === at);
  const texts = (of) => {
    const found = {};
    boxes().forEach((each) => {
      if (each.type === 'radio') { if (of(each, 'tick')) found[each.name] = each.value; }
      else if (each.type === 'checkbox') found[each.name] = of(each, 'tick') ? 'on' : '';
      else if (each.tagName === 'SELECT') found[each.name] = of(each, 'select');
      else found[each.name] = of(each, 'text');
    });
    return found;
  };
  const typed = () => texts((each, kind) => (kind === 'tick' ? each.checked : each.value));
  const base = () => texts((each, kind) => (kind === 'tick' ? each.defaultChecked
    : kind === 'select' ? ([...each.options].find((one) => one.defaultSelected) || each.options[0]).value : each.defaultValue));
  const putBack = (values) => boxes().forEach((each) => {
    if (!(each.name in values)) return;
    if (each.type === 'radio') each.checked = values[each.name] === each.value;
    else if (each.type === 'checkbox') each.checked = values[each.name] === 'on';
    else each.value = values[each.name];
  });

  /* ---- read as numbers; what cannot be is named ---- */
  const chosen = () => {
    const wrong = [];
    const number = (id, kind, { empty = 0, lowest = 0, highest = Infinity, whole = false } = {}) => {
      const at = box(id);
      if (!at) return empty;
      const value = numbers.read(at.value, kind);
      if (value === null) return empty;
      if (Number.isNaN(value) || value < lowest || value > highest || (whole && !Number.isInteger(value))) { wrong.push(id); return empty; }
      return value;
    };
    const money = (id, empty) => number(id, 'money', { empty });
    const percent = (id, limits) => number(id, 'share', { highest: 1, ...limits });
    const terms = {};
    pack.benefits.forEach(({ key, kind }) => {
      const on = box(`${key}-on`);
      if (!on || !on.checked) { terms[key] = { covered: false }; return; }
      const cap = money(`${key}-family_cap`, Infinity);
      if (kind === 'fixed') terms[key] = { covered: true, values: [0, 0, money(`${key}-fixed_amount`, 0), cap] };
      else if (kind === 'wage') {
        const start = number(`${key}-start_day`, 'number', { empty: 1, lowest: 1, highest: 366, whole: true });
        const last = number(`${key}-last_day`, 'number', { empty: Math.max(1, start), lowest: 1, highest: 366, whole: true });
        if (last < start) wrong.push(`${key}-last_day`);
        terms[key] = { covered: true, values: [start, last, money(`${key}-rate`, 0), cap] };
      } else {
        const copay = percent(`${key}-copay`);
        const most = money(`${key}-event_cap`, Infinity);
        const ofBill = (box(`${key}-cap_basis`) || {}).value === 'cost';
        terms[key] = { covered: true, values: [money(`${key}-threshold`, 0), copay, ofBill && most !== Infinity ? (copay < 1 ? (1 - copay) * most : 0) : most, cap] };
      }
    });
    const basis = form().querySelector('[name=risk_basis]:checked') || calc().querySelector('[name=risk_basis]:checked');
    const share = box('share_in_large').value.trim() ? percent('share_in_large') : null;
    const choice = {
      persons: number('persons', 'number', { empty: NaN, lowest: 1, whole: true }),
      chance: percent('chance_of_bankruptcy', { empty: NaN, highest: 0.5 }),
      admin: percent('admin_rate', { empty: NaN }),
      discount: percent('large_family_discount', { highest: 0.9 }),
      share, basis: basis ? basis.value : 'joint', terms,
    };
    if (Number.isNaN(choice.persons)) wrong.push('persons');
    if (!(choice.chance > 0)) wrong.push('chance_of_bankruptcy');
    if (Number.isNaN(choice.admin)) wrong.push('admin_rate');
    return { choice, wrong: [...new Set(wrong)], cap: money('family_cap', null) };
  };

  /* ---- written where the page has it ---- */
  const writeIn = (at, text) => { if (at) at.textContent = text; };
  const say = (row, text, css) => {
    const line = document.createElement('tr');
    line.className = `says says--here ${css}`;
    line.setAttribute('role', 'row');
    const cell = Object.assign(document.createElement('td'), { colSpan: 6 });
    cell.setAttribute('role', 'cell');
    cell.append(Object.assign(document.createElement('p'), { className: 'field__error', textContent: text }));
    line.append(cell);
    row.after(line);
  };
  const amountCell = (row) => row && row.querySelector('.money');
  const draw = () => {
    const { choice, wrong, cap } = chosen();
    calc().querySelectorAll('.says--here').forEach((line) => line.remove());
    calc().querySelectorAll('.says:not(.says--here, .says--stays)').forEach((line) => { line.hidden = true; });
    delete calc().dataset.behind;
    calc().querySelectorAll('.behind').forEach((said) => { said.textContent = ''; });
    ['chance', 'risk_loading', 'with_risk'].forEach((name) => writeIn(calc().querySelector(`[data-line="${name}"] .note`), ''));
    calc().querySelectorAll('.field--bad').forEach((cell) => cell.classList.remove('field--bad'));
    wrong.forEach((id) => {
      const cell = box(id).closest('td');
      cell.classList.add('field--bad');
      say(cell.closest('tr'), fill(words().wrong, { name: box(id).labels[0].textContent.trim() }), '');
    });
    const found = wrong.length ? null : premium.price(pack, choice);
    const refused = found ? found.refused : [];
    refused.forEach(({ key, column }) => {
      const { kind } = pack.benefits.find((one) => one.key === key);
      const at = box(`${key}-${COLUMNS[kind][column]}`) || box(`${key}-family_cap`);
      at.closest('td').classList.add('field--bad');
      say(box(`row-${key}`), fill(kind === 'wage' && column < 2 ? words().days : words().off, { name: at.labels[0].textContent.trim() }), 'says--warn');
    });
    const priced = found && !refused.length && found.pure > 0;
    const places = priced && Math.abs(found.total) < SMALL_AMOUNT ? 2 : 0;
    const amount = (value) => numbers.write(value, { places, grouping: pack.grouping });
    const line = (name, text) => writeIn(amountCell(calc().querySelector(`[data-line="${name}"]`)), text);
    pack.benefits.forEach(({ key }) => {
      const row = box(`row-${key}`);
      if (!row) return;
      const on = box(`${key}-on`).checked;
      row.classList.toggle('is-off', !on);
      const own = found && found.lines.find((one) => one.key === key);
      const off = !found || refused.some((one) => one.key === key);
      writeIn(amountCell(row), !on ? '–' : off ? '?' : `${own.about ? '≈ ' : ''}${amount(own.pure)}`);
      if (on && own && own.about && !off) say(row, words().about, 'says--warn');
    });
    if (cap !== null && priced) say(calc().querySelector('[data-line="total"]'), words().capped, 'says--warn');
    /* What holds a line between two values of the tables is itself only near. */
    const near = priced && found.about ? '≈ ' : '';
    const shown = (value) => (priced ? near + amount(value) : '?');
    const at = (value) => (priced ? value : 0);
    line('pure', priced || (found && !refused.length) ? near + amount(found.pure) : '?');
    line('risk_loading', shown(at(found && found.riskLoading)));
    line('with_risk', shown(at(found && found.withRisk)));
    line('admin', shown(at(found && found.admin)));
    line('total', shown(at(found && found.total)));
    calc().querySelectorAll('[data-line^="further-"]').forEach((row, place) => writeIn(amountCell(row), shown(at(found && found.further[place].amount))));
    writeIn(calc().querySelector('[data-line="risk_loading"] .plain'), priced ? numbers.percent(found.riskLoading / found.pure, { places: 0 }) : '?');
    ['small', 'large', 'average'].forEach((name) => writeIn(calc().querySelector(`[data-rate="${name}"]`), shown(at(found && found[name]))));
    writeIn(calc().querySelector('[data-banner="chance"]'), wrong.length ? '?' : numbers.percent(choice.chance));
    writeIn(calc().querySelector('[data-banner="total"]'), shown(at(found && found.total)));
    writeIn(calc().querySelector('[data-banner="month"]'), priced ? fill(near ? words().near : words().month, { month: shown(found.total / 12) }) : '');
    writeIn(calc().querySelector('[data-banner="really"]'), words().asked);
    calc().querySelectorAll('[data-family]').forEach((row) => {
      const year = priced ? found.perFamily(+row.dataset.family) : 0;
      writeIn(row.children[1], shown(year));
      writeIn(row.children[2], shown(year / 12));
    });
    calc().querySelectorAll('[data-take-up]').forEach((row) => {
      const persons = Math.max(1, Math.round(pack.inhabitants * +row.dataset.takeUp));
      const then = priced ? premium.price(pack, { ...choice, persons }) : null;
      writeIn(row.children[2], shown(at(then && then.riskLoading)));
      writeIn(row.children[3], shown(at(then && then.total)));
    });
    calc().querySelectorAll('[data-basis]').forEach((total) => {
      const then = priced ? premium.price(pack, { ...choice, basis: total.dataset.basis }) : null;
      writeIn(total, shown(at(then && then.total)));
    });
    calc().dataset.priced = priced ? String(found.total) : '';
    return found;
  };

  /* ---- kept here until it can be sent ---- */
  const key = () => `${cbhi.person} ${words().scheme}`;
  const keep = async () => {
    if (!store) return;
    const before = await store.get('sheets', key());
    const now = typed();
    const from = before ? before.base : base();
    if (!before && JSON.stringify(now) === JSON.stringify(from)) return;
    await store.put('sheets', {
      key: key(), person: cbhi.person, id: before ? before.id : cbhi.id(), at: Date.now(), address: words().sheetAddress,
      compare: words().compareAddress, typed: now, base: from, opened: before ? before.opened : form().elements.opened.value,
    });
    await cbhi.draw();
  };

  /* ---- from here on ---- */
  let begun = false;
  let soon = 0;
  const on = () => begun && (words().alone !== undefined || cbhi.away);
  const changed = (event) => {
    if (!on() || !calc().contains(event.target)) return;
    clearTimeout(soon);
    soon = setTimeout(() => { draw(); keep(); }, event.type === 'input' ? 250 : 0);
  };
  const begin = async (found) => {
    pack = premium.opened(found);
    const sheet = store && await store.get('sheets', key());
    if (sheet) putBack(sheet.typed);
    calc().dataset.here = '';
    begun = true;
    draw();
    document.documentElement.dataset.prices = 'here';
  };
  document.addEventListener('input', changed);
  document.addEventListener('change', changed);
  /* What needs a network is said beside the button that was pressed, and the button can be pressed again. */
  const answer = (button) => {
    calc().querySelectorAll('button[aria-disabled]').forEach((each) => {
      each.removeAttribute('aria-disabled');
      if (each.lastChild.textContent === ' …') each.lastChild.remove();
    });
    quiet();
    if (!button || !button.value || button.value === 'recalculate') return;
    const text = button.value.startsWith('save') ? words().saving : document.getElementById('net').dataset.needs;
    const line = Object.assign(document.createElement('p'), { className: 'field__error says--button', textContent: text });
    line.setAttribute('role', 'alert');
    (button.closest('p') || button).after(line);
  };
  const quiet = () => document.querySelectorAll('.says--button').forEach((line) => line.remove());
  document.addEventListener('submit', (event) => {
    if (!on() || event.target.id !== 'calc-form') return;
    event.preventDefault();
    event.stopPropagation();
    if (cbhi.away) answer(event.submitter);
    draw();
    keep();
  }, true);
  const start = async () => {
    if (!calc() || !form()) return;
    if (words().alone !== undefined) { await begin(JSON.parse(document.getElementById('pack').textContent)); return; }
    if (!cbhi.away) return;
    let found;
    try {
      const answer = await fetch(words().packAddress);
      found = answer.ok ? await answer.json() : null;
    } catch (away) { found = null; }
    if (!found || found.format !== premium.FORMAT || String(found.assumptions) !== words().assumptions) { await cbhi.tell('unpriced'); calc().dataset.here = 'no'; return; }
    await begin(found);
    keep();
  };
  document.addEventListener('cbhi:away', start);
  document.addEventListener('cbhi:unsent', ({ detail: { elt, requestConfig } }) => {
    if (elt.id === 'calc-form') answer((requestConfig.triggeringEvent || {}).submitter);
  });
  document.addEventListener('cbhi:back', () => { begun = false; quiet(); });
  start();
})();
