import type { z } from 'zod';
import { presetOptions } from '../../src/search/presets.ts';
import { racingOptions } from './racing/options.ts';
import { referenceOptions } from './reference/options.ts';

export const gepaOptions = presetOptions([racingOptions, referenceOptions]).meta({ id: 'GepaOptions' });
export type GepaOptions = z.infer<typeof gepaOptions>;
