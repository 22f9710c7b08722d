import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const outDir = fileURLToPath(new URL('../dist/web', import.meta.url));
/** What `npm run dev:web` talks to. */
const SERVICE = process.env['PARETUNE_URL'] ?? 'http://127.0.0.1:8080';
/** Smaller files than this are not worth a second one. */
const COMPRESSED_FROM_BYTES = 1_024;

/** The service sends compressed files as they lie there. */
function compressAssets(): Plugin {
  return {
    name: 'compress-assets',
    apply: 'build',
    closeBundle() {
      const assets = join(outDir, 'assets');
      for (const name of readdirSync(assets)) {
        const content = readFileSync(join(assets, name));
        if (!['.js', '.css', '.svg'].includes(extname(name)) || content.length < COMPRESSED_FROM_BYTES) continue;
        writeFileSync(join(assets, `${name}.gz`), gzipSync(content, { level: 9 }));
        const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
        writeFileSync(join(assets, `${name}.br`), brotliCompressSync(content, { params }));
      }
    },
  };
}

/** While developing, the console is at the root; in the service's answers the base depends on the path. */
const baseOfDevelopment: Plugin = {
  name: 'base-of-development',
  apply: 'serve',
  transformIndexHtml: (html) => html.replace('<head>', '<head><base href="/">'),
};

export default defineConfig(({ command }) => ({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: command === 'build' ? './' : '/',
  plugins: [react(), compressAssets(), baseOfDevelopment],
  build: {
    outDir,
    emptyOutDir: true,
    target: 'es2022',
    // Data URLs and inline scripts would need a weaker content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1_200,
  },
  server: {
    proxy: Object.fromEntries(['/v1', '/docs', '/openapi.json'].map((path) => [path, SERVICE])),
  },
}));
