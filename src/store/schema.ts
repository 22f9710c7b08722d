/** The whole schema, the same for PostgreSQL and the embedded database. `npm run db:generate` turns a change into a migration. */
export * from './schema/jobs.ts';
export * from './schema/judges.ts';
export * from './schema/projects.ts';
export * from './schema/record.ts';
export * from './schema/registry.ts';
