import pg from 'pg';

interface Listening {
  readonly url: string;
  readonly channel: string;
  readonly onPayload: (payload: string) => void;
  readonly onGap: () => void;
  readonly onError: (error: Error) => void;
}

const RETRY_MS = 1_000;

/**
 * LISTEN on a connection of its own, which is opened again when it breaks. What was notified in between is lost, so `onGap` is called
 * after each reconnection. The first connection must succeed.
 */
export async function listenWithReconnect(listening: Listening): Promise<() => Promise<void>> {
  const { url, channel, onPayload, onGap, onError } = listening;
  let stopped = false;
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;

  const connect = async (): Promise<void> => {
    const next = new pg.Client({ connectionString: url, application_name: 'paretune-listen', keepAlive: true });
    let lost = false;
    const retry = () => {
      if (lost || stopped) return;
      lost = true;
      timer = setTimeout(reconnect, RETRY_MS);
    };
    next.on('notification', (message) => onPayload(message.payload ?? ''));
    await next.connect();
    next.on('error', (error) => {
      onError(error);
      retry();
    });
    next.on('end', retry);
    await next.query(`listen ${next.escapeIdentifier(channel)}`);
    client = next;
    if (stopped) await next.end();
  };
  const reconnect = () => {
    connect().then(onGap, (error: Error) => {
      onError(error);
      if (!stopped) timer = setTimeout(reconnect, RETRY_MS);
    });
  };

  await connect();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await client?.end();
  };
}
