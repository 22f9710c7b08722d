import type { z } from 'zod';
import type { calibrationRequestSchema } from '../../domain/calibration.ts';
import { path, type Transport } from '../transport.ts';
import { type JudgeCardAnswer, judgeCardAnswerSchema, judgeCardPageSchema, type Page } from '../wire.ts';

export type CalibrationBody = z.input<typeof calibrationRequestSchema>;

/** `/v1/judges`. */
export function judgesResource(transport: Transport) {
  return {
    /** Resolves with the card; rejects with 503 when `budget.seconds` are over, and the same body goes on from there. */
    calibrate: (body: CalibrationBody): Promise<JudgeCardAnswer> =>
      transport.read(judgeCardAnswerSchema, { method: 'POST', path: '/v1/judges/calibrate', json: body }),
    list: (query: { readonly limit?: number; readonly cursor?: string } = {}): Promise<Page<JudgeCardAnswer>> =>
      transport.read(judgeCardPageSchema, { method: 'GET', path: '/v1/judges', query: { ...query } }),
    get: (id: string): Promise<JudgeCardAnswer> =>
      transport.read(judgeCardAnswerSchema, { method: 'GET', path: path`/v1/judges/${id}` }),
  };
}
