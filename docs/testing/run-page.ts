import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { z } from 'zod';
import { acceptDocument, documentsOf, expectOutput, type Post } from './documents.ts';
import { type Block, type Page, ROOT } from './markdown.ts';
import { openShell, type Shell } from './shell.ts';
import { typeErrors } from './type-check.ts';
import { expectWebhook } from './webhook.ts';
import { type Addresses, atOurAddresses, freePort, freshCopy, type Ids, moveExamples, type World } from './world.ts';

/** What became of a block: the counts that are printed at the end. */
export type Tally = Map<string, string[]>;

interface Reader {
  readonly page: Page;
  readonly folder: string;
  readonly addresses: Addresses;
  readonly shell: Shell;
  readonly post: Post;
  /** Where a service listens that the page starts. */
  readonly servicePort: number;
  /** Of the service that all pages share. */
  readonly serviceUrl: string;
  /** What the last commands wrote. */
  output: string;
  /** What `job_…` and `eval_…` stand for: what the page has made last, else what was there before. */
  readonly ids: Ids;
}

const SERVES = /^(?:npm start|paretune serve)|^\w+=\S+ (?:npm start|paretune serve)/m;
const SIMULATES = /simulated-model/;
const BACKGROUND = 'keeps running';

/** Does what a page says, block by block and in order, in a fresh copy of the repository. */
export async function runPage(page: Page, world: World, tally: Tally): Promise<void> {
  const copy = freshCopy();
  const background = page.blocks.filter(({ note }) => note === BACKGROUND).map(({ text }) => text);
  const ownModel = background.some((text) => SIMULATES.test(text));
  const [servicePort, modelPort] = [await freePort(), await freePort()];
  const addresses = {
    8000: ownModel ? modelPort : world.model.port,
    8900: ownModel ? modelPort : world.model.port,
    8080: Number(new URL(world.service.url).port),
  };
  moveExamples(copy.folder, addresses);
  const shell = openShell(copy.folder, dirname(copy.folder), {
    ...world.environment,
    PATH: `${copy.bin}:${process.env['PATH']}`,
    CI: 'true',
    PARETUNE_URL: world.service.url,
    PORT: String(servicePort),
  });
  // Documents go to the shared service, whatever the page has started by then.
  const post: Post = async (path, body) => {
    const answer = await fetch(`${world.service.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path} answers ${answer.status}: ${await answer.text()}`);
  };
  const reader = {
    page,
    folder: copy.folder,
    addresses,
    shell,
    post,
    servicePort,
    serviceUrl: world.service.url,
    output: '',
    ids: { ...(await world.madeBefore) },
  };
  try {
    for (const block of page.blocks) {
      const became = await follow(block, reader).catch((error: unknown) => {
        throw new Error(`${block.at}: ${error instanceof Error ? error.message : String(error)}`);
      });
      tally.set(became, [...(tally.get(became) ?? []), block.at]);
    }
    const programs = page.blocks.flatMap(({ language, file }) => (language === 'ts' && file ? [file] : []));
    if (programs.length > 0) expect(typeErrors(copy.folder, programs)).toBe('');
  } finally {
    await shell.close();
    copy.remove();
  }
}

async function follow(block: Block, reader: Reader): Promise<string> {
  const reason = /^not run: (.+)$/.exec(block.note ?? '')?.[1];
  if (reason !== undefined) return `not run: ${reason}`;
  const toRead = /^to read: (.+)$/.exec(block.note ?? '')?.[1];
  if (toRead !== undefined && block.language === 'text') return `to read: ${toRead}`;
  if (block.file !== undefined) return writeOrCompare(block, reader);
  switch (block.language) {
    case 'sh':
      return runCommands(block, reader);
    case 'text':
      expectOutput(block.text, reader.output);
      return 'output compared';
    case 'http':
      if (block.note !== 'sent by Paretune') return sendRequest(block, reader);
      await expectWebhook(block.text, reader.serviceUrl);
      return 'request of Paretune received';
    case 'json':
    case 'jsonl':
    case 'yaml':
      return accept(block, reader);
    default:
      throw new Error(`no test accounts for a block of "${block.language}" without a file name`);
  }
}

/** A block with a file name shows a file of the repository, or one that the reader writes. */
async function writeOrCompare(block: Block, reader: Reader): Promise<string> {
  const file = block.file ?? '';
  const text = atOurAddresses(block.text, reader.addresses);
  if (block.language === 'diff') {
    writeFileSync(join(reader.folder, 'change.diff'), text);
    const { code, output } = await reader.shell.run('patch --no-backup-if-mismatch -p1 < change.diff');
    expect(output).toContain(file);
    expect(code, output).toBe(0);
    return 'change made';
  }
  if (existsSync(join(ROOT, file))) {
    expect(block.text, `${file} is shown as it is`).toBe(readFileSync(join(ROOT, file), 'utf8'));
    return 'file of the repository shown';
  }
  mkdirSync(dirname(join(reader.folder, file)), { recursive: true });
  writeFileSync(join(reader.folder, file), text);
  const { blocks } = reader.page;
  const later = blocks.slice(blocks.indexOf(block) + 1);
  if (!later.some((each) => each.text.includes(file.split('/').at(-1) ?? file)))
    throw new Error(`${file} is written, and nothing on the page uses it`);
  return 'file written and used';
}

async function runCommands(block: Block, reader: Reader): Promise<string> {
  const note = block.note ?? '';
  const script = withIds(atOurAddresses(block.text, reader.addresses), reader.ids);
  if (note === BACKGROUND) {
    await reader.shell.keepRunning(script);
    // From here on the page speaks of its own service.
    if (SERVES.test(block.text)) {
      reader.addresses[8080] = reader.servicePort;
      await reader.shell.run(`export PARETUNE_URL=http://127.0.0.1:${reader.servicePort}`);
    }
    return 'started and kept running';
  }
  const by = /^run by: (.+)$/.exec(note)?.[1];
  if (by !== undefined) {
    const text = readFileSync(join(ROOT, by), 'utf8');
    for (const command of block.text.split(/\n|&&/).map((each) => each.trim())) expect(text).toContain(command);
    return `run by ${by}`;
  }
  const expected = Number(/^ends with (\d+)$/.exec(note)?.[1] ?? 0);
  const { code, output } = await reader.shell.run(script);
  if (code !== expected) throw new Error(`ended with ${code}, not ${expected}:\n${script}\n${output}`);
  reader.output = output;
  noteIds(output, reader.ids);
  return 'commands run';
}

const withIds = (text: string, ids: Ids) => text.replaceAll('job_…', ids.job).replaceAll('eval_…', ids.evaluation);

/** Remembers what the commands or requests say that they have made. */
function noteIds(written: string, ids: Ids): void {
  ids.job = written.match(/\bjob_[0-9a-z]{20,}/g)?.at(-1) ?? ids.job;
  ids.evaluation = written.match(/\beval_[0-9a-z]{20,}/g)?.at(-1) ?? ids.evaluation;
}

/** The request, line by line, and after an empty line its body; the answer must be a success. */
async function sendRequest(block: Block, { addresses, ids }: Reader): Promise<string> {
  const [head = '', ...rest] = withIds(block.text, ids).trim().split('\n\n');
  const [first = '', ...lines] = head.split('\n');
  const [method = '', path = ''] = first.split(' ');
  const headers = lines.map((line): [string, string] => {
    const at = line.indexOf(':');
    return [line.slice(0, at), line.slice(at + 1).trim()];
  });
  const body = rest.join('\n\n').trim();
  const answer = await fetch(`http://127.0.0.1:${addresses[8080]}${path}`, {
    method,
    headers,
    ...(body !== '' && { body }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${first} answers ${answer.status}: ${text}`);
  noteIds(text, ids);
  return 'request sent';
}

const stepsSchema = z.array(
  z.looseObject({ run: z.string().optional(), env: z.record(z.string(), z.string()).optional() }),
);

/** Documents go to the service; steps of a workflow are run. */
async function accept(block: Block, reader: Reader): Promise<string> {
  const kinds: string[] = [];
  for (const document of documentsOf(block)) {
    const steps = stepsSchema.safeParse(document).data;
    if (steps?.some(({ run }) => run !== undefined)) {
      for (const { run = 'true' } of steps) {
        const { code, output } = await reader.shell.run(withIds(run, reader.ids));
        noteIds(output, reader.ids);
        expect(code, `${run}\n${output}`).toBe(0);
      }
      kinds.push('workflow steps run');
    } else kinds.push(`${await acceptDocument(document, reader.post)} accepted`);
  }
  return kinds[0] ?? 'nothing';
}
