import { SaxesParser } from 'saxes';

/** Deepest nesting: resolving a namespace prefix looks at every open element. */
const MAX_DEPTH = 200;
/** Paths of elements that are told apart. */
const MAX_PATHS = 10_000;

export type XmlCheck =
  | { readonly kind: 'well-formed'; readonly paths: ReadonlySet<string> }
  /** `line` from 1, `column` from 0 in characters of that line. */
  | { readonly kind: 'broken'; readonly reason: string; readonly line: number; readonly column: number };

class Broken extends Error {
  override readonly name = 'Broken';
}

/**
 * Whether a text is a well-formed XML 1.0 document with namespaces, and the dotted paths of its elements as they are written
 * (`order.item.price`). Stops at the first error; linear time.
 */
export function checkXml(text: string): XmlCheck {
  const parser = new SaxesParser({ xmlns: true, position: true });
  const open: string[] = [];
  const paths = new Set<string>();
  let where = { line: 1, column: 0 };
  const fail = (reason: string) => {
    where = { line: parser.line, column: parser.column };
    return new Broken(reason);
  };
  parser.on('error', (error) => {
    throw fail(error.message.replace(/^\d+:\d+: |\.$/g, ''));
  });
  parser.on('opentagstart', ({ name }) => {
    open.push(name);
    if (open.length > MAX_DEPTH) throw fail(`elements are nested more than ${MAX_DEPTH} levels deep`);
    if (paths.size < MAX_PATHS) paths.add(open.join('.'));
  });
  parser.on('closetag', () => {
    open.pop();
  });
  try {
    parser.write(text).close();
    return { kind: 'well-formed', paths };
  } catch (error) {
    if (error instanceof Broken) return { kind: 'broken', reason: error.message, ...where };
    throw error;
  }
}
