import { UnusableAnswer } from './contract.ts';

const FENCE = /^ {0,3}(`{3,})([^`]*)$/;

/**
 * The content of the one fenced block of an answer, without its language tag and outer blank lines. Text around the block is ignored.
 *
 * Throws UnusableAnswer for no block, more than one, one that is never closed (a truncated answer) or an empty one. Blocks are never
 * glued together, and an answer without a fence is never taken as a whole: refusals and half-finished thoughts have become prompts that way. A
 * block whose content has fences of its own must be opened and closed by a longer run of backticks.
 */
export function oneFencedBlock(text: string): string {
  const blocks: string[] = [];
  let open: { readonly length: number; readonly lines: string[] } | null = null;
  for (const line of text.split(/\r?\n/)) {
    const fence = FENCE.exec(line);
    const length = fence?.[1]?.length ?? 0;
    const info = fence?.[2]?.trim() ?? '';
    if (open === null) {
      if (fence) open = { length, lines: [] };
    } else if (fence && length >= open.length && info === '') {
      blocks.push(open.lines.join('\n'));
      open = null;
    } else {
      open.lines.push(line);
    }
  }
  if (open !== null)
    throw new UnusableAnswer('a fenced block is not closed; close it with the backticks that opened it');
  const [block, ...others] = blocks;
  if (block === undefined) throw new UnusableAnswer('no fenced block; give the text in one block between ``` lines');
  if (others.length > 0) {
    throw new UnusableAnswer(`${blocks.length} fenced blocks instead of one; give the whole text in one block`);
  }
  const content = block.replace(/^(?:[ \t]*\n)+/, '').trimEnd();
  if (content === '') throw new UnusableAnswer('the fenced block is empty; put the text inside it');
  return content;
}
