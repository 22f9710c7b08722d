import { AsyncLocalStorage } from 'node:async_hooks';

const openTransaction = new AsyncLocalStorage<{ open: boolean }>();

/**
 * Runs the body of a transaction. Until it settles, `refuseInsideTransaction` refuses everything that the body asks of the outer handle.
 */
export async function insideTransaction<T>(body: () => Promise<T>): Promise<T> {
  const state = { open: true };
  try {
    return await openTransaction.run(state, body);
  } finally {
    // What the body started and left behind may use the outer handle again.
    state.open = false;
  }
}

/**
 * Throws inside a transaction. The embedded database has one connection: a query on the outer handle would wait for the transaction that
 * waits for it. With PostgreSQL it would silently run outside the transaction. Both are programming errors: pass `tx` on.
 */
function refuseInsideTransaction(): void {
  if (openTransaction.getStore()?.open) {
    throw new Error('the database was used through its outer handle inside a transaction: pass the transaction on');
  }
}

/** Makes the named methods refuse while the caller is inside a transaction. */
export function guard<T extends object>(target: T, methods: readonly (keyof T)[]): T {
  for (const name of methods) {
    const method = target[name];
    if (typeof method !== 'function') throw new Error(`no method ${String(name)}`);
    Object.defineProperty(target, name, {
      configurable: true,
      value: (...args: unknown[]) => {
        refuseInsideTransaction();
        return Reflect.apply(method, target, args);
      },
    });
  }
  return target;
}
