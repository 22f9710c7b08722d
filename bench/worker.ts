/** Child process of `search-quality.ts`: one job after the other, on a simulated server for each world. */
import { type SimulatedModel, startSimulatedModel } from '../fixtures/simulated-model/index.ts';
import { assignmentSchema, measure } from './measure.ts';
import { worldOf } from './worlds.ts';

const servers = new Map<string, SimulatedModel>();

async function serverOf(name: string): Promise<SimulatedModel> {
  const server = servers.get(name) ?? (await startSimulatedModel({ world: worldOf(name).world }));
  servers.set(name, server);
  return server;
}

async function answerTo(message: unknown) {
  try {
    const assignment = assignmentSchema.parse(message);
    return { ok: true, measured: await measure(assignment, await serverOf(assignment.world)) };
  } catch (error) {
    return { ok: false, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

process.on('message', async (message) => process.send?.(await answerTo(message)));
process.once('disconnect', () => process.exit(0));
process.send?.('ready');
