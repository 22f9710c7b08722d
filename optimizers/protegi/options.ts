import { presetOptions } from '../../src/search/presets.ts';
import { paperOptions } from './paper/options.ts';

export const protegiOptions = presetOptions([paperOptions]).meta({ id: 'ProtegiOptions' });
