/* The service worker: the newest page where there is a network, the kept one where there is none.
   VERSION, SHELL (the site's files by their hashed names), AWAY (the page for what is not kept), CONTACT (whose
   phone this is) and LEAVE (where one signs out) are written above by offline/views.py. */
/* global VERSION, SHELL, AWAY, CONTACT, LEAVE */
'use strict';
const FILES = `files-${VERSION}`;
const PAGES = 'pages-';
/* There is such a cache from a sign-out without a network until the site has heard of it. */
const LEAVING = 'leaving';
const BY_ITSELF = { headers: { 'X-By-Itself': 'yes' }, credentials: 'same-origin', redirect: 'manual', cache: 'no-store' };
const PAUSE = 8000;
const GONE = [403, 404, 410];

self.addEventListener('install', (event) => event.waitUntil((async () => {
  const files = await caches.open(FILES);
  await files.addAll(SHELL);
  /* Without cookies: this page is shown to whoever holds the phone. */
  const away = await fetch(AWAY, { credentials: 'omit' });
  if (!away.ok) throw new Error(away.status);
  await files.put(AWAY, away);
  await self.skipWaiting();
})()));

self.addEventListener('activate', (event) => event.waitUntil(tidy().then(() => self.clients.claim())));

/* One person's pages at a time: the cache is named after them. */
const ownPages = async () => {
  const name = (await caches.keys()).find((each) => each.startsWith(PAGES));
  return name ? { whose: name.slice(PAGES.length), pages: await caches.open(name) } : null;
};
const kept = async (request) => {
  const own = await ownPages();
  return own && own.pages.match(request, { ignoreVary: true });
};
const forget = async (besides) => {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PAGES) && name !== besides).map((name) => caches.delete(name)));
};
/* The files of an older release stay while a page that was kept with them does. */
async function tidy() {
  const own = await ownPages();
  const needed = new Set([FILES]);
  for (const request of own ? await own.pages.keys() : []) {
    const was = await own.pages.match(request, { ignoreVary: true });
    if (isPage(was)) needed.add(was.headers.get('X-Kept-With'));
  }
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith('files-') && !needed.has(name)).map((name) => caches.delete(name)));
}
/* Whoever reads it later shall know from when it is: `document.lastModified` says so. */
const stamped = async (answer, list) => {
  const headers = new Headers(answer.headers);
  headers.set('Last-Modified', new Date().toUTCString());
  headers.set('X-Kept-With', FILES);
  headers.set('X-Kept-For', list);
  return new Response(await answer.blob(), { status: answer.status, headers });
};
const isPage = (answer) => answer.ok && !answer.redirected && (answer.headers.get('content-type') || '').startsWith('text/html');

/* A page that came over the network renews the kept one, of the same person only. Is it somebody else's, nothing
   kept is theirs to see. */
const renew = async (request, answer) => {
  const own = await ownPages();
  if (!own) return;
  const whose = answer.headers.get('X-Whose');
  if (whose && whose !== own.whose) { await forget(); return; }
  const was = await own.pages.match(request, { ignoreVary: true });
  if (!was) return;
  if (GONE.includes(answer.status)) await own.pages.delete(request, { ignoreVary: true });
  else if (whose && isPage(answer)) await own.pages.put(request, await stamped(answer, was.headers.get('X-Kept-For')));
};
const signOut = async () => {
  const { token } = await (await fetch(CONTACT, BY_ITSELF)).json();
  const answer = await fetch(LEAVE, { method: 'POST', headers: { 'X-CSRFToken': token }, credentials: 'same-origin', redirect: 'manual' });
  if (!answer.ok && answer.type !== 'opaqueredirect') throw new Error(answer.status);
  await caches.delete(LEAVING);
};
const navigated = async (event) => {
  const { request } = event;
  try {
    if (await caches.has(LEAVING)) await signOut();
    const answer = await fetch(request);
    if (answer.status >= 502 && answer.status <= 504) throw new Error('no site behind the network');
    event.waitUntil(renew(request, answer.clone()).catch(() => {}));
    return answer;
  } catch (away) {
    return (await kept(request)) || (await (await caches.open(FILES)).match(AWAY)) || Response.error();
  }
};
const file = async (event) => {
  const { request } = event;
  const was = await caches.match(request, { ignoreVary: true });
  if (was) return was;
  const answer = await fetch(request);
  if (answer.status === 200) {
    const copy = answer.clone();
    /* A phone whose memory is full still gets its page. */
    event.waitUntil(caches.open(FILES).then((files) => files.put(request, copy)).catch(() => {}));
  }
  return answer;
};
/* A pack is fetched by keeping only; a page reads the one that is kept. */
const pack = async (request) => {
  const own = await ownPages();
  const found = own ? await own.pages.matchAll(request, { ignoreVary: true, ignoreSearch: true }) : [];
  return found.pop() || fetch(request);
};

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.mode === 'navigate') event.respondWith(navigated(event));
  else if (url.pathname.startsWith('/static/')) event.respondWith(file(event));
  else if (url.pathname.endsWith('/pack.json')) event.respondWith(pack(request));
});

/* ---- keeping, when the page says so ---- */
/* What was kept for this list and is not on it any more: a package deleted, a group closed, a role changed. */
const drop = async (pages, list, wanted) => {
  for (const request of await pages.keys()) {
    const { pathname, search } = new URL(request.url);
    const was = await pages.match(request, { ignoreVary: true });
    if (was.headers.get('X-Kept-For') === list && !wanted.includes(pathname + search)) await pages.delete(request, { ignoreVary: true });
  }
};
const take = async (pages, address, { person, list }) => {
  const found = await fetch(address, BY_ITSELF);
  if (GONE.includes(found.status)) { await pages.delete(address, { ignoreVary: true }); return 0; }
  /* Too many at once, a site being mended, a sign-in that ran out: what is kept stays, the rest comes later. */
  if (found.status !== 200) throw new Error(found.status);
  if (found.headers.get('X-Whose') !== person) { await forget(); throw new Error('somebody else'); }
  const copy = await stamped(found, list);
  const { size } = await copy.clone().blob();
  await pages.put(address, copy);
  return size;
};
/* What was kept since then is not asked for again; with 0, whatever is kept already. */
const keptSince = async (pages, address, since) => {
  const was = await pages.match(address, { ignoreVary: true });
  return was && Date.parse(was.headers.get('Last-Modified')) >= since ? (await was.blob()).size : null;
};
const keep = async ({ person, list, since }) => {
  const name = PAGES + person;
  await forget(name);
  const answer = await fetch(list, BY_ITSELF);
  const wanted = answer.ok ? await answer.json() : { person, pages: [] };
  if (!answer.ok && !GONE.includes(answer.status)) throw new Error('no list');
  if (wanted.person !== person) throw new Error('somebody else');
  const pages = await caches.open(name);
  let bytes = 0;
  try {
    if (wanted.pack) bytes += (await keptSince(pages, wanted.pack, 0)) ?? await take(pages, wanted.pack, { person, list });
    for (const address of wanted.pages) bytes += (await keptSince(pages, address, since)) ?? await take(pages, address, { person, list });
    await drop(pages, list, [wanted.pack, ...wanted.pages]);
  } finally {
    if (!(await pages.keys()).length) await caches.delete(name);
  }
  await tidy();
  return { pages: wanted.pages.length, bytes, mark: wanted.mark };
};
/* One after the other: an older list, read before, would put away what a newer one brought. */
let queue = Promise.resolve();
self.addEventListener('message', (event) => {
  const { data } = event;
  const [port] = event.ports;
  if (data.do !== 'keep' || !port) return;
  queue = queue.catch(() => {}).then(() => keep(data));
  const limited = Promise.race([queue, new Promise((_done, give) => { setTimeout(give, 60 * PAUSE); })]);
  event.waitUntil(limited.then((found) => port.postMessage({ done: true, ...found }), () => port.postMessage({ done: false })));
});
