import { Group, Stack, Text } from '@mantine/core';
import { CopyButton } from './copy-button.tsx';
import classes from './diff-view.module.css';
import { DiffView } from './diff-view.tsx';

type Texts = Readonly<Record<string, string>>;

/** The texts of a prompt, or of the steps of a chain, each as differences from another one's; with `isWhole` as they are. */
export function TextsDiff({
  before,
  after,
  isWhole = false,
}: {
  readonly before: Texts;
  readonly after: Texts;
  readonly isWhole?: boolean;
}) {
  const components = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return components.map((component) => {
    const text = after[component] ?? '';
    return (
      <Stack key={component} gap={4} mb="sm">
        <Group justify="space-between">
          <Text size="sm" fw={550}>
            {component}
          </Text>
          <CopyButton text={text} />
        </Group>
        {isWhole ? (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          <section className={classes.text} aria-label={`Text of ${component}`} tabIndex={0}>
            {text}
          </section>
        ) : (
          <DiffView label={`Differences in ${component}`} before={before[component] ?? ''} after={text} />
        )}
      </Stack>
    );
  });
}
