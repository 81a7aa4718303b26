/* The votes page without a network: one tap is one vote here too, kept on this phone under a key of its own. */
'use strict';
(() => {
  const { numbers, store } = globalThis.cbhi;
  const cbhi = globalThis.cbhi;
  const taps = () => document.getElementById('taps');
  const set = () => taps().dataset;
  const fill = (text, values) => Object.entries(values).reduce((all, [key, value]) => all.replaceAll(`{${key}}`, () => value), text);
  const element = (tag, values, ...children) => { const made = Object.assign(document.createElement(tag), values); made.append(...children); return made; };
  const firstButtons = () => [...taps().querySelectorAll('.taps__form button[name=first]')];
  const nameOf = (number) => taps().querySelector(`#tap-${number} .tap__name`).textContent.trim();
  const DOUBLE_TAP = 600;
  let counted = null;

  const here = async () => (await store.all('votes'))
    .filter((vote) => vote.person === cbhi.person && vote.group === set().group && vote.round === set().round && !vote.why)
    .sort((a, b) => a.at - b.at);

  const secondButton = (vote, button) => {
    const number = button.value;
    const mark = button.querySelector('.mark').cloneNode(true);
    mark.classList.replace('mark--tap', 'mark--s');
    return element('button', { className: 'btn tap', type: 'submit', name: 'second', value: number },
      mark, element('span', { textContent: nameOf(number) }));
  };
  const lastVote = (vote) => {
    const words = fill(set().last, { number: vote.first, name: nameOf(vote.first) })
      + (vote.second ? `, ${fill(set().also, { number: vote.second, name: nameOf(vote.second) })}` : '');
    const back = element('form', { method: 'post' }, element('button', { className: 'btn tap', type: 'submit', name: 'do', value: 'undo', textContent: set().back }));
    const was = element('div', { className: 'taps__was' }, element('p', { textContent: words }), back);
    if (vote.second) return [was];
    const choices = firstButtons().filter((button) => +button.value !== vote.first).map((button) => secondButton(vote, button));
    const fieldset = element('fieldset', {}, element('legend', { textContent: set().second }), element('div', { className: 'taps__seconds' }, ...choices));
    return [was, element('form', { method: 'post', className: 'taps__second' }, fieldset)];
  };

  const draw = async () => {
    const votes = await here();
    const all = counted.votes + votes.length;
    taps().querySelector('.taps__count b').textContent = fill(set().counter, { votes: all, people: set().people });
    firstButtons().forEach((button) => {
      const n = counted.first.get(button.value) + votes.filter((vote) => vote.first === +button.value).length;
      button.querySelector('.tap__n').lastChild.textContent = numbers.write(n);
      button.disabled = all >= +set().people;
    });
    const last = votes[votes.length - 1];
    taps().querySelector('.taps__last').replaceChildren(...(last ? lastVote(last) : []));
    await cbhi.draw();
    taps().dataset.shown = all;
  };

  const act = async ({ first, second, vote, undo }) => {
    const votes = await here();
    const last = votes[votes.length - 1];
    if (undo) { if (last) await store.remove('votes', last.id); }
    else if (second) { if (last && !last.second) await store.put('votes', { ...last, second: +second }); }
    else if (first && counted.votes + votes.length < +set().people) {
      await store.put('votes', {
        id: vote || cbhi.id(), person: cbhi.person, address: set().address, group: set().group, round: set().round,
        first: +first, second: null, at: Math.max(Date.now(), last ? last.at + 1 : 0),
      });
    }
    await draw();
  };
  /* A double tap is one tap, as online, where a button waits for its answer; two buttons are two taps. */
  let before = { button: '', at: 0 };
  const isAgain = (button) => {
    const at = performance.now();
    const again = button === before.button && at - before.at < DOUBLE_TAP;
    if (!again) before = { button, at };
    return again;
  };
  /* One after the other: quick taps are not lost. */
  let queue = Promise.resolve();
  const later = (deed) => { queue = queue.then(() => act(deed)).catch(() => cbhi.tell('lost')); return queue; };

  document.addEventListener('submit', (event) => {
    if (!cbhi.away || !taps() || !taps().contains(event.target) || !event.submitter) return;
    event.preventDefault();
    event.stopPropagation();
    const { name, value } = event.submitter;
    if (isAgain(`${name} ${value}`)) return;
    later(name === 'first' ? { first: value } : name === 'second' ? { second: value } : { undo: true });
  }, true);
  /* The tap that found no network: under its own key, so that it counts once if it had arrived after all. */
  document.addEventListener('cbhi:unsent', (event) => {
    const sent = event.detail.requestConfig.parameters;
    if (!taps() || !taps().contains(event.detail.elt)) return;
    before = { button: `first ${sent.first}`, at: performance.now() };
    if (sent.first && !sent.second) later({ first: sent.first, vote: sent.vote });
    else cbhi.tell('needs');
  });
  const start = () => {
    if (!taps() || counted || !firstButtons().length) return;
    const number = (button) => numbers.read(button.querySelector('.tap__n').lastChild.textContent) || 0;
    counted = { votes: +set().votes, first: new Map(firstButtons().map((button) => [button.value, number(button)])) };
    queue = queue.then(draw);
  };
  document.addEventListener('cbhi:away', start);
  document.addEventListener('cbhi:back', () => { counted = null; });
  if (cbhi.away) start();
})();
