import { Button, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { Job } from '../../../../src/client/index.ts';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { Section } from '../../components/section.tsx';
import { useClient } from '../../data/client.tsx';

const FORMATS = [
  { format: 'json', type: 'application/json', label: 'JSON, everything as data' },
  { format: 'markdown', type: 'text/markdown', label: 'Markdown', ending: 'md' },
  { format: 'html', type: 'text/html', label: 'HTML, one file with its pictures' },
] as const;

/** The report as files. They are fetched with the key and handed to the browser, so no address has it. */
export function Downloads({ job }: { readonly job: Job }) {
  const client = useClient();
  const download = useMutation({
    mutationFn: async ({ format, type, ...rest }: (typeof FORMATS)[number]) => {
      const text =
        format === 'json'
          ? JSON.stringify(await client.jobs.report(job.id), null, 2)
          : await client.jobs.reportAs(job.id, format);
      saveAs(`${job.id}-report.${'ending' in rest ? rest.ending : format}`, new Blob([text], { type }));
    },
  });
  return (
    <Section title="Take the report away">
      <Stack gap="xs" align="flex-start">
        {FORMATS.map((each) => (
          <Button
            key={each.format}
            variant="default"
            loading={download.isPending && download.variables.format === each.format}
            onClick={() => download.mutate(each)}
          >
            {each.label}
          </Button>
        ))}
        {download.isError && <ProblemAlert error={download.error} />}
        <Text size="xs" c="dimmed">
          With every file and its hash: paretune export evidence --of {job.id} --out evidence
        </Text>
      </Stack>
    </Section>
  );
}

function saveAs(name: string, content: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
