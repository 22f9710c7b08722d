import { createContext, useContext } from 'react';
import type { Json } from '../../../../src/domain/json.ts';
import { JsonSchema } from '../../components/json-schema.ts';
import { jobJsonSchema } from '../../data/new-job.ts';
import { type Draft, getIn, type Path, pathText, setIn } from './draft.ts';

export const JOB_SCHEMA = new JsonSchema(jobJsonSchema);

interface FormState {
  readonly draft: Draft;
  readonly change: (draft: Draft) => void;
  /** By the path as the service spells it. */
  readonly errors: ReadonlyMap<string, string>;
}

export const FormContext = createContext<FormState | null>(null);

/** One place of the draft: its value, what is wrong with it, and how to change it. */
export function usePlace() {
  const form = useContext(FormContext);
  if (!form) throw new Error('usePlace is used outside of a form');
  const { draft, change, errors } = form;
  return {
    at: (path: Path): Json | undefined => getIn(draft, path),
    set: (path: Path, value: Json | undefined): void => {
      const next = setIn(draft, path, value);
      change(typeof next === 'object' && next !== null && !Array.isArray(next) ? next : {});
    },
    errorAt: (path: Path): string | undefined => errors.get(pathText(path)),
  };
}
