import { config } from 'zod';

/** zod compiles object parsers with `new Function` unless told otherwise; the content security policy forbids that. Imported before any schema. */
config({ jitless: true });
