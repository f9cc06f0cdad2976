// A static server as plain as they come: it serves a folder under a prefix and knows nothing of
// the lab. What works here works on any static host.

import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';

const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

/**
 * Serves `folder` at `http://127.0.0.1:<free port><prefix>`.
 * `requests` holds the path of every request so far; `override(path, body)` makes the server
 * answer one path differently, `override(path, null)` with 404.
 */
export async function serve(folder, prefix = '/some/where/lab/') {
  const requests = [];
  const overrides = new Map();

  const find = async (path) => {
    if (overrides.has(path)) return overrides.get(path);
    if (!path.startsWith(prefix)) return null;
    const inside = normalize(path.slice(prefix.length) || 'index.html');
    if (inside.startsWith(`..${sep}`)) return null;
    return readFile(join(folder, inside)).catch(() => null);
  };

  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
    requests.push(path);
    const body = await find(path);
    if (body === null) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found');
      return;
    }
    const type = TYPES[extname(path) || '.html'] ?? 'application/octet-stream';
    response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
  });

  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    base: `http://127.0.0.1:${server.address().port}${prefix}`,
    requests,
    override: (path, body) => overrides.set(prefix + path, body),
    close: () => new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    }),
  };
}
