import { Anchor } from '@mantine/core';
import { Link } from 'react-router';

/** A reference such as `support-triage@3` as a link to that version; a text that is none stays a text. */
export function VersionLink({ of, reference }: { readonly of: 'prompts' | 'datasets'; readonly reference: string }) {
  const [, name, version] = /^(.+)@(\d+)$/.exec(reference) ?? [];
  if (name === undefined) return reference;
  return (
    <Anchor component={Link} to={`/${of}/${encodeURIComponent(name)}/versions/${version}`} inherit>
      {reference}
    </Anchor>
  );
}
