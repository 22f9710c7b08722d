// biome-ignore-all lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
import { Group, Text } from '@mantine/core';
import { CopyButton } from './copy-button.tsx';
import classes from './diff-view.module.css';

/** A text of a user or a model as it is, under its name. */
export function TextBlock({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <div>
      <Group justify="space-between" mb={4}>
        <Text size="sm" fw={550}>
          {label}
        </Text>
        <CopyButton text={text} />
      </Group>
      <section className={classes.text} aria-label={label} tabIndex={0}>
        {text === '' ? '(empty)' : text}
      </section>
    </div>
  );
}
