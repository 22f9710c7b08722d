import type { TestProject } from 'vitest/node';
import { buildWhenStale } from '../../web/build-when-stale.ts';
import { type Environment, findChromium, startEnvironment } from './environment.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly environment: Environment;
  }
}

const NOTHING: Environment = {
  chromium: null,
  url: '',
  modelUrl: '',
  finishedJob: '',
  winner: '',
  row: '',
  runningJob: '',
  failedJob: '',
  evaluation: '',
  judgeCard: '',
};

/** One environment for all browser tests; without a Chromium they are skipped. */
export default async function setup({ provide }: TestProject): Promise<(() => Promise<void>) | undefined> {
  const chromium = findChromium();
  if (chromium === null) {
    process.stderr.write('no Chromium (PARETUNE_CHROMIUM, /usr/bin/chromium): the browser tests are skipped\n');
    provide('environment', NOTHING);
    return undefined;
  }
  await buildWhenStale();
  const { close, ...environment } = await startEnvironment(chromium);
  provide('environment', environment);
  return close;
}
