import { describe, expect, it } from 'vitest';
import { BudgetExhausted } from '../../../src/domain/budget.ts';
import { checkInvariants, type SyntheticRun, type SyntheticWorld, syntheticRun } from '../../../src/search/testing.ts';
import { gepa } from '../index.ts';
import { ruleWorld } from './testing.ts';

async function searched(world: SyntheticWorld, options: object = {}): Promise<{ run: SyntheticRun; stop: string }> {
  const run = syntheticRun(world);
  const { stop } = await gepa
    .prepare({ ...options })
    .search(run.task)
    .catch((error: unknown) => {
      if (error instanceof BudgetExhausted) return { stop: 'budget' };
      throw error;
    });
  checkInvariants(run);
  return { run, stop };
}

const rows = (prefix: string, count: number, needs: string) =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}-${needs}`);
/** Ten rows that any prompt solves, six that need rule a. */
const SIMPLE = [...rows('t', 10, ''), ...rows('t1', 6, 'a'), ...rows('v', 5, ''), ...rows('v1', 3, 'a')];
const fateOf = (run: SyntheticRun, id: string) => run.fates.findLast((each) => each.candidateId === id)?.fate;
const textOf = (run: SyntheticRun) =>
  run.candidates.find(({ id }) => id === run.leads.at(-1)?.candidateId)?.components['prompt'] ?? '';

describe('a round', () => {
  it('adopts the hypothesis that fixes the failing rows and breaks none, after a few rows of each', async () => {
    const { run, stop } = await searched(ruleWorld(SIMPLE, () => ['Rule b.', 'Rule a.']));
    expect(stop).toBe('nothing-left-to-learn');
    expect(fateOf(run, 'c1')).toBe('rejected');
    expect(fateOf(run, 'c2')).toBe('accepted');
    expect(textOf(run)).toBe('Do the task.\nRule a.');
    // Neither child was measured on all rows when it was judged.
    const first = run.leads.findIndex(({ candidateId }) => candidateId === 'c2');
    expect(first).toBeGreaterThan(0);
    expect(run.paid.filter(({ candidateId }) => candidateId === 'c1').length).toBeLessThanOrEqual(3);
  });

  it('rejects a fix that breaks more than it mends, and tells the next reflection of it with a row that it broke', async () => {
    const asked: string[] = [];
    const world = ruleWorld(
      [...rows('t', 2, 'a'), ...rows('t1', 12, 'b'), ...rows('v', 2, 'a'), ...rows('v1', 6, 'b')],
      (_shown, n, request) => {
        asked.push(request.messages[0]?.content ?? '');
        return [n === 0 ? 'Rule a. Harm b.' : 'Rule a. Be brief.'];
      },
      { components: { prompt: 'Rule b.' } },
    );
    const { run } = await searched(world, { dropOne: false });
    expect(fateOf(run, 'c1')).toBe('rejected');
    expect(asked[0]).not.toContain('<tried>');
    expect(asked[1]).toMatch(
      /<tried>\n- added: Rule a\. \/ added: Harm b\. \(made \d of the failing inputs right and broke \d/,
    );
    expect(asked[1]).toMatch(/right with the present instructions[\s\S]*input t\d+-b/);
    expect(textOf(run)).toBe('Rule b.\nRule a. Be brief.');
  });

  it('mends a rejected fix by leaving out the sentence that breaks rows', async () => {
    const world = ruleWorld(
      [...rows('t', 3, 'a'), ...rows('t1', 12, 'b'), ...rows('v', 2, 'a'), ...rows('v1', 6, 'b')],
      () => ['Rule a. Harm b.'],
      { components: { prompt: 'Rule b.' } },
    );
    const { run } = await searched(world);
    const variant = run.candidates.find(({ operator }) => operator === 'drop-one');
    expect(variant?.parents).toEqual(['c1']);
    expect(textOf(run)).toBe('Rule b.\nRule a.');
  });
});

describe('what several hypotheses agree on', () => {
  const VERSIONS = ['Rule a. Harm b.', 'Be brief. Rule a.', 'Sing loudly of it.'];
  const NEEDS_BOTH = [...rows('t', 3, 'a'), ...rows('t1', 12, 'b'), ...rows('v', 2, 'a'), ...rows('v1', 6, 'b')];
  const searchedWith = (versions: readonly string[], options: object = {}) =>
    searched(
      ruleWorld(NEEDS_BOTH, () => versions, { components: { prompt: 'Rule b.' } }),
      options,
    );

  it('races first, without what only one of them says', async () => {
    const { run } = await searchedWith(VERSIONS);
    const consensus = run.candidates.find(({ operator }) => operator === 'consensus');
    expect(consensus?.components['prompt']).toBe('Rule b.\nRule a.');
    expect(consensus?.parents).toEqual(['c0']);
    expect(consensus?.reason).toContain('c1, c2, c3');
    expect(fateOf(run, consensus?.id ?? '')).toBe('accepted');
    expect(run.paid.filter(({ candidateId }) => ['c1', 'c2', 'c3'].includes(candidateId))).toEqual([]);
    expect(['c1', 'c2', 'c3'].map((id) => fateOf(run, id))).toEqual(['dropped', 'dropped', 'dropped']);
  });

  it('is left to the hypotheses where it is switched off, or where they agree on nothing', async () => {
    const off = await searchedWith(VERSIONS, { consensus: false });
    const alone = await searchedWith(VERSIONS.slice(1));
    for (const { run } of [off, alone]) {
      expect(run.candidates.map(({ operator }) => operator)).not.toContain('consensus');
      expect(textOf(run)).toContain('Rule a.');
    }
  });

  it('lets no more texts race than the options say', async () => {
    const useless = ['Be brief.', 'Sing loudly of it.', 'Take your time.', 'Think of home.'];
    const { run } = await searchedWith(useless, { entrants: 1, maxTries: 1 });
    const raced = new Set(run.paid.map(({ candidateId }) => candidateId));
    const first = run.candidates.slice(1, 5).filter(({ id }) => raced.has(id));
    expect(first).toHaveLength(1);
    expect(run.candidates.slice(1, 5).filter(({ id }) => fateOf(run, id) === 'dropped')).toHaveLength(3);
  });
});

describe('a specialist: a child that lost, and is right where the incumbent fails', () => {
  const NEEDS_BOTH = [...rows('t', 3, 'a'), ...rows('t1', 12, 'b'), ...rows('v', 2, 'a'), ...rows('v1', 6, 'b')];
  /** An author who adds a harmful sentence, until it is shown the specialist in one way or another. */
  const world = (asked: string[], shares: (content: string) => boolean) =>
    ruleWorld(
      NEEDS_BOTH,
      (_shown, _n, request) => {
        const content = request.messages[0]?.content ?? '';
        asked.push(content);
        return [shares(content) ? 'Rule a. Be brief.' : 'Rule a. Harm b.'];
      },
      { components: { prompt: 'Rule b.' } },
    );

  it('is brought together with the incumbent by the author, each with the rows that it wins', async () => {
    const asked: string[] = [];
    const { run } = await searched(
      world(asked, (content) => content.includes('<other_instructions>')),
      { dropOne: false, crossover: 1 },
    );
    const child = run.candidates.find(({ operator }) => operator === 'crossover');
    expect(child?.parents).toEqual(['c0', 'c1']);
    expect(child?.reason).toMatch(/^c1 is right on t\d-a/);
    expect(textOf(run)).toBe('Rule b.\nRule a. Be brief.');
    const request = asked.find((content) => content.includes('<other_instructions>')) ?? '';
    expect(request).toContain('<current_instructions>\nRule b.\n</current_instructions>');
    expect(request).toContain('<other_instructions>\nRule b.\nRule a. Harm b.\n</other_instructions>');
    expect(request).toMatch(/with the second they are right:[\s\S]*input t\d-a[\s\S]*with the second they go wrong:/);
    expect(request).toMatch(/with the second they go wrong:[\s\S]*input t1\d+-b/);
  });

  it('is reflected on in its turn, with what it broke', async () => {
    const asked: string[] = [];
    const own = (content: string) => content.includes('<current_instructions>\nRule b.\nRule a. Harm b.');
    const { run } = await searched(
      ruleWorld(
        NEEDS_BOTH,
        (_shown, _n, request) => {
          asked.push(request.messages[0]?.content ?? '');
          return ['Rule a. Harm b.'];
        },
        { components: { prompt: 'Rule b.' } },
      ),
      { dropOne: false, specialists: 1 },
    );
    const request = asked.find(own) ?? '';
    // What it broke are its failures, and what it fixed has to stay right.
    expect(request).toMatch(/input t1\d+-b[\s\S]*right with the present instructions[\s\S]*input t\d-a/);
    expect(run.candidates.some(({ parents }) => parents.length === 1 && parents[0] === 'c1')).toBe(true);
  });

  it('is neither by default', async () => {
    const asked: string[] = [];
    const { run } = await searched(
      world(asked, () => false),
      { dropOne: false },
    );
    expect(asked.every((content) => content.includes('<current_instructions>\nRule b.\n</current_instructions>'))).toBe(
      true,
    );
    expect(run.candidates.every(({ parents }) => parents.every((parent) => parent === 'c0'))).toBe(true);
  });
});

describe('a rule that is held back by another one', () => {
  // Rule a is obeyed only where the text says that it comes first, and the author says so only once it sees the rule fail.
  const searchedWith = (deepen: number) =>
    searched(
      ruleWorld(
        SIMPLE,
        (_shown, _n, request) => [
          request.messages[0]?.content.includes('Rule a.') ? 'Where both hold, a comes first.' : 'Rule a.',
        ],
        {
          score: ({ prompt = '' }, id) =>
            Number(!id.endsWith('-a') || (prompt.includes('Rule a.') && prompt.includes('a comes first.'))),
        },
      ),
      { deepen, memory: 0 },
    );

  it('is adopted once its author has seen what it came to', async () => {
    const { run } = await searchedWith(1);
    expect(textOf(run)).toBe('Do the task.\nRule a.\nWhere both hold, a comes first.');
    const winner = run.candidates.find(({ id }) => id === run.leads.at(-1)?.candidateId);
    expect(fateOf(run, winner?.parents[0] ?? '')).toBe('rejected');
    // A first reflection in vain is not followed by a deeper one, and the first deeper one finds it.
    const deeper = run.requests.map(({ messages }) => messages[0]?.content.includes('Rule a.'));
    expect(deeper.slice(0, 2)).toEqual([false, false]);
    expect(deeper.indexOf(true)).toBe(deeper.length - 1);
  });

  it('is never found without', async () => {
    expect(textOf((await searchedWith(0)).run)).toBe('Do the task.');
  });
});

describe('a text that only knows the rows it was shown', () => {
  // `Quote <row>.` solves that row and no other.
  const alike = (id: string) => ({ id, input: `input ${id}`, expected: id.slice(-1), context: '', metadata: {} });
  const quoting = (unseen: number) =>
    searched(
      ruleWorld([], (shown, n) => [n < 4 ? shown.map((id) => `Quote ${id}.`).join(' ') : 'Rule a.'], {
        score: ({ prompt = '' }, id) => {
          const solved = !id.endsWith('-a') || prompt.includes('Rule a.') || prompt.includes(`Quote ${id}.`);
          return { score: Number(solved), output: solved ? id.slice(-1) : 'other' };
        },
        train: [...rows('t', 4, ''), ...rows('t1', 16, 'a')].map(alike),
        validation: [...rows('v', 5, ''), ...rows('v1', 5, 'a')].map(alike),
      }),
      { race: { unseen }, dropOne: false },
    );

  it('is not adopted while failures like them stay', async () => {
    const { run } = await quoting(3);
    expect(fateOf(run, 'c1')).toBe('rejected');
    expect(textOf(run)).toBe('Do the task.\nRule a.');
  });

  it('is adopted when no unseen row has to come right', async () => {
    const { run } = await quoting(0);
    expect(fateOf(run, 'c1')).toBe('accepted');
  });
});

describe('contrasts', () => {
  it('are passing rows of training that look like the failures', async () => {
    const asked: string[] = [];
    const like = (kind: string) => (id: string) => ({
      id,
      input: `input ${id} about ${kind}`,
      expected: 'yes',
      context: '',
      metadata: {},
    });
    await searched(
      ruleWorld(
        [],
        (_shown, _n, request) => {
          asked.push(request.messages[0]?.content ?? '');
          return ['Rule a.'];
        },
        {
          train: [
            ...rows('t', 4, '').map(like('billing')),
            ...rows('t1', 4, '').map(like('shipping')),
            ...rows('t2', 3, 'a').map(like('billing')),
          ],
          validation: rows('v', 4, '').map(like('billing')),
        },
      ),
      { contrasts: 2 },
    );
    const contrasts = asked[0]?.split('right with the present instructions')[1] ?? '';
    expect(contrasts.match(/input t\d- about billing/g)).toHaveLength(2);
    expect(contrasts).not.toContain('shipping');
    expect(asked[0]).not.toContain('input v');
  });
});

describe('what is measured', () => {
  it('starts with a dozen rows of training, never a row of validation in a request', async () => {
    const shown: string[] = [];
    const many = [...rows('t', 40, ''), ...rows('t1', 20, 'a'), ...rows('v', 30, 'a')];
    const { run } = await searched(
      ruleWorld(many, (ids) => {
        shown.push(...ids);
        return ['Rule z.'];
      }),
      { stop: { maxProposals: 3 } },
    );
    expect(run.asked[0]?.rowIds).toHaveLength(12);
    expect(shown.length).toBeGreaterThan(0);
    expect(shown.every((id) => id.startsWith('t'))).toBe(true);
  });

  describe('when no training failure is left', () => {
    // Rule a is in training, rule b in validation only.
    const needs = [...rows('t', 12, ''), ...rows('t1', 6, 'a'), ...rows('v', 10, ''), ...rows('v1', 10, 'b')];
    const searchedWith = async (options: object) => {
      const shown: string[][] = [];
      const { run, stop } = await searched(
        ruleWorld(needs, (ids) => {
          shown.push([...ids]);
          return [ids.some((id) => id.endsWith('-b')) ? 'Rule b.' : 'Rule a.'];
        }),
        options,
      );
      const lent = run.notes.flatMap(({ kind, detail }) => (kind === 'lent' ? [detail['rowIds']] : []));
      return { run, stop, shown, lent };
    };

    it('half of validation, whatever its results, may be reflected on; the other half is never shown', async () => {
      const { run, stop, shown, lent } = await searchedWith({});
      expect(stop).toBe('nothing-left-to-learn');
      expect(textOf(run)).toBe('Do the task.\nRule a.\nRule b.');
      expect(lent).toHaveLength(1);
      expect(lent[0]).toHaveLength(10);
      const first = shown.findIndex((ids) => ids.some((id) => id.startsWith('v')));
      expect(first).toBeGreaterThan(0);
      for (const id of shown.flat()) expect(id.startsWith('t') || [lent[0]].flat().includes(id)).toBe(true);
      // Rows that are right are lent like all others.
      expect([lent[0]].flat().some((id) => String(id).endsWith('-'))).toBe(true);
    });

    it('validation stays unseen with lend: 0, and the search ends', async () => {
      const { run, stop, shown, lent } = await searchedWith({ lend: 0 });
      expect(stop).toBe('nothing-left-to-learn');
      expect(textOf(run)).toBe('Do the task.\nRule a.');
      expect(lent).toEqual([]);
      expect(shown.flat().every((id) => id.startsWith('t'))).toBe(true);
    });
  });

  it('audits inherited results before it ends, and learns from what an adopted edit broke', async () => {
    // `Rule a.` comes with a sentence that breaks the rows of c, of which a race sees none.
    const needs = [...rows('t', 6, 'a'), ...rows('t1', 30, ''), ...rows('t2', 1, 'c'), ...rows('v', 4, 'a')];
    const world = ruleWorld(needs, (shown) => (shown.some((id) => id.endsWith('-c')) ? ['Rule c.'] : ['Rule a.']), {
      components: { prompt: 'Do the task.' },
      score: ({ prompt = '' }, id) =>
        Number(
          id.endsWith('-a')
            ? prompt.includes('Rule a.')
            : !id.endsWith('-c') || !prompt.includes('Rule a.') || prompt.includes('Rule c.'),
        ),
    });
    const { run, stop } = await searched(world);
    expect(stop).toBe('nothing-left-to-learn');
    expect(textOf(run)).toContain('Rule c.');
    const last = run.leads.at(-1)?.candidateId ?? '';
    expect(new Set(run.paid.filter(({ candidateId }) => candidateId === last).map(({ rowId }) => rowId)).size).toBe(
      needs.length,
    );
    expect(run.notes.some(({ kind }) => kind === 'audit')).toBe(true);
  });

  it('leaves rows without a score out of every comparison', async () => {
    const world = ruleWorld(SIMPLE, () => ['Rule a.']);
    const { run } = await searched({
      ...world,
      score: (texts, id) => (id === 't0-' || id === 't10-a' ? null : world.score(texts, id)),
    });
    expect(textOf(run)).toBe('Do the task.\nRule a.');
    expect(run.leads.flatMap(({ rowIds }) => rowIds)).not.toContain('t0-');
  });
});

describe('graded scores', () => {
  it('count a tenth that is lost on each row against a tenth that is won on few', async () => {
    const needs = [...rows('t', 3, 'a'), ...rows('t1', 20, ''), ...rows('v', 8, '')];
    const { run } = await searched(
      ruleWorld(needs, (_shown, n) => [n === 0 ? 'Rule a. Sloppy.' : 'Rule a.'], {
        score: ({ prompt = '' }, id) => {
          const score =
            (id.endsWith('-a') && !prompt.includes('Rule a.') ? 0.9 : 1) - (prompt.includes('Sloppy.') ? 0.1 : 0);
          return { score };
        },
      }),
      { dropOne: false },
    );
    expect(fateOf(run, 'c1')).toBe('rejected');
    expect(textOf(run)).toBe('Do the task.\nRule a.');
  });
});

describe('lanes', () => {
  /** Rows of three kinds that share no word, each mended by its own rule. */
  const kinds = ['a', 'b', 'c'];
  const row = (id: string) => {
    const kind = id.split('-')[1] ?? '';
    return { id, input: `input ${id} ${kind}${kind} ${kind}${kind}${kind}`, expected: kind, context: '', metadata: {} };
  };
  const world = () =>
    ruleWorld([], (shown) => [...new Set(shown.map((id) => id.split('-')[1] ?? ''))].map((kind) => `Rule ${kind}.`), {
      train: kinds
        .flatMap((kind) => rows(`t${1 + kinds.indexOf(kind)}`, 6, kind).map(row))
        .concat(rows('t', 12, '').map(row)),
      validation: kinds.flatMap((kind) => rows(`v${1 + kinds.indexOf(kind)}`, 3, kind).map(row)),
      score: ({ prompt = '' }, id) => {
        const kind = id.split('-')[1] ?? '';
        const solved = kind === '' || prompt.includes(`Rule ${kind}.`);
        return { score: Number(solved), output: solved ? kind : 'other' };
      },
    });

  it('reflect on other failures side by side, and what each has won comes together in one text', async () => {
    const { run, stop } = await searched(world(), { lanes: 3, batchSize: 3, fill: 1, firstRows: 30 });
    expect(stop).toBe('nothing-left-to-learn');
    const reflected = run.candidates.filter(({ operator }) => operator === 'reflect');
    expect(reflected.length).toBeGreaterThanOrEqual(3);
    expect(reflected.every(({ parents }) => parents[0] === 'c0')).toBe(true);
    const combined = run.candidates.filter(({ operator }) => operator === 'combine');
    expect(combined.length).toBeGreaterThan(0);
    for (const { id, parents } of combined) {
      expect(parents).toHaveLength(2);
      expect(fateOf(run, id)).toBe('accepted');
      expect(run.fates.findLast(({ candidateId }) => candidateId === parents[1])?.reason).toBe(`taken into ${id}`);
    }
    for (const kind of kinds) expect(textOf(run)).toContain(`Rule ${kind}.`);
  });

  it('one alone when not asked for more', async () => {
    const { run } = await searched(world());
    expect(run.candidates.some(({ operator }) => operator === 'combine')).toBe(false);
    for (const kind of kinds) expect(textOf(run)).toContain(`Rule ${kind}.`);
  });

  it('what is won together and does not hold beside the winner is left out', async () => {
    // Each rule alone mends its rows; two of them in one text undo each other.
    const clashing = world();
    const { run } = await searched(
      {
        ...clashing,
        score: ({ prompt = '' }, id) => {
          const kind = id.split('-')[1] ?? '';
          const rules = kinds.filter((each) => prompt.includes(`Rule ${each}.`));
          const solved = kind === '' ? rules.length < 2 : rules.length === 1 && rules[0] === kind;
          return { score: Number(solved), output: solved ? kind : 'other' };
        },
        budget: { rollouts: 150 },
      },
      { lanes: 3, batchSize: 3, fill: 1, firstRows: 30 },
    );
    const combined = run.candidates.filter(({ operator }) => operator === 'combine');
    expect(combined.length).toBeGreaterThan(0);
    for (const { id } of combined) expect(fateOf(run, id)).toBe('rejected');
    expect(kinds.filter((kind) => textOf(run).includes(`Rule ${kind}.`))).toHaveLength(1);
  });

  it('keep the budget wherever it ends, and what had won by then is kept', async () => {
    for (let rollouts = 31; rollouts <= 90; rollouts += 4) {
      const { run } = await searched(
        { ...world(), budget: { rollouts } },
        { lanes: 3, batchSize: 3, fill: 1, firstRows: 30 },
      );
      expect(run.paid.length).toBeLessThanOrEqual(rollouts);
      const adopted = run.fates.filter(({ fate }) => fate === 'accepted').at(-1);
      if (adopted) expect(run.leads.at(-1)?.candidateId).toBe(adopted.candidateId);
    }
  });
});

describe('hard constraints', () => {
  it('a child that gains and breaks one is not adopted', async () => {
    const world = ruleWorld(SIMPLE, (_shown, n) => [n === 0 ? 'Rule a. At great length.' : 'Rule a.'], {
      objectives: [
        { metric: 'score', goal: 'maximize' },
        { metric: 'words', goal: 'minimize', limit: 10 },
      ],
    });
    const { run } = await searched({
      ...world,
      score: (texts, id) => ({
        score: Number(world.score(texts, id)),
        values: { words: texts['prompt']?.includes('length') ? 40 : 5 },
      }),
    });
    expect(run.fates.find(({ candidateId }) => candidateId === 'c1')?.reason).toMatch(/breaks a hard constraint/);
    expect(textOf(run)).toBe('Do the task.\nRule a.');
  });
});

describe('pruning', () => {
  const searchedWith = (options: object, added: string) =>
    searched(
      ruleWorld([...SIMPLE, ...rows('t2', 6, 'b')], (shown) => [shown[0]?.endsWith('a') ? 'Rule a.' : added]),
      options,
    );

  it('takes out what no row needs, once nothing is left to learn, and keeps what its rows need', async () => {
    const { run, stop } = await searchedWith({ prune: true, fill: 1 }, 'Be brief. Rule b. Take your time.');
    expect(stop).toBe('nothing-left-to-learn');
    expect([...textOf(run).split('\n')].sort()).toEqual(['Do the task.', 'Rule a.', 'Rule b.']);
    const pruned = run.candidates.find(({ id }) => id === run.leads.at(-1)?.candidateId);
    expect(pruned).toMatchObject({ operator: 'prune', reason: 'without "Be brief.", "Take your time."' });
    expect(run.fates.some(({ reason }) => /needed for t2?\d+-b/.test(reason))).toBe(true);
  });

  it('takes out one of two sentences that do the same, not both', async () => {
    const { run } = await searchedWith({ prune: true, fill: 1 }, 'Rule b. By the way: Rule b.');
    expect(textOf(run).match(/Rule b\./g)).toHaveLength(1);
  });

  it('is off by default', async () => {
    const { run } = await searchedWith({ fill: 1 }, 'Be brief. Rule b.');
    expect(textOf(run)).toContain('Be brief.');
  });
});

describe('the end of a search', () => {
  it('nothing-left-to-learn: a prompt that solves every row is measured once on each, without a reflection', async () => {
    const { run, stop } = await searched(ruleWorld(rows('t', 30, ''), () => []));
    expect(stop).toBe('nothing-left-to-learn');
    expect(run.paid).toHaveLength(30);
    expect(run.requests).toEqual([]);
  });

  it.each([
    [0, 8],
    [1, 8 + 7],
    [3, 8 + 5],
  ])(
    'nothing-left-to-learn: a failure that nothing mends is given up after eight rounds, with deepen %i after %i reflections',
    async (deepen, reflections) => {
      let n = 0;
      const { run, stop } = await searched(
        ruleWorld([...rows('t', 1, 'x'), ...rows('v', 5, '')], () => [`Idea ${n++}.`]),
        { deepen },
      );
      expect(stop).toBe('nothing-left-to-learn');
      expect(run.requests).toHaveLength(reflections);
    },
  );

  it('looks once more, shortly before the budget ends, at rows that nobody looked at since an edit', async () => {
    // Rule a mends its rows; every row of kind z stays wrong, so that failures are open to the end.
    let n = 0;
    const world = ruleWorld(
      [
        ...rows('t', 20, ''),
        ...rows('t1', 8, 'a'),
        ...rows('t2', 40, 'z'),
        ...rows('v', 10, ''),
        ...rows('v1', 4, 'a'),
      ],
      () => ['Rule a.', `Idea ${n++}.`],
    );
    const audits = async (rollouts: number) => {
      const { run, stop } = await searched(
        { ...world, budget: { rollouts } },
        { firstRows: 60, audit: 10, maxTries: 100 },
      );
      expect(stop).toBe('budget');
      expect(fateOf(run, 'c1')).toBe('accepted');
      return run.notes.filter(({ kind }) => kind === 'audit').length;
    };
    expect(await audits(199)).toBe(0);
    expect(await audits(200)).toBe(1);
  });

  it('nothing-left-to-learn: a row without a score under the incumbent is not measured again for ever', async () => {
    const world = ruleWorld(SIMPLE, () => ['Rule a.']);
    const { stop } = await searched({
      ...world,
      score: (texts, id) => (texts['prompt']?.includes('Rule a.') && id === 't3-' ? null : world.score(texts, id)),
    });
    expect(stop).toBe('nothing-left-to-learn');
  });

  it('no-improvement: when every hypothesis is refused, or no answer comes', async () => {
    const refused = await searched(
      ruleWorld(rows('t', 20, 'a'), () => ['']),
      { stop: { refusedInARow: 4 } },
    );
    expect(refused.stop).toBe('no-improvement');
    expect(refused.run.paid).toHaveLength(12);
    const none = await searched(
      ruleWorld(rows('t', 20, 'a'), () => null),
      { stop: { refusedInARow: 4 } },
    );
    expect(none.stop).toBe('no-improvement');
  });

  it('search-complete: after as many proposals as allowed', async () => {
    let n = 0;
    const { run, stop } = await searched(
      ruleWorld(rows('t', 20, 'a'), () => [`Idea ${n++}.`, `Idea ${n++}.`]),
      {
        stop: { maxProposals: 4 },
      },
    );
    expect(stop).toBe('search-complete');
    expect(run.candidates).toHaveLength(5);
  });

  it('the budget ends it anywhere; what it led with last stays', async () => {
    for (let rollouts = 1; rollouts <= 60; rollouts += 7) {
      const { run } = await searched({ ...ruleWorld(SIMPLE, () => ['Rule a.']), budget: { rollouts } });
      expect(run.paid.length).toBeLessThanOrEqual(rollouts);
    }
  });
});

describe('a chain', () => {
  it('reflects on each step in turn for the same rows', async () => {
    const steps: string[] = [];
    const { run } = await searched(
      ruleWorld(
        [...rows('t', 12, 'a'), ...rows('v', 3, 'a')],
        (_shown, _n, request) => {
          steps.push(/as the step "(\w+)"/.exec(request.messages[0]?.content ?? '')?.[1] ?? '');
          return ['Rule a.'];
        },
        {
          components: { first: 'One.', second: 'Two.' },
          score: ({ second = '' }, id) => Number(!id.endsWith('-a') || second.includes('Rule a.')),
        },
      ),
      { stop: { maxProposals: 6 } },
    );
    expect(new Set(steps)).toContain('second');
    const best = run.candidates.find(({ id }) => id === run.leads.at(-1)?.candidateId);
    expect(best?.components).toEqual({ first: 'One.', second: 'Two.\nRule a.' });
  });

  it('takes up the text of a step that lost, once another step has changed, where merging is switched on', async () => {
    // Rule a of the second step breaks the rows of b, unless the first step has rule c.
    const score = ({ first = '', second = '' }, id: string) => {
      const [has, mended] = [second.includes('Rule a.'), first.includes('Rule c.')];
      if (id.endsWith('-a')) return Number(has);
      return Number(id.endsWith('-c') ? mended : !has || mended);
    };
    const ids = [...rows('t', 3, 'a'), ...rows('t1', 4, 'c'), ...rows('t2', 12, 'b'), ...rows('v', 5, 'b')];
    const searchedWith = (merge: number) => {
      let told = false;
      return searched(
        ruleWorld(
          ids,
          (shown, _n, request) => {
            const second = (request.messages[0]?.content ?? '').includes('as the step "second"');
            if (!second) return told && shown.some((id) => id.endsWith('-c')) ? ['Rule c.'] : null;
            const again = told || !shown.some((id) => id.endsWith('-a'));
            told ||= !again;
            return again ? null : ['Rule a.'];
          },
          { components: { first: 'One.', second: 'Two.' }, score },
        ),
        { merge, fill: 1 },
      );
    };
    const { run } = await searchedWith(1);
    const merged = run.candidates.find(({ operator }) => operator === 'merge');
    expect(merged?.components).toEqual({ first: 'One.\nRule c.', second: 'Two.\nRule a.' });
    expect(merged?.parents).toHaveLength(2);
    expect(fateOf(run, merged?.id ?? '')).toBe('accepted');
    const { run: without } = await searchedWith(0);
    expect(without.candidates.map(({ operator }) => operator)).not.toContain('merge');
  });

  it('does not reflect on a step that did not run, nor on one that did its part', async () => {
    const steps: string[] = [];
    const answering = (id: string) => ({ id, input: `input ${id}`, expected: 'left', context: '', metadata: {} });
    const { run } = await searched(
      ruleWorld(
        [],
        (_shown, _n, request) => {
          steps.push(/as the step "(\w+)"/.exec(request.messages[0]?.content ?? '')?.[1] ?? '');
          return ['Rule a.'];
        },
        {
          train: [...rows('t', 10, ''), ...rows('t1', 6, 'a')].map(answering),
          validation: [...rows('v', 5, ''), ...rows('v1', 3, 'a')].map(answering),
          components: { unused: 'None.', router: 'One.', desk: 'Two.' },
          score: ({ desk = '' }, id) => ({
            score: Number(!id.endsWith('-a') || desk.includes('Rule a.')),
            steps: { router: 'left', desk: id.endsWith('-a') ? 'an answer of its own' : 'right' },
          }),
        },
      ),
    );
    expect(steps).toEqual(['desk']);
    expect(run.candidates.find(({ id }) => id === run.leads.at(-1)?.candidateId)?.components).toEqual({
      unused: 'None.',
      router: 'One.',
      desk: 'Two.\nRule a.',
    });
  });
});
