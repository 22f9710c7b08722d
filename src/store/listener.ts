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
 *
 * @returns the end of listening.
 */
export async function listenWithReconnect(listening: Listening): Promise<() => Promise<void>> {
  let stopped = false;
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;

  const reconnectLater = () => {
    if (!stopped) timer = setTimeout(reconnect, RETRY_MS);
  };
  const reconnect = () => {
    connect(listening, reconnectLater).then(
      (next) => {
        if (stopped) return next.end();
        client = next;
        listening.onGap();
        return undefined;
      },
      (error: Error) => {
        listening.onError(error);
        reconnectLater();
      },
    );
  };

  client = await connect(listening, reconnectLater);
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await client?.end();
  };
}

/** One connection that listens; `onLost` is called once, when it breaks after that. */
async function connect({ url, channel, onPayload, onError }: Listening, onLost: () => void): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: 'paretune-listen', keepAlive: true });
  let listens = false;
  client.on('error', onError);
  client.on('end', () => {
    if (listens) onLost();
  });
  client.on('notification', (message) => onPayload(message.payload ?? ''));
  try {
    await client.connect();
    await client.query(`listen ${client.escapeIdentifier(channel)}`);
    listens = true;
    return client;
  } catch (error) {
    client.end().catch(onError);
    throw error;
  }
}
