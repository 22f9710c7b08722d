import { readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const repository = new URL('../', import.meta.url);
const SOURCES = ['web', 'src/client', 'src/domain', 'package-lock.json'];

const at = (path: string): string => fileURLToPath(new URL(path, repository));

function newestOf(path: string): number {
  const found = statSync(path);
  if (!found.isDirectory()) return found.mtimeMs;
  return Math.max(found.mtimeMs, ...readdirSync(path).map((name) => newestOf(`${path}/${name}`)));
}

function builtAt(): number {
  try {
    return statSync(at('dist/web/index.html')).mtimeMs;
  } catch {
    return 0;
  }
}

/** Builds the console when it is missing or older than what it is made of. */
export async function buildWhenStale(): Promise<void> {
  if (builtAt() >= Math.max(...SOURCES.map((path) => newestOf(at(path))))) return;
  process.stderr.write('building the console …\n');
  const { build } = await import('vite');
  await build({ configFile: at('web/vite.config.ts'), logLevel: 'warn' });
}
