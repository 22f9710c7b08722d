import { Button, Group, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';

/** The names of the two sides. */
export function SubjectForm({
  a,
  b,
  onChange,
}: {
  readonly a: string;
  readonly b: string;
  readonly onChange: (next: { readonly a: string; readonly b: string }) => void;
}) {
  const [names, setNames] = useState({ a, b });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onChange({ a: names.a.trim(), b: names.b.trim() });
  };
  const field = (name: 'a' | 'b', label: string) => (
    <TextInput
      label={label}
      placeholder={name === 'a' ? 'job_1/c0' : 'job_1/c5'}
      spellCheck={false}
      autoComplete="off"
      style={{ flex: '1 1 18rem' }}
      maw={480}
      value={names[name]}
      onChange={(event) => setNames({ ...names, [name]: event.currentTarget.value })}
    />
  );
  return (
    <Group component="form" gap="xs" align="flex-end" {...{ onSubmit: submit }}>
      {field('a', 'a, what it is compared with')}
      {field('b', 'b, what may be better')}
      <Button type="submit" variant="default" disabled={names.a.trim() === '' || names.b.trim() === ''}>
        Compare
      </Button>
      <Button variant="default" onClick={() => onChange({ a: b, b: a })} disabled={a === '' && b === ''}>
        Swap
      </Button>
    </Group>
  );
}
