import { type Block, section } from './block.ts';
import type { Report } from './report.ts';
import { adoption } from './sections-adoption.ts';
import { constraints } from './sections-constraints.ts';
import { diagnosis } from './sections-diagnosis.ts';
import { judges } from './sections-judges.ts';
import { noise } from './sections-noise.ts';
import { objectives } from './sections-objectives.ts';
import { pareto } from './sections-pareto.ts';
import { candidates, provenance, refusals, spending } from './sections-record.ts';
import { cohorts, curve, finalists, prompts, warnings } from './sections-result.ts';
import { returns } from './sections-returns.ts';
import { why } from './sections-why.ts';

/** The report's sections in reading order. Empty sections are left out. */
export function documentOf(report: Report): Block[] {
  return [
    { kind: 'outcome' },
    ...warnings(report),
    ...objectives(report),
    ...constraints(report),
    ...curve(report),
    ...pareto(report),
    ...prompts(report),
    ...adoption(report),
    ...why(report),
    ...judges(report),
    ...noise(report),
    ...cohorts(report),
    ...diagnosis(report),
    ...finalists(report),
    ...candidates(report),
    ...refusals(report),
    ...spending(report),
    ...returns(report),
    ...section('Where to look next', { kind: 'list', items: report.nextSteps }),
    ...provenance(report),
  ];
}
