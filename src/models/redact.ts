import type { Message } from '../domain/model.ts';

const MAX_LENGTH = 500;
/** Shortest piece of a prompt that counts as prompt text. */
const PIECE = 12;

/**
 * A provider's message without the key and without text of the prompt, which providers like to quote: fit for logs and problem details.
 */
export function redact(message: string, key: string, messages: readonly Message[]): string {
  let text = message.slice(0, MAX_LENGTH);
  if (key.length >= 4) text = text.replaceAll(key, '[key]');
  const contents = messages.map((part) => part.content);
  for (const content of contents) {
    if (content.length >= 4 && content.length < PIECE) text = text.replaceAll(content, '[…]');
  }
  const hidden = new Array<boolean>(text.length).fill(false);
  for (let at = 0; at + PIECE <= text.length; at++) {
    const piece = text.slice(at, at + PIECE);
    if (contents.some((content) => content.includes(piece))) hidden.fill(true, at, at + PIECE);
  }
  let out = '';
  for (let at = 0; at < text.length; at++) {
    if (!hidden[at]) out += text[at];
    else if (at === 0 || !hidden[at - 1]) out += '[…]';
  }
  return out;
}
