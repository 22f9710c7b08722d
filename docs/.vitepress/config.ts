import { cpSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { slug } from 'github-slugger';
import { defineConfig } from 'vitepress';
import { sidebar } from './sidebar.ts';

/**
 * The site is the repository's Markdown as it stands: the pages keep their paths, so that a link works on a code host and here. Built for
 * a path other than `/` with `npm run docs:build -- --base /paretune/`.
 */
const root = join(import.meta.dirname, '../..');
/** Files of the repository that pages link to and that are no pages. */
const linkedFiles = new Set<string>();

export default defineConfig({
  title: 'Paretune',
  description: 'Automated prompt optimizer, as a service',
  srcDir: '..',
  srcExclude: ['{node_modules,dist,web,test,.paretune}/**', '**/node_modules/**'],
  rewrites: { 'README.md': 'index.md', ':folder(.*)/README.md': ':folder/index.md' },
  lastUpdated: false,
  markdown: {
    anchor: { slugify: slug },
    config(md) {
      // What stands in double braces is text of ours, not an expression of the site's.
      const text = md.renderer.rules.text;
      md.renderer.rules.text = (...args) => (text?.(...args) ?? '').replaceAll('{{', '&#123;&#123;');
      md.core.ruler.push('repository-links', ({ tokens, env }) => {
        for (const token of tokens.flatMap(({ children }) => children ?? [])) {
          const href = token.attrGet('href');
          if (token.type !== 'link_open' || href === null || /^([a-z]+:|#)/.test(href)) continue;
          const [path = '', anchor] = href.split('#');
          const target = normalize(join(dirname(env.relativePath), path));
          if (path.endsWith('.md'))
            token.attrSet('href', `${path.replace(/README\.md$/, 'index.md')}${anchor ? `#${anchor}` : ''}`);
          else if (existsSync(join(root, target)) && statSync(join(root, target)).isFile()) {
            linkedFiles.add(target);
            token.attrSet('target', '_blank');
          }
        }
      });
    },
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Start', link: '/docs/start' },
      { text: 'Guides', link: '/docs/' },
      { text: 'Reference', link: '/docs/reference/job' },
    ],
    sidebar,
  },
  buildEnd({ outDir }) {
    for (const file of linkedFiles) {
      mkdirSync(dirname(join(outDir, file)), { recursive: true });
      cpSync(join(root, file), join(outDir, file));
    }
  },
});
