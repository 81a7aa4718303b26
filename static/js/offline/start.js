/* On every page: is there a network, whose phone is this now, what waits to be sent, what is kept for later.
   Without this file, or without a service worker, every page works as it does online. */
'use strict';
(() => {
  const tag = document.currentScript;
  const set = tag.dataset;
  const bar = document.getElementById('net');
  if (!bar || !('indexedDB' in globalThis)) return;
  const SOON = 1500;
  const KEEP_AGAIN = 10 * 60 * 1000;
  const LONGEST = 30 * 24 * 3600 * 1000;
  const ASK_AGAIN = [5, 10, 20, 40, 60];
  const MOST_VOTES = 500;
  const cbhi = globalThis.cbhi = Object.assign(globalThis.cbhi || {}, { away: false, person: set.person });

  /* ---- what this browser remembers ---- */
  const opened = new Promise((done, give) => {
    const asked = indexedDB.open('cbhi', 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore('votes', { keyPath: 'id' });
      asked.result.createObjectStore('sheets', { keyPath: 'key' });
      asked.result.createObjectStore('notes', { keyPath: 'key' });
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => give(asked.error);
  });
  const stored = async (name, mode, ask) => {
    const base = await opened;
    return new Promise((done, give) => {
      const work = base.transaction(name, mode);
      const answer = ask(work.objectStore(name));
      work.oncomplete = () => done(answer.result);
      work.onerror = work.onabort = () => give(work.error);
    });
  };
  const store = cbhi.store = {
    all: (name) => stored(name, 'readonly', (rows) => rows.getAll()),
    get: (name, key) => stored(name, 'readonly', (rows) => rows.get(key)),
    put: (name, row) => stored(name, 'readwrite', (rows) => rows.put(row)),
    remove: (name, key) => stored(name, 'readwrite', (rows) => rows.delete(key)),
    empty: (name) => stored(name, 'readwrite', (rows) => rows.clear()),
  };
  const mine = async (name) => (await store.all(name)).filter((row) => row.person === cbhi.person);
  cbhi.id = () => (crypto.randomUUID ? crypto.randomUUID()
    : '10000000-1000-4000-8000-100000000000'.replace(/[018]/g, (c) => (+c ^ crypto.getRandomValues(new Uint8Array(1))[0] & 15 >> +c / 4).toString(16)));

  /* ---- the grey line ---- */
  const say = (name, values = {}) => Object.entries(values).reduce((text, [key, value]) => text.replaceAll(`{${key}}`, () => value), bar.dataset[name] || '');
  const when = (time) => new Intl.DateTimeFormat(document.documentElement.lang === 'en' ? 'en-GB' : document.documentElement.lang, { day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit' }).format(time);
  /* A kept page carries the time of its keeping, any other the present. */
  let made = new Date(document.lastModified);
  const asked = String(made.getTime());
  let told = '';
  let token = '';
  let mark = null;
  const draw = cbhi.draw = async () => {
    const votes = await mine('votes');
    const sheets = await mine('sheets');
    const waiting = votes.filter((vote) => !vote.why).length;
    const refused = votes.filter((vote) => vote.why);
    const clash = sheets.find((sheet) => sheet.clash);
    const parts = [];
    if (cbhi.away && !document.getElementById('kept-pages')) parts.push(say(worker ? 'away' : 'nokeep', { when: when(made) }));
    if (waiting) parts.push(say('votes', { n: waiting }));
    if (sheets.some((sheet) => !sheet.clash)) parts.push(say('sheet'));
    if (told) parts.push(told);
    const text = bar.querySelector('.net__text');
    text.textContent = parts.join(' ');
    bar.querySelector('.net__refused').hidden = !refused.length;
    bar.querySelector('.net__why').textContent = refused.length ? say('refused', { n: refused.length, why: [...new Set(refused.map((vote) => vote.why))].join(' ') }) : '';
    const form = bar.querySelector('.net__clash');
    form.hidden = !clash || cbhi.away;
    if (clash) {
      form.action = clash.compare;
      form.elements.sheet.value = JSON.stringify(clash);
      /* A kept page carries the word of its keeping; somebody may have signed in anew since. */
      if (token) form.elements.csrfmiddlewaretoken.value = token;
    }
    bar.hidden = !parts.length && !refused.length && !clash;
    document.documentElement.toggleAttribute('data-away', cbhi.away);
  };
  const tell = cbhi.tell = (name, values) => { told = name ? say(name, values) : ''; return draw(); };

  /* ---- the pages of this room that go on without a network ---- */
  const load = (name) => new Promise((done, give) => {
    const script = Object.assign(document.createElement('script'), { src: set[name], nonce: tag.nonce, onload: done, onerror: give });
    document.head.append(script);
  });
  let loaded = null;
  const goOn = () => {
    const parts = document.getElementById('calc-form') ? ['numbers', 'premium', 'sheet'] : document.getElementById('taps') ? ['numbers', 'taps'] : [];
    loaded = loaded || parts.reduce((before, name) => before.then(() => load(name)), Promise.resolve());
    return loaded.catch(() => { loaded = null; });
  };

  /* ---- is there a network? ---- */
  let turn = 0;
  let timer = 0;
  const lookAgain = () => {
    clearTimeout(timer);
    timer = setTimeout(look, ASK_AGAIN[Math.min(turn, ASK_AGAIN.length - 1)] * 1000);
    turn += 1;
  };
  const leave = cbhi.leave = async () => {
    if (!cbhi.away) { cbhi.away = true; turn = 0; told = ''; }
    lookAgain();
    await goOn();
    await draw();
    document.dispatchEvent(new CustomEvent('cbhi:away'));
  };
  const contact = async () => {
    const answer = await fetch(set.contact, { headers: { 'X-By-Itself': 'yes' }, cache: 'no-store', signal: AbortSignal.timeout(8000) });
    if (!answer.ok) throw new Error(answer.status);
    const found = await answer.json();
    token = found.token;
    mark = found.mark || null;
    return found;
  };
  let leaving = null;
  async function look() {
    let found;
    try { found = await contact(); } catch (away) { return leave(); }
    const was = cbhi.away;
    cbhi.away = false;
    clearTimeout(timer);
    if (leaving) {
      leaving.elements.csrfmiddlewaretoken.value = token;
      leaving.submit();
      return null;
    }
    await meet(found);
    if (!found.person || found.out) return draw();
    const other = found.person !== cbhi.person;
    const sent = !other && await send();
    await draw();
    /* A kept page that was opened without a network makes room for the real one, once all is sent; somebody
       else's page does so at once. */
    const stale = was || Date.now() - asked > 60 * 1000;
    const typing = document.activeElement.matches('input[type=text], textarea');
    if ((other || (stale && sent && !typing)) && sessionStorage.getItem('fresh') !== asked) {
      sessionStorage.setItem('fresh', asked);
      location.reload();
      return null;
    }
    document.dispatchEvent(new CustomEvent('cbhi:back'));
    setTimeout(keep, SOON);
    return null;
  }

  /* ---- whose phone is it now? What was kept for somebody else, or for who may not come in, goes. ---- */
  const worker = 'serviceWorker' in navigator && globalThis.isSecureContext ? navigator.serviceWorker : null;
  const ask = async (message) => {
    if (!worker) return { done: false };
    const { active } = await worker.ready;
    return new Promise((done) => {
      const line = new MessageChannel();
      line.port1.onmessage = (event) => done(event.data);
      active.postMessage(message, [line.port2]);
    });
  };
  const forget = async () => {
    const names = 'caches' in globalThis ? await caches.keys() : [];
    await Promise.all(names.filter((name) => name.startsWith('pages-')).map((name) => caches.delete(name)));
    await store.empty('notes');
  };
  async function meet({ person, out, shared, mine: keys = [person] }) {
    const last = await store.get('notes', 'person');
    const other = !last || last.value !== person;
    if (other || (out && shared)) {
      await forget();
      if (!out) {
        for (const sheet of await store.all('sheets')) if (!keys.includes(sheet.person)) await store.remove('sheets', sheet.key);
      }
      await store.put('notes', { key: 'person', value: person });
    }
    for (const vote of await store.all('votes')) if (Date.now() - vote.at > LONGEST) await store.remove('votes', vote.id);
    /* What is done on a page is kept for whoever the page was made for; the page for what is not kept is nobody's. */
    if (!set.person) cbhi.person = person;
  }

  /* ---- what waits is sent, each thing once: the server knows their ids ---- */
  const post = async (address, body, once = false) => {
    const answer = await fetch(address, {
      method: 'POST', body: JSON.stringify(body), redirect: 'manual', signal: AbortSignal.timeout(30000),
      headers: { 'Content-Type': 'application/json', 'X-CSRFToken': token, 'X-Whose': cbhi.person, Accept: 'application/json' },
    });
    /* Refused: perhaps the word is an old one, because somebody signed in anew between asking and sending. */
    if (answer.status === 403 && !once && (await contact()).person === cbhi.person) return post(address, body, true);
    const isLater = answer.type === 'opaqueredirect' || [412, 429].includes(answer.status) || answer.status >= 500;
    if (isLater || (answer.status === 403 && !once)) throw new Error('later');
    return { status: answer.status, said: await answer.json().catch(() => ({})) };
  };
  const sendVotes = async (votes) => {
    const { status, said } = await post(votes[0].address, {
      votes: votes.map(({ id, group, round, first, second }) => ({ id, group, round, first, second })),
    });
    if (status !== 200) {
      for (const vote of votes) await store.put('votes', { ...vote, why: said.problem || say('gone') });
      return 0;
    }
    const states = new Map(said.votes.map((one) => [one.id, one]));
    for (const vote of votes) {
      const { state, why } = states.get(vote.id);
      if (state === 'refused') await store.put('votes', { ...vote, why });
      else await store.remove('votes', vote.id);
    }
    return votes.length;
  };
  const sendSheet = async (sheet) => {
    const { status, said } = await post(sheet.address, sheet);
    const now = await store.get('sheets', sheet.key);
    if (status === 200) { if (now && now.at === sheet.at) await store.remove('sheets', sheet.key); }
    else if (status === 409) await store.put('sheets', { ...sheet, clash: true });
    else { await store.remove('sheets', sheet.key); await tell('gone'); }
    return said;
  };
  const sendAll = async () => {
    let count = 0;
    const waiting = (await mine('votes')).filter((vote) => !vote.why).sort((a, b) => a.at - b.at);
    const bySession = Map.groupBy ? Map.groupBy(waiting, (vote) => vote.address)
      : waiting.reduce((all, vote) => all.set(vote.address, [...(all.get(vote.address) || []), vote]), new Map());
    for (const votes of bySession.values()) {
      for (let from = 0; from < votes.length; from += MOST_VOTES) count += await sendVotes(votes.slice(from, from + MOST_VOTES));
    }
    const sheets = await mine('sheets');
    for (const sheet of sheets) await sendSheet(sheet);
    const landed = sheets.length && !(await mine('sheets')).length;
    if (count || landed) {
      await store.empty('notes').then(() => store.put('notes', { key: 'person', value: cbhi.person }));
      await tell(count ? 'sent' : 'landed', { n: count });
    }
    return !(await mine('sheets')).length && !(await mine('votes')).length;
  };
  const send = cbhi.send = async () => {
    try {
      return await (navigator.locks ? navigator.locks.request('cbhi-send', sendAll) : sendAll());
    } catch (later) { lookAgain(); return false; }
  };

  /* ---- keep the pages of this scheme for later ---- */
  const keep = cbhi.keep = async (now = false) => {
    if (!worker || !set.keep || !cbhi.person || cbhi.away) return false;
    const key = `kept ${set.keep} ${document.documentElement.lang}`;
    const last = await store.get('notes', key);
    const isFresh = !now && last && Date.now() - last.at < KEEP_AGAIN;
    /* Kept a moment ago, and yet: a session made or a group added since brings pages, a package put on its board changes them. */
    const is = (part) => isFresh && (!mark || (last.mark && last.mark[part] === mark[part]));
    if (is('pages') && is('shown')) { document.documentElement.dataset.kept = 'yes'; return true; }
    const at = is('shown') ? last.at : Date.now();
    const found = await ask({ do: 'keep', person: cbhi.person, list: set.keep, since: is('shown') ? 0 : at });
    if (!found.done) return false;
    await store.put('notes', { key, at, pages: found.pages, bytes: found.bytes, mark: found.mark });
    document.documentElement.dataset.kept = 'yes';
    document.dispatchEvent(new CustomEvent('cbhi:kept', { detail: found }));
    return true;
  };

  /* ---- what cannot be done here without a network says so, and loses nothing ---- */
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (form.matches('[data-leaving]') && !form.dataset.ready) {
      /* Signing out: first what waits is sent, then everything kept here goes. */
      event.preventDefault();
      const gone = async () => {
        if (!cbhi.away) await send();
        await forget();
        if (cbhi.away) {
          /* The site hears of it as soon as it can: from this page, or from the worker before it shows the next one. */
          leaving = form;
          if (worker) await caches.open('leaving');
          await store.put('notes', { key: 'person', value: '' });
          await tell('left');
          document.getElementById('main').replaceChildren(bar);
          return;
        }
        form.dataset.ready = 'yes';
        form.submit();
      };
      gone().catch(() => form.submit());
      return;
    }
    if (!cbhi.away || event.defaultPrevented || form.closest('#calc-form, #taps') || form.method === 'get') return;
    event.preventDefault();
    tell('needs');
    bar.scrollIntoView({ block: 'nearest' });
  });
  document.addEventListener('htmx:beforeRequest', (event) => { if (cbhi.away) event.preventDefault(); });
  document.addEventListener('htmx:sendError', (event) => leave().then(() => document.dispatchEvent(new CustomEvent('cbhi:unsent', { detail: event.detail }))));
  document.addEventListener('htmx:afterOnLoad', () => { made = new Date(); });
  bar.querySelector('.net__drop').addEventListener('click', async () => {
    for (const vote of (await mine('votes')).filter((each) => each.why)) await store.remove('votes', vote.id);
    draw();
  });

  /* The page for what is not kept says what is. */
  const listKept = async () => {
    const list = document.getElementById('kept-pages');
    if (!list || !('caches' in globalThis)) return;
    const name = (await caches.keys()).find((each) => each.startsWith('pages-'));
    const pages = name ? await caches.open(name) : null;
    for (const request of pages ? await pages.keys() : []) {
      const text = await (await pages.match(request)).text();
      const title = new DOMParser().parseFromString(text, 'text/html').title.split(' · ')[0];
      if (!title) continue;
      const line = document.createElement('li');
      line.append(Object.assign(document.createElement('a'), { href: request.url, textContent: title, className: 'tall' }));
      list.append(line);
    }
    if (!list.children.length) list.append(Object.assign(document.createElement('li'), { textContent: list.dataset.none }));
  };

  const sayKept = async () => {
    const line = document.getElementById('kept-state');
    if (!line) return;
    const note = await store.get('notes', `kept ${set.keep} ${document.documentElement.lang}`);
    line.textContent = !worker ? line.dataset.never : note ? line.dataset.kept.replace('{pages}', note.pages).replace('{kb}', Math.ceil(note.bytes / 1024)) : line.dataset.not;
  };
  document.addEventListener('cbhi:kept', sayKept);

  addEventListener('offline', leave);
  addEventListener('online', () => { turn = 0; look(); });
  document.addEventListener('visibilitychange', () => { if (cbhi.away && document.visibilityState === 'visible') { turn = 0; look(); } });
  const begin = async () => {
    /* Only now: the first view of a page waits for nothing that is for later. */
    if (worker) worker.register(set.worker).catch(() => {});
    await draw();
    await listKept();
    await sayKept();
    await (navigator.onLine ? look() : leave());
    document.documentElement.dataset.started = 'yes';
  };
  if (document.readyState === 'complete') begin(); else addEventListener('load', begin);
})();
