import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import GithubSlugger from 'github-slugger';
import MarkdownIt from 'markdown-it';

export const ROOT = join(import.meta.dirname, '../..');

/** A fenced block and what stands in the comment right before it. */
export interface Block {
  /** `docs/start.md:12`: where the text of the block begins. */
  readonly at: string;
  readonly language: string;
  /** The file that the reader is to write, or is shown: `yaml [job.yaml]`. */
  readonly file: string | undefined;
  readonly text: string;
  readonly note: string | undefined;
}

export interface Page {
  /** Path from the root of the repository. */
  readonly path: string;
  readonly blocks: readonly Block[];
  readonly links: readonly string[];
  readonly anchors: ReadonlySet<string>;
  /** What a reader sees first: the text of the first paragraph. */
  readonly opening: string;
}

const markdown = new MarkdownIt({ html: true });

function markdownFiles(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !/(^|\/)(node_modules|dist|cache)\//.test(name))
    .map((name) => join(folder, name));
}

/** Every page that readers are sent to. */
export function allPages(): readonly Page[] {
  const paths = ['README.md', 'CONTRIBUTING.md', 'bench/README.md', 'fixtures/README.md'];
  return [...paths, ...markdownFiles('docs'), ...markdownFiles('examples')].sort().map(readPage);
}

function readPage(path: string): Page {
  const tokens = markdown.parse(readFileSync(join(ROOT, path), 'utf8'), {});
  const slugger = new GithubSlugger();
  const inline = tokens.flatMap(({ children }) => children ?? []);
  const textAfter = (type: string) => {
    const token = tokens[tokens.findIndex((each) => each.type === type) + 1];
    return token?.content ?? '';
  };
  return {
    path,
    opening: textAfter('paragraph_open'),
    links: inline.flatMap((token) => {
      const target = token.attrGet('href') ?? token.attrGet('src');
      return target === null ? [] : [decodeURI(String(target))];
    }),
    anchors: new Set(
      tokens.flatMap((token, index) =>
        token.type === 'heading_open' ? [slugger.slug(plain(tokens[index + 1]?.children ?? []))] : [],
      ),
    ),
    blocks: tokens.flatMap((token, index) => {
      if (token.type !== 'fence') return [];
      const [, language = '', file] = /^(\S*)(?:\s+\[(.+)\])?$/.exec(token.info.trim()) ?? [];
      const before = tokens[index - 1];
      const note = before?.type === 'html_block' ? /^<!--\s*(.*?)\s*-->\s*$/s.exec(before.content)?.[1] : undefined;
      return [{ at: `${path}:${(token.map?.[0] ?? 0) + 2}`, language, file, text: token.content, note }];
    }),
  };
}

/** A heading's text without its markup. */
const plain = (tokens: readonly { readonly type: string; readonly content: string }[]) =>
  tokens
    .filter(({ type }) => type === 'text' || type === 'code_inline')
    .map(({ content }) => content)
    .join('');
