import { Stack, Text } from '@mantine/core';
import { useSearchParams } from 'react-router';
import { Empty } from '../../components/empty.tsx';
import { Loading } from '../../components/loading.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { Section } from '../../components/section.tsx';
import { TextsDiff } from '../../components/texts-diff.tsx';
import { useTexts } from '../../data/comparisons.ts';
import { subjectOf } from '../../data/subjects.ts';
import { Evaluate } from './evaluate.tsx';
import { Measured } from './measured.tsx';
import { SubjectForm } from './subject-form.tsx';

/** Any two prompts side by side: what was measured of both, what separates their texts, and the offer to measure both. All of it is in the URL. */
export function Component() {
  const [search, setSearch] = useSearchParams();
  const [a, b] = [search.get('a') ?? '', search.get('b') ?? ''];
  const sides = [subjectOf(a), subjectOf(b)];
  const change = (next: Readonly<Record<string, string>>) =>
    setSearch(
      (known) => {
        for (const [name, value] of Object.entries(next)) {
          if (value === '') known.delete(name);
          else known.set(name, value);
        }
        return known;
      },
      { replace: true, preventScrollReset: true },
    );
  return (
    <Stack gap="lg">
      <div>
        <PageHead title="Compare" />
        <SubjectForm key={`${a} ${b}`} a={a} b={b} onChange={(next) => setSearch(next)} />
      </div>
      {sides.includes(null) ? (
        <Empty title={a === '' && b === '' ? 'Choose two prompts' : 'One of the two is not named like that'}>
          Name a candidate of a job or an evaluation, such as <code>job_1/c5</code> or <code>eval_1/c1</code>, or a
          version of a prompt, such as <code>support-triage@3</code>.
        </Empty>
      ) : (
        <>
          {sides.every((side) => side?.kind === 'candidate') ? (
            <Measured key={`${a} ${b}`} a={a} b={b} search={search} onChange={change} />
          ) : (
            <Evaluate a={a} b={b} why="Versions of the registry have no measurements of their own." />
          )}
          <Section title="The two texts">
            <Texts a={a} b={b} />
          </Section>
        </>
      )}
    </Stack>
  );
}

function Texts({ a, b }: { readonly a: string; readonly b: string }) {
  const [before, after] = [useTexts(a), useTexts(b)];
  for (const side of [before, after])
    if (side.isError) return <ProblemAlert error={side.error} onRetry={side.refetch} />;
  if (!before.data || !after.data) return <Loading what="the texts" />;
  return (
    <>
      <Text size="xs" c="dimmed" mb={4}>
        Struck through: only in a. Underlined: only in b.
      </Text>
      <TextsDiff before={before.data} after={after.data} />
    </>
  );
}
