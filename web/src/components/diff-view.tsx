// biome-ignore-all lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
import { Text } from '@mantine/core';
import { diffWordsWithSpace } from 'diff';
import { useMemo } from 'react';
import classes from './diff-view.module.css';

/** Texts that differ in everything are not worth more time than this. */
const LONGEST_MS = 500;

/**
 * Two texts as one, word by word: what went is struck through, what came is underlined. Long unchanged passages stay as they are, so that
 * the whole text can be read.
 */
export function DiffView({
  before,
  after,
  label,
}: {
  readonly before: string;
  readonly after: string;
  readonly label: string;
}) {
  const parts = useMemo(() => diffWordsWithSpace(before, after, { timeout: LONGEST_MS }), [before, after]);
  if (before === after)
    return (
      <section className={classes.text} aria-label={label} tabIndex={0}>
        {after}
        <Text size="xs" c="dimmed" mt="xs">
          Unchanged.
        </Text>
      </section>
    );
  return (
    <section className={classes.text} aria-label={label} tabIndex={0}>
      {parts
        ? parts.map((part, at) => {
            const key = `${at}`;
            if (part.added) return <ins key={key}>{part.value}</ins>;
            if (part.removed) return <del key={key}>{part.value}</del>;
            return <span key={key}>{part.value}</span>;
          })
        : [<del key="before">{before}</del>, '\n', <ins key="after">{after}</ins>]}
    </section>
  );
}
