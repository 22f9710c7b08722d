/** Child process of `search-quality.ts`: one simulated server, one job after the other. */
import { startSimulatedModel } from '../fixtures/simulated-model/index.ts';
import { assignmentSchema, measure } from './measure.ts';

const server = await startSimulatedModel();

async function answerTo(message: unknown) {
  try {
    return { ok: true, measured: await measure(assignmentSchema.parse(message), server) };
  } catch (error) {
    return { ok: false, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

process.on('message', async (message) => process.send?.(await answerTo(message)));
process.once('disconnect', () => process.exit(0));
process.send?.('ready');
