import { type Reply, type ScriptedServer, startScriptedServer } from '../../src/models/testing.ts';

/** The body of a chat completion request, as far as tests look at it. */
export interface Asked {
  readonly model: string;
  /** All messages, joined. */
  readonly text: string;
  /** 1 for the first request. */
  readonly number: number;
}

/** What happens to a request: the model server's answer (null), its answer changed, or a reply of the front's own. */
export type Interference = null | { readonly change: (answer: ChatAnswer) => void } | { readonly reply: Reply };

export interface ChatAnswer {
  choices: { finish_reason: string; message: { content: string } }[];
}

export interface Front {
  readonly url: string;
  readonly requests: number;
  interfere(decide: (asked: Asked) => Interference): void;
  close(): Promise<void>;
}

/** A server before the model server, so that a fault can depend on what was asked, and not on when. */
export async function startFront(modelUrl: string): Promise<Front> {
  const front: ScriptedServer = await startScriptedServer();
  let decide: (asked: Asked) => Interference = () => null;
  let requests = 0;
  const forward: Reply = async (response, { path, body }) => {
    requests += 1;
    const messages = Array.isArray(body['messages']) ? body['messages'] : [];
    const text = messages.map((message: { content?: unknown }) => String(message.content)).join('\n');
    const verdict = decide({ model: String(body['model']), text, number: requests });
    if (verdict !== null && 'reply' in verdict) return verdict.reply(response, { path, body, headers: {} });
    const answer = await fetch(`${modelUrl}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer test-key' },
      body: JSON.stringify(body),
    });
    const content: ChatAnswer = JSON.parse(await answer.text());
    verdict?.change(content);
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
  };
  const restart = () => {
    requests = 0;
    front.script(forward);
  };
  restart();
  return {
    url: front.url,
    get requests() {
      return requests;
    },
    interfere: (next) => {
      decide = next;
      restart();
    },
    close: () => front.close(),
  };
}
