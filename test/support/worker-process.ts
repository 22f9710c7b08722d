// The service as a process of its own, to be killed: `node --import tsx test/support/worker-process.ts <job or evaluation id>` with the service's usual
// environment. Starts when it is told so on standard input; prints `ended` when the job has, and leaves then.
import { once } from 'node:events';
import { pino } from 'pino';
import { readConfig } from '../../src/config.ts';
import { startService } from '../../src/main.ts';
import { DEFAULT_PROJECT } from '../../src/store/schema.ts';

const [jobId = ''] = process.argv.slice(2);
const scope = { projectId: DEFAULT_PROJECT };
await once(process.stdin, 'data');
process.stdin.unref();
const service = await startService({
  config: readConfig(process.env),
  listen: false,
  log: pino({ level: 'silent' }),
});
const ended = async () =>
  jobId.startsWith('eval_')
    ? (await service.evaluations.get(scope, jobId)).endedAt !== null
    : service.jobs.hasEnded(scope, jobId);
await new Promise<void>((resolve, reject) => {
  const look = () => {
    ended().then((over) => over && resolve(), reject);
  };
  service.jobs.subscribe(jobId, look);
  look();
});
await service.close({ graceful: true });
process.stdout.write('ended\n');
