import { ERRORS } from '../../src/domain/errors.ts';
import { MODEL_FAILURES } from '../../src/domain/model.ts';
import { page, table } from './markdown.ts';

export function errorsPage(): string {
  return page('Errors', 'the catalogue in `src/domain/errors.ts`', [
    'Errors are answered as `application/problem+json` (RFC 9457) with `type`, `title`, `status` and `detail`; where fields are at fault, `errors` lists each with its path, what is wrong and the fix.',
    table(
      ['code', 'status', 'title', 'worth another try'],
      Object.entries(ERRORS).map(([code, error]) => [
        `\`${code}\``,
        String(error.status),
        error.title,
        error.retryable ? 'yes' : 'no',
      ]),
    ),
    `## Failures of model calls\n\nA model call that failed for good is kept in the journal with one of these: ${MODEL_FAILURES.map((failure) => `\`${failure}\``).join(', ')}.`,
  ]);
}
