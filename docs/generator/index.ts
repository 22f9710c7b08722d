import { cliPage } from './cli-page.ts';
import { configurationPage } from './configuration-page.ts';
import { errorsPage } from './errors-page.ts';
import { evaluationPage } from './evaluation-page.ts';
import { evaluatorsPage } from './evaluators-page.ts';
import { httpPage } from './http-page.ts';
import { jobPage } from './job-page.ts';
import { metricsPage } from './metrics-page.ts';
import { optimizersPage } from './optimizers-page.ts';

/** The pages of docs/reference by file name. */
export async function referencePages(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ['job.md', jobPage()],
    ['evaluation.md', evaluationPage()],
    ['metrics.md', metricsPage()],
    ['evaluators.md', evaluatorsPage()],
    ['optimizers.md', optimizersPage()],
    ['configuration.md', configurationPage()],
    ['errors.md', errorsPage()],
    ['cli.md', cliPage()],
    ['http.md', await httpPage()],
  ]);
}
