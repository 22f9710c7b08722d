import type {
  DatasetDiffView,
  DatasetRowView,
  DatasetVersionView,
  PromptDiffView,
  PromptVersionView,
  PromptView,
  SuiteVersionView,
} from '../domain/views/registry-view.ts';
import type { DatasetDiff } from '../registry/dataset-diff.ts';
import type { DatasetVersion } from '../registry/dataset-registry.ts';
import type { PromptDiff } from '../registry/diff-prompts.ts';
import type { PromptSummary, PromptVersion } from '../registry/prompt-registry.ts';
import type { DatasetRow } from '../registry/stored-row.ts';
import type { SuiteVersion } from '../registry/suite-registry.ts';

/** From the registry to the wire shapes: dates as text, and nothing that is not named. */

export function promptVersionView(version: PromptVersion): PromptVersionView {
  const { ref, name, version: number, sha256, content, stage, message, author, reason, parent } = version;
  return {
    ref,
    name,
    version: number,
    sha256,
    content,
    stage,
    labels: [...version.labels],
    message,
    author,
    reason,
    parent,
    source: version.source && { ...version.source },
    createdAt: version.createdAt.toISOString(),
  };
}

export function promptView({ name, latest, environments }: PromptSummary): PromptView {
  return { name, latest: promptVersionView(latest), environments: { ...environments } };
}

export function promptDiffView(diff: PromptDiff & Pick<PromptDiffView, 'from' | 'to'>): PromptDiffView {
  return {
    from: diff.from,
    to: diff.to,
    identical: diff.identical,
    texts: diff.texts.map(({ hunks, words, ...text }) => ({
      ...text,
      hunks: hunks.map((hunk) => ({ ...hunk, lines: [...hunk.lines] })),
      words: [...words],
    })),
    settings: diff.settings.map((setting) => ({ ...setting })),
  };
}

export function datasetVersionView(version: DatasetVersion): DatasetVersionView {
  const { ref, name, version: number, sha256, rowCount, splits, splitRatio, bytes, message, author } = version;
  return {
    ref,
    name,
    version: number,
    sha256,
    rowCount,
    splits: { ...splits },
    splitRatio: splitRatio && { ...splitRatio },
    warnings: version.warnings.map((warning) => ({ ...warning })),
    bytes,
    message,
    author,
    createdAt: version.createdAt.toISOString(),
  };
}

export function datasetRowView({ context, input, metadata, ...row }: DatasetRow): DatasetRowView {
  return {
    ...row,
    input: typeof input === 'string' ? input : { ...input },
    context: [...context],
    metadata: { ...metadata },
  };
}

export function datasetDiffView(diff: DatasetDiff): DatasetDiffView {
  return {
    from: diff.from,
    to: diff.to,
    counts: diff.counts,
    items: diff.items.map(({ fields, before, after, ...item }) => ({
      ...item,
      fields: [...fields],
      before: before && datasetRowView(before),
      after: after && datasetRowView(after),
    })),
    nextCursor: diff.nextCursor,
  };
}

export function suiteVersionView(version: SuiteVersion): SuiteVersionView {
  const { ref, name, version: number, sha256, content, message, author } = version;
  return {
    ref,
    name,
    version: number,
    sha256,
    content,
    message,
    author,
    createdAt: version.createdAt.toISOString(),
  };
}
