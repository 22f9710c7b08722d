import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { ChainPrompt, SinglePrompt } from '../domain/prompt.ts';
import type { Database } from '../store/database.ts';
import { promptEnvironments } from '../store/schema.ts';
import type { Scope } from '../store/scope.ts';
import { describeDatabases, newProject } from '../store/testing.ts';
import { createPromptRegistry, type PromptRegistry } from './prompt-registry.ts';

const single = (content: string): SinglePrompt => ({
  messages: [
    { role: 'system', content },
    { role: 'user', content: '{{input}}' },
  ],
});

describeDatabases('prompt registry', (open) => {
  let database: Database;
  let prompts: PromptRegistry;
  let scope: Scope;
  beforeAll(async () => {
    database = await open();
    prompts = createPromptRegistry({ database, clock: { now: () => new Date('2026-01-02T03:04:05.678Z') } });
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    scope = { projectId: await newProject(database) };
  });

  it('numbers versions from 1 and gives the same content its existing version', async () => {
    const first = await prompts.createVersion(scope, 'triage', { ...single('a'), message: 'start', author: 'ada' });
    expect(first).toMatchObject({ ref: 'triage@1', created: true, stage: 'draft', message: 'start', parent: null });
    const second = await prompts.createVersion(scope, 'triage', {
      ...single('b'),
      parent: 'triage@latest',
      labels: ['x'],
    });
    expect(second).toMatchObject({ ref: 'triage@2', created: true, parent: 'triage@1', labels: ['x'] });
    const again = await prompts.createVersion(scope, 'triage', { ...single('a'), message: 'other words' });
    expect(again).toMatchObject({ ref: 'triage@1', created: false, message: 'start', sha256: first.sha256 });
    expect(await prompts.version(scope, 'triage', 2)).toMatchObject({ content: single('b'), sha256: second.sha256 });
  });

  it('gives racing writers consecutive versions, and equal content one', async () => {
    const writers = Array.from({ length: 12 }, (_, i) => prompts.createVersion(scope, 'race', single(`text ${i % 8}`)));
    const versions = (await Promise.all(writers)).map(({ version }) => version);
    expect([...new Set(versions)].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('shows a project nothing of another', async () => {
    await prompts.createVersion(scope, 'mine', single('a'));
    const other = { projectId: await newProject(database) };
    expect((await prompts.list(other)).items).toEqual([]);
    await expect(prompts.version(other, 'mine', 1)).rejects.toMatchObject({ code: 'not_found' });
    await expect(prompts.resolve(other, 'mine@latest')).rejects.toMatchObject({ code: 'unknown_reference' });
    expect(await prompts.createVersion(other, 'mine', single('a'))).toMatchObject({ version: 1, created: true });
  });

  it('lists prompts and versions page by page', async () => {
    for (const name of ['a', 'b', 'c']) await prompts.createVersion(scope, name, single(name));
    await prompts.createVersion(scope, 'b', single('b, better'));
    const first = await prompts.list(scope, { limit: 2 });
    expect(first.items.map(({ latest }) => latest.ref)).toEqual(['a@1', 'b@2']);
    const rest = await prompts.list(scope, { limit: 2, cursor: first.nextCursor ?? '' });
    expect(rest).toMatchObject({ items: [{ name: 'c' }], nextCursor: null });
    const newest = await prompts.versions(scope, 'b', { limit: 1 });
    expect(newest.items[0]?.ref).toBe('b@2');
    const older = await prompts.versions(scope, 'b', { limit: 1, cursor: newest.nextCursor ?? '' });
    expect(older).toMatchObject({ items: [{ ref: 'b@1' }], nextCursor: null });
    await expect(prompts.list(scope, { limit: 0 })).rejects.toMatchObject({ errors: [{ path: 'limit' }] });
    await expect(prompts.versions(scope, 'b', { cursor: '!' })).rejects.toMatchObject({ errors: [{ path: 'cursor' }] });
  });

  it('resolves versions, latest and environments, and says what exists instead', async () => {
    for (const text of ['a', 'b', 'c']) await prompts.createVersion(scope, 'triage', single(text));
    await database.db
      .insert(promptEnvironments)
      .values({ ...scope, name: 'triage', environment: 'production', version: 2 });
    expect((await prompts.resolve(scope, 'triage@latest')).ref).toBe('triage@3');
    expect((await prompts.resolve(scope, 'triage@1')).ref).toBe('triage@1');
    expect((await prompts.resolve(scope, 'triage@production')).ref).toBe('triage@2');
    expect(await prompts.get(scope, 'triage')).toMatchObject({
      latest: { version: 3 },
      environments: { production: 2 },
    });
    const failure = (reference: string) =>
      prompts.resolve(scope, reference).then(
        () => 'resolved',
        (error: Error) => error.message,
      );
    expect(await failure('triage@9')).toBe('prompt: "triage@9" does not exist; the newest version is triage@3');
    expect(await failure('traige@1')).toBe('prompt: the prompt "traige" does not exist; did you mean triage?');
    expect(await failure('triage@staging')).toContain('triage@production (version 2), triage@latest (version 3)');
    expect(await failure('triage')).toContain('is not a reference');
    expect(await failure('triage@99999999999')).toContain('the newest version is triage@3');
  });

  it('pins the steps of a chain that name registered prompts', async () => {
    await prompts.createVersion(scope, 'router', single('route v1'));
    const chain = await prompts.createVersion(scope, 'flow', {
      steps: [
        { id: 'route', prompt: 'router@latest' },
        { id: 'answer', prompt: { messages: [{ role: 'user', content: '{{input}} {{route}}' }] } },
      ],
    });
    await prompts.createVersion(scope, 'router', single('route v2'));
    const content = (await prompts.version(scope, 'flow', 1)).content as ChainPrompt;
    expect(content.steps[0]).toEqual({ id: 'route', prompt: single('route v1'), ref: 'router@1' });
    expect(content.steps[1]).not.toHaveProperty('ref');
    // The whole content back is the same version; an edited copy is no longer the version that it was copied from.
    expect(await prompts.createVersion(scope, 'flow', content)).toMatchObject({ version: 1, created: false });
    const [first, ...rest] = content.steps;
    if (!first) throw new Error('no step');
    const edited = { steps: [{ ...first, prompt: single('better') }, ...rest] };
    const next = (await prompts.createVersion(scope, 'flow', edited)).content as ChainPrompt;
    expect(next.steps[0]).toEqual({ id: 'route', prompt: single('better') });
    await expect(
      prompts.createVersion(scope, 'nested', { steps: [{ id: 'x', prompt: chain.ref }] }),
    ).rejects.toMatchObject({ errors: [{ path: 'steps.0.prompt', message: expect.stringContaining('is a chain') }] });
    await expect(prompts.resolveContent(scope, { steps: [{ id: 'x', prompt: 'router@7' }] })).rejects.toMatchObject({
      code: 'unknown_reference',
      errors: [{ path: 'prompt.steps.0.prompt' }],
    });
  });

  it('refuses what checkPrompt refuses, bad names, and parents that do not exist', async () => {
    await expect(prompts.createVersion(scope, 'x', single('{{expected}}'))).rejects.toMatchObject({
      errors: [{ path: 'messages' }],
    });
    await expect(prompts.createVersion(scope, 'no spaces', single('a'))).rejects.toMatchObject({
      errors: [{ path: 'name' }],
    });
    await expect(prompts.createVersion(scope, 'x', { ...single('a'), parent: 'y@1' })).rejects.toMatchObject({
      code: 'unknown_reference',
      errors: [{ path: 'parent' }],
    });
    await expect(prompts.createVersion(scope, 'x', { ...single('a'), message: 'a\0b' })).rejects.toMatchObject({
      errors: [{ path: 'message' }],
    });
    expect((await prompts.list(scope)).items).toEqual([]);
  });

  it('imports a winner as a draft that says where it comes from', async () => {
    await prompts.createVersion(scope, 'triage', single('a'));
    const draft = await prompts.importDraft(scope, {
      name: 'triage',
      content: single('better'),
      message: 'from the nightly job',
      author: 'ci',
      reason: 'experiment',
      parent: 'triage@1',
      source: { jobId: 'job_1', candidateId: 'c7' },
    });
    expect(await prompts.version(scope, 'triage', draft.version)).toMatchObject({
      ref: 'triage@2',
      stage: 'draft',
      reason: 'experiment',
      parent: 'triage@1',
      source: { jobId: 'job_1', candidateId: 'c7' },
    });
  });

  it('compares and compiles versions', async () => {
    await prompts.createVersion(scope, 'p', single('one'));
    await prompts.createVersion(scope, 'p', single('two'));
    const diff = await prompts.diff(scope, 'p', { from: 2, to: 1 });
    expect(diff).toMatchObject({ from: { ref: 'p@2' }, to: { ref: 'p@1' }, texts: [{ path: 'messages.0' }] });
    await expect(prompts.diff(scope, 'p', { from: 1, to: 9 })).rejects.toMatchObject({ code: 'not_found' });
    expect(await prompts.compile(scope, 'p', 1, { input: 'hi' })).toMatchObject({
      ref: 'p@1',
      messages: [{ content: 'one' }, { content: 'hi' }],
    });
  });
});
