import { createHash } from 'node:crypto';
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Client, hasEnded, type Page } from '../../client/index.ts';
import { gateJUnit, gateMarkdown } from '../evaluations/gate-formats.ts';
import { reportOfEvaluation } from '../evaluations/gate-report.ts';
import { EXIT, type ExitCode, Refusal } from '../exit.ts';
import { badInput } from '../files/document.ts';
import { outDirectory } from '../files/out-file.ts';
import { count } from '../format.ts';
import { type Io, printJson } from '../io.ts';
import { clientOf, type RemoteOptions } from '../remote.ts';

export interface EvidenceOptions extends RemoteOptions {
  readonly out?: string;
}

interface WrittenFile {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

const PAGE = 500;

/**
 * Everything that a decision rests on, as files to keep beside a release: what was asked, every rollout with its scores, the figures, the
 * verdict, and `manifest.json` with the hash of each file.
 */
export async function exportEvidence(io: Io, id: string | undefined, options: EvidenceOptions): Promise<ExitCode> {
  const { out } = options;
  if (id === undefined || !/^(?:job|eval)_/.test(id)) {
    const wrong = id === undefined ? 'is missing' : `"${id}" is no job or evaluation`;
    throw badInput([{ path: 'id', message: `${wrong}; name one, such as job_… or eval_…` }]);
  }
  if (out === undefined)
    throw badInput([{ path: '--out', message: 'name the directory that the files are written to' }]);
  const directory = outDirectory(io, out, '--out');
  const client = clientOf(io, options);
  const bundle = new Bundle(directory);
  const subject = id.startsWith('job_')
    ? await jobEvidence(client, id, bundle)
    : await evaluationEvidence(client, id, bundle);
  const files = [...bundle.files];
  bundle.write('manifest.json', asJson({ format: 'paretune-evidence/1', ...subject, files }));
  if (options.json) printJson(io, { ...subject, directory: out, files });
  else io.err(`${id}: ${count(files.length)} files and manifest.json in ${out}\n`);
  return EXIT.done;
}

class Bundle {
  readonly #directory: string;
  readonly files: WrittenFile[] = [];

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** The directory is made with its first file: of what is not found, or has not ended, none stays behind. */
  #place(file: string): string {
    mkdirSync(this.#directory, { recursive: true });
    return join(this.#directory, file);
  }

  write(file: string, text: string): void {
    writeFileSync(this.#place(file), text);
    const sha256 = createHash('sha256').update(text).digest('hex');
    this.files.push({ file, bytes: Buffer.byteLength(text), sha256 });
  }

  /** One line for each item, page by page: the rollouts of a large job do not fit into memory. */
  async writeLines(file: string, read: (cursor: { readonly cursor?: string }) => Promise<Page<object>>): Promise<void> {
    const hash = createHash('sha256');
    let bytes = 0;
    async function* lines() {
      let cursor: string | null = null;
      do {
        const page: Page<object> = await read(cursor === null ? {} : { cursor });
        for (const item of page.items) {
          const line = `${JSON.stringify(item)}\n`;
          hash.update(line);
          bytes += Buffer.byteLength(line);
          yield line;
        }
        cursor = page.nextCursor;
      } while (cursor !== null);
    }
    await pipeline(Readable.from(lines()), createWriteStream(this.#place(file)));
    this.files.push({ file, bytes, sha256: hash.digest('hex') });
  }
}

const asJson = (value: object) => `${JSON.stringify(value, null, 2)}\n`;

async function jobEvidence(client: Client, id: string, bundle: Bundle): Promise<object> {
  const job = await client.jobs.get(id);
  mustHaveEnded(id, job);
  bundle.write('job.json', asJson(job));
  bundle.write('report.json', asJson(await client.jobs.report(id)));
  bundle.write('report.md', await client.jobs.reportAs(id, 'markdown'));
  bundle.write('report.html', await client.jobs.reportAs(id, 'html'));
  bundle.write('candidates.json', asJson(await client.jobs.candidates(id)));
  bundle.write('curve.json', asJson(await client.jobs.curve(id)));
  await bundle.writeLines('rollouts.jsonl', (cursor) => client.jobs.rollouts(id, { limit: PAGE, ...cursor }));
  return { job: id, decision: job.verdict?.decision ?? null };
}

async function evaluationEvidence(client: Client, id: string, bundle: Bundle): Promise<object> {
  const evaluation = await client.evaluations.get(id);
  mustHaveEnded(id, evaluation);
  const report = reportOfEvaluation(evaluation, []);
  bundle.write('evaluation.json', asJson(evaluation));
  bundle.write('gate.md', gateMarkdown(report));
  bundle.write('gate.xml', gateJUnit(report));
  await bundle.writeLines('rollouts.jsonl', (cursor) => client.evaluations.rollouts(id, { limit: PAGE, ...cursor }));
  return { evaluation: id, decision: evaluation.decision };
}

function mustHaveEnded(id: string, { status }: Parameters<typeof hasEnded>[0]): void {
  if (!hasEnded({ status }))
    throw new Refusal(EXIT.badInput, `${id} is ${status}; there is evidence once it has ended`);
}
