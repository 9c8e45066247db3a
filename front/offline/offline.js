// The service worker. It stores nothing: when the twin cannot be reached it answers with one page that is part of
// this script and holds nothing of the person.
/* global PAGE, STYLE */
const headers = {
  "Content-Type": "text/html; charset=utf-8",
  "Content-Security-Policy": `default-src 'none'; style-src '${STYLE}'; base-uri 'none'; form-action 'none'`,
};

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  if (event.request.mode !== "navigate" || event.request.method !== "GET") return;
  event.respondWith(fetch(event.request).catch(() => new Response(PAGE, { status: 503, headers })));
});
