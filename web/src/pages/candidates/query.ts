import type { StandingsQuery } from '../../../../src/client/index.ts';

const KINDS = ['validation', 'screening', 'none'] as const;
const ORDERS = ['asc', 'desc'] as const;

/** What the URL asks for. */
export function queryOf(search: URLSearchParams): StandingsQuery {
  const kind = KINDS.find((each) => each === search.get('kind'));
  const order = ORDERS.find((each) => each === search.get('order'));
  const text = (name: 'sort' | 'fate' | 'operator' | 'parent') => {
    const value = search.get(name);
    return value === null || value === '' ? {} : { [name]: value };
  };
  return {
    ...text('sort'),
    ...text('fate'),
    ...text('operator'),
    ...text('parent'),
    ...(order && { order }),
    ...(kind && { kind }),
  };
}

export function withoutEmpty(query: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(query).flatMap(([name, value]) =>
      typeof value === 'string' && value !== '' ? [[name, value] as const] : [],
    ),
  );
}
