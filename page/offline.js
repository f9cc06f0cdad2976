// Keeps what the page has loaded, so that it opens again without a network. A version of the page
// keeps its own files; those of the version before go when this one takes over.
const name = `election-lab${location.search}`;

oninstall = () => skipWaiting();

onactivate = (event) => event.waitUntil(takeOver());

async function takeOver() {
  const cache = await caches.open(name);
  for (const other of await caches.keys()) {
    if (!other.startsWith('election-lab?') || other === name) continue;
    // The worker before this one may have fetched files of this version already.
    const old = await caches.open(other);
    for (const request of await old.keys()) {
      if (request.url.endsWith(location.search)) await cache.put(request, await old.match(request));
    }
    await caches.delete(other);
  }
  await clients.claim();
}

// What was loaded before this worker was there. The browser has most of it at hand.
onmessage = ({ data }) => Promise.allSettled([registration.scope, ...data].map((address) => answer(new Request(address))));

onfetch = (event) => {
  const { request } = event;
  const ours = new URL(request.url).origin === location.origin;
  if (request.method === 'GET' && ours) event.respondWith(answer(request));
};

// Files of a version never change; the page itself may be replaced by a newer one at any time.
async function answer(request) {
  const cache = await caches.open(name);
  const isPage = request.destination === 'document' || request.url === registration.scope;
  // Whatever follows the page's address, such as ?embed=1, it is the same page.
  const key = isPage ? registration.scope : request;
  const kept = await cache.match(key, { ignoreVary: true });
  if (kept && !isPage) return kept;
  try {
    const response = await fetch(request);
    if (response.ok) await cache.put(key, response.clone());
    return response;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}
