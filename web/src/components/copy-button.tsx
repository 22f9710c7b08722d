import { Button, CopyButton as Copy } from '@mantine/core';

/** Puts a text into the clipboard and says so. */
export function CopyButton({
  text,
  label = 'Copy',
  size = 'compact-xs',
}: {
  readonly text: string;
  readonly label?: string;
  readonly size?: 'compact-xs' | 'xs';
}) {
  return (
    <Copy value={text} timeout={1_500}>
      {({ copied, copy }) => (
        <Button variant="default" size={size} onClick={copy} aria-live="polite">
          {copied ? 'Copied' : label}
        </Button>
      )}
    </Copy>
  );
}
