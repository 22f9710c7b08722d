import { Button, CopyButton as Copy } from '@mantine/core';

/** Puts a text into the clipboard and says so. */
export function CopyButton({ text, label = 'Copy' }: { readonly text: string; readonly label?: string }) {
  return (
    <Copy value={text} timeout={1_500}>
      {({ copied, copy }) => (
        <Button variant="default" size="compact-xs" onClick={copy} aria-live="polite">
          {copied ? 'Copied' : label}
        </Button>
      )}
    </Copy>
  );
}
