import { Button, Group, Select, TextInput } from '@mantine/core';
import { type FormEvent, useEffect, useState } from 'react';
import { JOB_STATUSES } from '../../../../src/domain/job.ts';
import type { JobFilter } from '../../data/jobs.ts';

export function JobFilters({
  filter,
  onChange,
}: {
  readonly filter: JobFilter;
  readonly onChange: (filter: JobFilter) => void;
}) {
  const [prompt, setPrompt] = useState(filter.prompt ?? '');
  useEffect(() => setPrompt(filter.prompt ?? ''), [filter.prompt]);
  const withPrompt = (name: string): JobFilter => {
    const { prompt: _earlier, ...others } = filter;
    return name === '' ? others : { ...others, prompt: name };
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onChange(withPrompt(prompt.trim()));
  };
  return (
    <Group component="form" gap="xs" align="flex-end" {...{ onSubmit: submit }}>
      <Select
        label="Status"
        placeholder="Any"
        clearable
        w={140}
        data={[...JOB_STATUSES]}
        value={filter.status ?? null}
        onChange={(value) => {
          const { status: _earlier, ...others } = filter;
          const status = JOB_STATUSES.find((each) => each === value);
          onChange(status ? { ...others, status } : others);
        }}
      />
      <TextInput
        label="Prompt"
        placeholder="Name of the prompt"
        w={220}
        value={prompt}
        onChange={(event) => setPrompt(event.currentTarget.value)}
        onBlur={() => prompt.trim() !== (filter.prompt ?? '') && onChange(withPrompt(prompt.trim()))}
      />
      <Button type="submit" variant="default">
        Filter
      </Button>
    </Group>
  );
}
