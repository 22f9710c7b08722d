import type { SearchTask } from '../search/contract.ts';

/**
 * The task until its search is over. A search that rejects (the budget ended one of its requests) may leave branches behind: they must
 * not run into the confirmation, so their next request is refused and what they still report is dropped.
 */
export function whileSearching(task: SearchTask, isSearching: () => boolean): SearchTask {
  const { lab, author, record } = task;
  const check = () => {
    if (!isSearching()) throw new Error('the search is over');
  };
  return {
    ...task,
    lab: {
      ...lab,
      measure: async (candidate, rowIds, options) => {
        check();
        return lab.measure(candidate, rowIds, options);
      },
    },
    author: {
      ask: async (request) => {
        check();
        return author.ask(request);
      },
    },
    record: {
      propose: (draft) => {
        check();
        return record.propose(draft);
      },
      fate: (candidate, fate, reason) => isSearching() && record.fate(candidate, fate, reason),
      validated: (candidate) => isSearching() && record.validated(candidate),
      leads: (candidate, lineage, rowIds) => isSearching() && record.leads(candidate, lineage, rowIds),
      note: (kind, detail) => isSearching() && record.note(kind, detail),
    },
  };
}
