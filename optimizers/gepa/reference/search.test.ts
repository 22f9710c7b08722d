import { describe, expect, it } from 'vitest';
import { BudgetExhausted } from '../../../src/domain/budget.ts';
import { checkInvariants, type SyntheticRun, type SyntheticWorld, syntheticRun } from '../../../src/search/testing.ts';
import { gepa } from '../index.ts';

/** Texts are `p<level>`; a row `…<n>` is solved from level n on. The author raises the level by one each time. */
const level = (text = '') => Number(text.slice(1)) || 0;
const ladder: SyntheticWorld = {
  components: { prompt: 'p0' },
  train: ['t1', 't2', 't3'],
  validation: ['v1', 'v2', 'v3'],
  score: ({ prompt }, rowId) => Number(level(prompt) >= level(rowId)),
  author: (request) => {
    const current = /<current_instructions>\n(.*)\n</.exec(request.messages[0]?.content ?? '')?.[1];
    return JSON.stringify({ diagnosis: 'd', instruction: `p${level(current) + 1}` });
  },
};

async function searched(world: Partial<SyntheticWorld>, options: object = {}): Promise<[SyntheticRun, string]> {
  const run = syntheticRun({ ...ladder, ...world });
  const { stop } = await gepa.prepare({ preset: 'reference', ...options }).search(run.task);
  checkInvariants(run);
  return [run, stop];
}

describe('the end of a search', () => {
  it('nothing-left-to-learn: a perfect prompt costs its rows once and no reflection', async () => {
    const [run, stop] = await searched({ components: { prompt: 'p3' } });
    expect(stop).toBe('nothing-left-to-learn');
    expect(run.paid).toHaveLength(6);
    expect(run.requests).toEqual([]);
    expect(run.notes.map((note) => note.kind)).toEqual(['frontier', 'skipped']);
  });

  it('does not fill the record with skipped iterations that cost nothing', async () => {
    const rows = Array.from({ length: 30 }, (_, i) => (i === 0 ? 't9' : `t0-${i}`));
    const author = (_request: unknown, n: number) => JSON.stringify({ diagnosis: 'd', instruction: `p0 ${n}` });
    const [run] = await searched({ train: rows, author }, { minibatchSize: 1, stop: { maxProposals: 5 } });
    expect(run.asked.length).toBeGreaterThan(100);
    expect(run.notes.filter((note) => note.kind === 'skipped')).toHaveLength(29);
  });

  it('nothing-left-to-learn: not while a row that could teach has not been seen', async () => {
    const [run, stop] = await searched({ components: { prompt: 'p2' } }, { minibatchSize: 1 });
    expect(stop).toBe('nothing-left-to-learn');
    expect(run.fates.map((fate) => fate.fate)).toEqual(['accepted']);
  });

  it('nothing-left-to-learn: rows without any score teach nothing and are never zeros', async () => {
    const [run, stop] = await searched({ score: () => null });
    expect(stop).toBe('nothing-left-to-learn');
    expect(run.requests).toEqual([]);
  });

  it('goes on reflecting on perfect minibatches without skipPerfectScore', async () => {
    const [run, stop] = await searched(
      { components: { prompt: 'p3' } },
      { skipPerfectScore: false, stop: { maxProposals: 2 } },
    );
    expect(stop).toBe('search-complete');
    expect(run.requests).toHaveLength(2);
    expect(run.fates).toEqual([{ candidateId: 'c1', fate: 'rejected', reason: 'minibatch sum 3 = 3' }]);
  });

  it('no-improvement: proposals that are all refused spend no rollouts and end', async () => {
    const world = { author: () => JSON.stringify({ diagnosis: 'd', instruction: 'p0' }) };
    const [run, stop] = await searched(world, { stop: { refusedInARow: 4 } });
    expect(stop).toBe('no-improvement');
    expect(run.proposals.map((proposal) => proposal.refusal)).toEqual(Array(4).fill('duplicate'));
    expect(run.paid).toHaveLength(6);
  });

  it('no-improvement: unusable answers count alike', async () => {
    const [run, stop] = await searched({ author: () => 'no JSON' }, { stop: { refusedInARow: 3 } });
    expect(stop).toBe('no-improvement');
    expect(run.proposals).toEqual([]);
    expect(run.requests).toHaveLength(6);
  });

  it('no-improvement: counts proposals since the last new best', async () => {
    let answers = 0;
    const author: SyntheticWorld['author'] = () => {
      answers += 1;
      return JSON.stringify({ diagnosis: 'd', instruction: answers === 2 ? 'p1' : `p0 again ${answers}` });
    };
    const [run, stop] = await searched({ author }, { stop: { noImprovement: 3 } });
    expect(stop).toBe('no-improvement');
    expect(run.fates.map((fate) => fate.fate)).toEqual(['rejected', 'accepted', 'rejected', 'rejected', 'rejected']);
  });

  it('target-reached: on the mean of all validation rows', async () => {
    const [run, stop] = await searched({}, { stop: { targetScore: 0.6 } });
    expect(stop).toBe('target-reached');
    expect(run.validated).toEqual(['c0', 'c1', 'c2']);
  });

  it('target-reached: never by a candidate that breaks a constraint', async () => {
    const world: Partial<SyntheticWorld> = {
      objectives: [
        { metric: 'score', goal: 'maximize' },
        { metric: 'tokens', goal: 'minimize', limit: 1 },
      ],
      score: ({ prompt }, rowId) => ({
        score: Number(level(prompt) >= level(rowId)),
        values: { tokens: level(prompt) },
      }),
    };
    const [run, stop] = await searched(world, { stop: { targetScore: 0.6 } });
    expect(stop).toBe('nothing-left-to-learn');
    // Infeasible candidates are accepted and may be parents, but c1 stays the best.
    expect(run.validated).toEqual(['c0', 'c1', 'c2', 'c3']);
    expect(run.notes.findLast((note) => note.kind === 'frontier')?.detail['best']).toBe('c1');
  });

  it('target-reached: at most the target when the headline is minimized', async () => {
    const world: Partial<SyntheticWorld> = {
      objectives: [{ metric: 'errors', goal: 'minimize' }],
      score: ({ prompt }, rowId) => {
        const score = Number(level(prompt) >= level(rowId));
        return { score, values: { errors: 1 - score } };
      },
    };
    const [run, stop] = await searched(world, { stop: { targetScore: 0.5 } });
    expect(stop).toBe('target-reached');
    expect(run.validated).toEqual(['c0', 'c1', 'c2']);
  });
});

describe('what passes through', () => {
  it('the budget ends the search in the middle of a step, which is dropped without a fate', async () => {
    const run = syntheticRun({ ...ladder, budget: { rollouts: 10 } });
    // Seed 3, parent 3, child 3, and one of its three validation rows.
    await expect(gepa.prepare({ preset: 'reference' }).search(run.task)).rejects.toBeInstanceOf(BudgetExhausted);
    checkInvariants(run);
    expect(run.paid).toHaveLength(10);
    expect(run.candidates).toHaveLength(2);
    expect(run.fates).toEqual([]);
    expect(run.validated).toEqual(['c0']);
  });

  it('an abort', async () => {
    const run = syntheticRun({
      ...ladder,
      author: () => {
        run.abort();
        return null;
      },
    });
    await expect(gepa.prepare({ preset: 'reference' }).search(run.task)).rejects.toThrow(/abort/i);
    expect(run.requests).toHaveLength(1);
  });
});

describe('missing scores', () => {
  it('of the child are left out of both sums: an outage does not sink it', async () => {
    // As a zero, t1 would make it 1 = 1.
    const score: SyntheticWorld['score'] = ({ prompt }, rowId) =>
      rowId === 't1' ? (prompt === 'p1' ? null : 1) : level(prompt);
    const [run] = await searched({ score }, { stop: { maxProposals: 1 } });
    expect(run.fates[0]).toEqual({ candidateId: 'c1', fate: 'accepted', reason: 'minibatch sum 2 > 0' });
    expect(run.notes.at(-1)?.detail['compared']).toBe(2);
  });

  it('of the parent are left out of both sums: an outage does not lift its child', async () => {
    // As a zero, t1 would make it 1 > 0.
    const score: SyntheticWorld['score'] = ({ prompt }, rowId) => (rowId === 't1' ? (prompt === 'p1' ? 1 : null) : 0);
    const [run] = await searched({ score }, { stop: { maxProposals: 1 } });
    expect(run.fates).toEqual([{ candidateId: 'c1', fate: 'rejected', reason: 'minibatch sum 0 = 0' }]);
  });
});

describe('several components', () => {
  it('all: each gets a call of its own, and the child has the texts that came', async () => {
    const world: Partial<SyntheticWorld> = {
      components: { first: 'a', second: 'b', third: 'c' },
      author: (request) => {
        const content = request.messages[0]?.content ?? '';
        const current = /<current_instructions>\n(.*)\n</.exec(content)?.[1] ?? '';
        expect(content).toContain(`the step "${{ a: 'first', b: 'second', c: 'third' }[current]}" of a chain`);
        return current === 'b' ? null : JSON.stringify({ diagnosis: `on ${current}`, instruction: `${current}!` });
      },
      score: () => 0,
    };
    const [run] = await searched(world, { componentSelection: 'all', stop: { maxProposals: 1 } });
    expect(run.requests).toHaveLength(3);
    expect(run.candidates[1]?.components).toEqual({ first: 'a!', second: 'b', third: 'c!' });
    expect(run.candidates[1]?.reason).toMatch(/; first: on a; third: on c$/);
  });
});
