import { Anchor } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { subjectOf } from '../data/subjects.ts';

/** A link to that version of a prompt, a dataset or a suite: `support-triage@3`. A text that is no such reference stays a text. */
export function VersionLink({
  of,
  reference,
  children = reference,
}: {
  readonly of: 'prompts' | 'datasets' | 'suites';
  readonly reference: string;
  readonly children?: ReactNode;
}) {
  const subject = subjectOf(reference);
  if (subject?.kind !== 'version') return children;
  const { name, version } = subject;
  const to = of === 'suites' ? `/suites/${name}?version=${version}` : `/${of}/${name}/versions/${version}`;
  return (
    <Anchor component={Link} to={to} inherit>
      {children}
    </Anchor>
  );
}
