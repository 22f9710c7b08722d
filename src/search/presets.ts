import { z } from 'zod';

/** Options that are told apart by `preset`, one schema per preset. The schema of the default one says so: `z.literal(…).default(…)`. */
export function presetOptions<
  const Options extends readonly [z.core.$ZodTypeDiscriminable, ...z.core.$ZodTypeDiscriminable[]],
>(options: Options) {
  return z.discriminatedUnion('preset', options, { error: unknownPreset });
}

/** In place of zod's own message, which lists the missing value of the default preset as one more preset, 'undefined'. */
const unknownPreset: z.core.$ZodErrorMap = (issue) => {
  if (issue.code !== 'invalid_union' || !Array.isArray(issue['options'])) return undefined;
  const presets = issue['options'].filter((value) => typeof value === 'string').map((value) => JSON.stringify(value));
  const given = z.object({ preset: z.unknown() }).safeParse(issue.input).data?.preset;
  return `there is no preset ${JSON.stringify(given)}; it must be ${presets.join(' or ')}`;
};
