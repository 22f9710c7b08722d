import type { z } from 'zod';
import type { calibrationRequestSchema } from '../../domain/calibration.ts';
import type { JobStatus } from '../../domain/job.ts';
import { type ClientEvent, type EventOptions, jobEvents } from '../events.ts';
import { path, type Transport } from '../transport.ts';
import { type Calibration, calibrationPageSchema, calibrationSchema, type Page } from '../wire.ts';
import { hasEnded } from './jobs.ts';

/** The body of `POST /v1/judges/calibrate`, before defaults. */
export type CalibrationBody = z.input<typeof calibrationRequestSchema>;

/** `/v1/calibrations`. */
export function calibrationsResource(transport: Transport) {
  const get = (id: string): Promise<Calibration> =>
    transport.read(calibrationSchema, { method: 'GET', path: path`/v1/calibrations/${id}` });
  return {
    submit: (body: CalibrationBody): Promise<Calibration> =>
      transport.read(calibrationSchema, { method: 'POST', path: '/v1/judges/calibrate', json: body }),
    get,
    list: (
      query: { readonly status?: JobStatus; readonly cursor?: string; readonly limit?: number } = {},
    ): Promise<Page<Calibration>> =>
      transport.read(calibrationPageSchema, { method: 'GET', path: '/v1/calibrations', query: { ...query } }),
    cancel: (id: string): Promise<Calibration> =>
      transport.read(calibrationSchema, { method: 'POST', path: path`/v1/calibrations/${id}/cancel` }),
    /** Each event once and in order, over lost connections, until the calibration has ended. */
    events: (id: string, options?: EventOptions): AsyncGenerator<ClientEvent> =>
      jobEvents(transport, path`/v1/calibrations/${id}/events`, async () => hasEnded(await get(id)), options),
  };
}
