import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';
import { z } from 'zod';
import { createClient } from '../../src/client/index.ts';
import { jsonObjectSchema } from '../../src/domain/json.ts';
import { JOB_MODELS } from './job-models.ts';

const bodySchema = z.object({
  version: z.number(),
  sample: z.record(z.string(), z.unknown()),
  config: jsonObjectSchema,
});

/**
 * A block that shows what Paretune sends to an evaluator of the reader's, and the answer: an evaluation with such an evaluator must send
 * just this, and take its score from that answer.
 */
export async function expectWebhook(text: string, serviceUrl: string): Promise<void> {
  const [head = '', shownBody = '', shownAnswer = ''] = text.trim().split('\n\n');
  const [first = '', ...headerLines] = head.split('\n');
  const [method = '', path = ''] = first.split(' ');
  const shown = bodySchema.parse(JSON.parse(shownBody));
  const answer = z.object({ value: z.number() }).parse(JSON.parse(shownAnswer.split('\n').slice(1).join('\n')));
  const received: { readonly line: string; readonly headers: readonly string[]; readonly body: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      received.push({ line: `${request.method} ${request.url}`, headers: Object.keys(request.headers), body });
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const client = createClient({ url: serviceUrl });
    const { id } = await client.evaluations.submit({
      candidates: ['support-triage@1'],
      dataset: { rows: [{ input: 'Where is my parcel?', expected: 'shipping', split: 'validation' }] },
      suite: {
        evaluators: [
          {
            id: 'style',
            type: 'http',
            options: { url: `http://127.0.0.1:${port}${path}`, send: Object.keys(shown.sample), config: shown.config },
          },
        ],
      },
      models: { task: JOB_MODELS.task },
      budget: { rollouts: 1 },
    });
    for await (const _event of client.evaluations.events(id));
    const { candidates } = await client.evaluations.get(id);
    expect(candidates[0]?.metrics?.['style']?.value).toBe(answer.value);
    expect(received).toHaveLength(1);
    expect(received[0]?.line).toBe(`${method} ${path}`);
    expect(received[0]?.headers).toEqual(expect.arrayContaining(headerLines.map((line) => line.split(':')[0])));
    const sent = bodySchema.strict().parse(JSON.parse(received[0]?.body ?? ''));
    expect([Object.keys(sent.sample), sent.config]).toEqual([Object.keys(shown.sample), shown.config]);
  } finally {
    server.close();
  }
}
