import { Tokenizer, TokenParser, TokenType } from '@streamparser/json';
import { type Body, NOT_UTF8, oversize, type RawRow, type RowLimits, smallPieces } from './raw-row.ts';
import { NotUtf8, validUtf8 } from './utf8.ts';

/** The body is not `{ "rows": [...] }`. */
class WrongShape extends Error {
  override readonly name = 'WrongShape';
}

class BrokenJson extends Error {
  override readonly name = 'BrokenJson';
}

/** Tells errors of the parser, which has several kinds, from those of the body (a connection that breaks). */
function parsing(step: () => void): void {
  try {
    step();
  } catch (error) {
    throw error instanceof WrongShape ? error : new BrokenJson('not valid JSON', { cause: error });
  }
}

/** `application/json`: `{ "rows": [...] }`, never held as a whole. Rows are named `rows.<index>`. */
export async function* readJson(body: Body, limits: RowLimits): AsyncGenerator<RawRow> {
  const ready: RawRow[] = [];
  let index = 0;
  let consumed = 0;
  const parser = new TokenParser({ paths: ['$.rows.*'], keepStack: false });
  const tokenizer = new Tokenizer();
  const shape = new EnvelopeCheck();
  let rowStart = 0;
  let offset = 0;
  tokenizer.onToken = (token) => {
    offset = token.offset;
    shape.check(token.token, token.value);
    parser.write(token);
  };
  parser.onValue = ({ value }) => {
    const at = `rows.${index}`;
    index += 1;
    ready.push(offset - rowStart > limits.maxRowBytes ? { at, problem: oversize(limits) } : { at, value });
    rowStart = offset;
  };
  try {
    for await (const piece of validUtf8(smallPieces(body))) {
      parsing(() => tokenizer.write(piece));
      consumed += piece.length;
      yield* ready;
      ready.length = 0;
      // What is unfinished is held in memory: it may not grow beyond a row.
      if (consumed - rowStart > limits.maxRowBytes + piece.length) {
        yield { at: `rows.${index}`, problem: oversize(limits), fatal: true };
        return;
      }
    }
    parsing(() => {
      tokenizer.end();
      if (shape.begun && !parser.isEnded) parser.end();
    });
    shape.finish();
  } catch (error) {
    yield* ready;
    if (error instanceof NotUtf8) yield { at: `line ${error.line}`, problem: NOT_UTF8, fatal: true };
    else if (error instanceof WrongShape) yield { at: 'rows', problem: error.message, fatal: true };
    else if (error instanceof BrokenJson) {
      yield { at: `rows.${index}`, problem: 'the body is not valid JSON from here on', fatal: true };
    } else throw error;
  }
}

/** Refuses anything but one object with the one member `rows`, a list, before the parser would have to keep it. */
class EnvelopeCheck {
  #depth = 0;
  #place: 'start' | 'key' | 'value' | 'rows' | 'end' = 'start';

  get begun(): boolean {
    return this.#place !== 'start';
  }

  check(token: TokenType, value: unknown): void {
    if (this.#place === 'start') {
      if (token !== TokenType.LEFT_BRACE) throw new WrongShape('the body must be a JSON object { "rows": [...] }');
      this.#place = 'key';
    } else if (this.#place === 'key') {
      if (token !== TokenType.STRING) return;
      if (value !== 'rows') throw new WrongShape(`unknown field ${JSON.stringify(value)}; the body holds "rows" alone`);
      this.#place = 'value';
    } else if (this.#place === 'value') {
      if (token === TokenType.COLON) return;
      if (token !== TokenType.LEFT_BRACKET) throw new WrongShape('must be a list of rows');
      this.#depth = 1;
      this.#place = 'rows';
    } else if (this.#place === 'rows') {
      if (token === TokenType.LEFT_BRACE || token === TokenType.LEFT_BRACKET) this.#depth += 1;
      if (token === TokenType.RIGHT_BRACE || token === TokenType.RIGHT_BRACKET) this.#depth -= 1;
      if (this.#depth === 0) this.#place = 'end';
    } else if (token === TokenType.COMMA) {
      throw new WrongShape('unknown field after "rows"; the body holds "rows" alone');
    }
  }

  finish(): void {
    if (this.#place !== 'end') throw new WrongShape('is missing; the body must be { "rows": [...] }');
  }
}
