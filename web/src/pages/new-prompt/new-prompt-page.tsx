import { useSearchParams } from 'react-router';
import { Loading } from '../../components/loading.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { usePrompt, usePromptVersion } from '../../data/prompts.ts';
import { VersionForm } from './version-form.tsx';

/** A new prompt, or (`from`, and `version`) an edit of one that exists: always a new version. */
export function Component() {
  const [search] = useSearchParams();
  const from = search.get('from');
  const version = Number(search.get('version'));
  if (from === null)
    return (
      <>
        <PageHead title="New prompt" />
        <VersionForm edited={null} />
      </>
    );
  return (
    <>
      <PageHead title={`New version of ${from}`} />
      {version > 0 ? <EditOf name={from} version={version} /> : <EditOfNewest name={from} />}
    </>
  );
}

function EditOfNewest({ name }: { readonly name: string }) {
  const prompt = usePrompt(name);
  if (prompt.isError) return <ProblemAlert error={prompt.error} onRetry={prompt.refetch} />;
  if (prompt.isPending) return <Loading what="the newest version" />;
  return <EditOf name={name} version={prompt.data.latest.version} />;
}

function EditOf({ name, version }: { readonly name: string; readonly version: number }) {
  const found = usePromptVersion(name, version);
  if (found.isError) return <ProblemAlert error={found.error} onRetry={found.refetch} />;
  if (found.isPending) return <Loading what="the version" />;
  return <VersionForm key={found.data.ref} edited={found.data} />;
}
