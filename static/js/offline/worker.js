/* The service worker. What is asked for comes from the network; only where there is none, from what was kept.
   VERSION, SHELL (static files) and AWAY (the page for what is not kept) are written above by offline/views.py. */
/* global VERSION, SHELL, AWAY */
'use strict';
const FILES = `files-${VERSION}`;
const PAGES = 'pages-';
const BY_ITSELF = { headers: { 'X-By-Itself': 'yes' }, credentials: 'same-origin', redirect: 'manual', cache: 'no-store' };
const PAUSE = 8000;

self.addEventListener('install', (event) => event.waitUntil((async () => {
  const files = await caches.open(FILES);
  await files.addAll(SHELL);
  /* Without cookies: this page is shown to whoever holds the phone. */
  await files.put(AWAY, await fetch(AWAY, { credentials: 'omit' }));
  await self.skipWaiting();
})()));

self.addEventListener('activate', (event) => event.waitUntil((async () => {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith('files-') && name !== FILES).map((name) => caches.delete(name)));
  await self.clients.claim();
})()));

/* One person's pages at a time: the cache is named after them. */
const ownPages = async () => {
  const name = (await caches.keys()).find((each) => each.startsWith(PAGES));
  return name ? caches.open(name) : null;
};
const kept = async (request) => {
  const pages = await ownPages();
  return pages && pages.match(request, { ignoreVary: true });
};
/* Whoever reads it later shall know from when it is: `document.lastModified` says so. */
const stamped = async (answer) => {
  const headers = new Headers(answer.headers);
  headers.set('Last-Modified', new Date().toUTCString());
  return new Response(await answer.blob(), { status: answer.status, headers });
};
const isPage = (answer) => answer.ok && !answer.redirected && (answer.headers.get('content-type') || '').startsWith('text/html');

const navigated = async (event) => {
  const { request } = event;
  try {
    const answer = await fetch(request);
    if (answer.status >= 502 && answer.status <= 504) throw new Error('no site behind the network');
    if (isPage(answer)) {
      const copy = answer.clone();
      event.waitUntil(kept(request).then(async (was) => was && (await ownPages()).put(request, await stamped(copy))));
    }
    return answer;
  } catch (away) {
    return (await kept(request)) || (await (await caches.open(FILES)).match(AWAY)) || Response.error();
  }
};
const file = async (request) => {
  const was = await caches.match(request, { ignoreVary: true });
  if (was) return was;
  const answer = await fetch(request);
  if (answer.ok) await (await caches.open(FILES)).put(request, answer.clone());
  return answer;
};
/* A pack is fetched by keeping only; a page reads the one that is kept. */
const pack = async (request) => {
  const pages = await ownPages();
  return (pages && await pages.match(request, { ignoreVary: true, ignoreSearch: true })) || fetch(request);
};

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.mode === 'navigate') event.respondWith(navigated(event));
  else if (url.pathname.startsWith('/static/')) event.respondWith(file(request));
  else if (url.pathname.endsWith('/pack.json')) event.respondWith(pack(request));
});

/* ---- keeping and forgetting, when the page says so ---- */
const forget = async (besides) => {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PAGES) && name !== besides).map((name) => caches.delete(name)));
};
const keep = async ({ person, list }) => {
  const name = PAGES + person;
  await forget(name);
  const answer = await fetch(list, BY_ITSELF);
  if (!answer.ok) throw new Error('no list');
  const wanted = await answer.json();
  if (wanted.person !== person) throw new Error('somebody else');
  const pages = await caches.open(name);
  let bytes = 0;
  const take = async (address) => {
    const found = await fetch(address, BY_ITSELF);
    if (found.status !== 200) { await pages.delete(address); return; }
    const copy = await stamped(found);
    bytes += (await copy.clone().arrayBuffer()).byteLength;
    await pages.put(address, copy);
  };
  if (!(await pages.match(wanted.pack))) {
    await pages.delete(wanted.pack, { ignoreSearch: true });
    await take(wanted.pack);
  }
  for (const address of wanted.pages) await take(address);
  return { pages: wanted.pages.length, bytes };
};
self.addEventListener('message', (event) => {
  const { data } = event;
  const [port] = event.ports;
  const work = data.do === 'keep' ? keep(data) : forget();
  const limited = Promise.race([work, new Promise((_done, give) => { setTimeout(give, 60 * PAUSE); })]);
  event.waitUntil(limited.then((found) => port && port.postMessage({ done: true, ...found }), () => port && port.postMessage({ done: false })));
});
