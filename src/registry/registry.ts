import type { Clock } from '../domain/clock.ts';
import type { CatalogueEvaluator } from '../lab/evaluator.ts';
import type { Database } from '../store/database.ts';
import type { Scope } from '../store/scope.ts';
import { createDatasetRegistry, type DatasetVersion } from './dataset-registry.ts';
import { createJudgeRegistry } from './judge-registry.ts';
import { createPromptRegistry, type PromptVersion } from './prompt-registry.ts';
import type { ReferenceKind } from './references.ts';
import { createSuiteRegistry, type SuiteVersion } from './suite-registry.ts';

/** What each kind of reference stands for. */
export interface ResolvedVersions {
  readonly prompt: PromptVersion;
  readonly dataset: DatasetVersion;
  readonly suite: SuiteVersion;
}

export type Registry = ReturnType<typeof createRegistry>;

/** The registry: prompts, datasets and suites, and what is known of judges. */
export function createRegistry(options: {
  readonly database: Database;
  readonly clock: Clock;
  readonly catalogue: readonly CatalogueEvaluator[];
}) {
  const prompts = createPromptRegistry(options);
  const datasets = createDatasetRegistry(options);
  const suites = createSuiteRegistry(options);
  const judges = createJudgeRegistry(options);
  const resolvers: { [K in ReferenceKind]: (scope: Scope, ref: string, path: string) => Promise<ResolvedVersions[K]> } =
    {
      prompt: prompts.resolve,
      dataset: datasets.resolve,
      suite: suites.resolve,
    };
  return {
    prompts,
    datasets,
    suites,
    judges,
    /**
     * The immutable version that a reference stands for now. `path` is where it stands in the request. Throws `unknown_reference` that
     * says what exists (`"triage@9" does not exist; the newest version is triage@4`).
     */
    resolveReference: <K extends ReferenceKind>(scope: Scope, kind: K, reference: string, path: string = kind) =>
      resolvers[kind](scope, reference, path),
  };
}
