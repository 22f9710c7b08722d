import { z } from 'zod';
import { ParetuneError } from '../../src/domain/errors.ts';
import type { MetaPrompt } from '../../src/search/meta-prompt.ts';

/** A job's own text for a meta-prompt; slots that it must keep are checked with the job. */
export const promptOption = (prompt: MetaPrompt, name: string) =>
  z
    .string()
    .min(1)
    .max(20_000)
    .superRefine((text, context) => {
      try {
        prompt.override(text, name);
      } catch (error) {
        if (!(error instanceof ParetuneError)) throw error;
        context.addIssue({ code: 'custom', message: error.message });
      }
    })
    .optional();
