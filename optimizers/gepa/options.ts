import { z } from 'zod';
import { racingOptions } from './racing/options.ts';
import { referenceOptions } from './reference/options.ts';

export const gepaOptions = z
  .discriminatedUnion('preset', [racingOptions, referenceOptions])
  .meta({ id: 'GepaOptions' });
export type GepaOptions = z.infer<typeof gepaOptions>;
