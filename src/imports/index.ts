import { bedrock } from './bedrock.ts';
import type { Importer } from './contract.ts';
import { braintrust, langfuse, langsmith, mlflow, phoenix } from './dataset-exports.ts';
import { dspy } from './dspy.ts';
import { mapped } from './mapped.ts';
import { openaiEvals } from './openai-evals.ts';
import { promptfoo } from './promptfoo/index.ts';

/** The formats of `paretune import`. Adding one: its file, and a line here. */
export const importers: readonly Importer[] = [
  mapped('jsonl'),
  mapped('csv'),
  promptfoo,
  openaiEvals,
  langfuse,
  langsmith,
  braintrust,
  phoenix,
  mlflow,
  dspy,
  bedrock,
];
