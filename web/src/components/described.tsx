import { Fragment } from 'react';

/** A description of the API, in which names stand between backticks. */
export function Described({ text }: { readonly text: string | undefined }) {
  return text?.split('`').map((part, at) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text have no other name
    return at % 2 === 1 ? <code key={at}>{part}</code> : <Fragment key={at}>{part}</Fragment>;
  });
}
