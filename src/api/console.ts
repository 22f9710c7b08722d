import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { preferredType } from './accept.ts';
import type { Api } from './deps.ts';
import { matchesEtag } from './etag.ts';
import { PAGE_POLICY } from './security-headers.ts';

/**
 * The console runs no script but its own files: what a user or a model wrote can never become one. Styles are not bound like that,
 * because the component library sets some from scripts.
 */
const CONSOLE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** First segments of paths that are no pages of the console. */
const NOT_PAGES = new Set(['v1', 'docs', 'assets', 'openapi.json', 'healthz', 'readyz']);

const NOT_BUILT = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Paretune</title>
<style>:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:15vh auto;padding:0 1rem}</style></head>
<body><h1>The console is not built</h1>
<p>The service runs, and its API answers under <code>/v1</code>. To get the pages, run <code>npm run build:web</code> and start the service again.</p>
<p><a href="docs/">Pages of the API</a></p></body></html>
`;

interface Page {
  readonly html: string;
  readonly etag: string;
}

/**
 * The pages of the browser console, from the folder that `npm run build:web` fills. Every path that is no other route's answers the same
 * document; which page it is, is the browser's business. Returns whether the console is there.
 */
export async function installConsole(server: Api, folder: URL): Promise<boolean> {
  const document = readDocument(folder);
  if (document !== undefined) {
    await server.register(fastifyStatic, {
      root: fileURLToPath(new URL('assets/', folder)),
      prefix: '/assets/',
      // Their names carry a hash of their content.
      immutable: true,
      maxAge: '365d',
      preCompressed: true,
      decorateReply: false,
    });
  }
  const pages = new Map<number, Page>();
  const pageAt = (depth: number, html: string): Page => {
    const page = pages.get(depth) ?? pageOf(html, depth);
    pages.set(depth, page);
    return page;
  };

  server.get('/*', { logLevel: 'warn', schema: { hide: true } }, async (request, reply) => {
    if (!isPage(request)) return reply.callNotFound();
    reply.header('vary', 'accept').header('cache-control', 'no-cache').type('text/html; charset=utf-8');
    if (document === undefined) return reply.code(503).header('content-security-policy', PAGE_POLICY).send(NOT_BUILT);
    return sendPage(request, reply, pageAt(depthOf(request), document));
  });
  return document !== undefined;
}

function sendPage(request: FastifyRequest, reply: FastifyReply, { html, etag }: Page): FastifyReply {
  reply.header('etag', etag).header('content-security-policy', CONSOLE_POLICY);
  return matchesEtag(request.headers['if-none-match'], etag) ? reply.code(304).send() : reply.send(html);
}

/** A program that asks for a path that does not exist wants to be told so; only who prefers HTML gets a page. */
function isPage(request: FastifyRequest): boolean {
  const [path = '/'] = request.url.split('?');
  if (NOT_PAGES.has(path.split('/')[1] ?? '')) return false;
  const { accept } = request.headers;
  return path === '/'
    ? preferredType(accept, ['text/html', 'application/json']) === 'text/html'
    : preferredType(accept, ['application/json', 'text/html']) === 'text/html';
}

/** Folders between the root of the console and a path: 0 of `/jobs`, 1 of `/jobs/x`. */
const depthOf = (request: FastifyRequest): number => (request.url.split('?')[0] ?? '/').split('/').length - 2;

/**
 * The document for paths of this depth. Its base leads back to the root of the console, wherever a proxy has put that: the service need not
 * know the prefix.
 */
function pageOf(html: string, depth: number): Page {
  const placed = html.replace('<head>', `<head><base href="${depth === 0 ? './' : '../'.repeat(depth)}">`);
  return { html: placed, etag: `"${createHash('sha256').update(placed).digest('base64url').slice(0, 22)}"` };
}

function readDocument(folder: URL): string | undefined {
  try {
    return readFileSync(new URL('index.html', folder), 'utf8');
  } catch {
    return undefined;
  }
}
