import type { z } from 'zod';
import { presetOptions } from '../../src/search/presets.ts';
import { defaultOptions } from './default/options.ts';
import { paperOptions } from './paper/options.ts';

export const protegiOptions = presetOptions([defaultOptions, paperOptions]).meta({ id: 'ProtegiOptions' });
export type ProtegiOptions = z.infer<typeof protegiOptions>;
