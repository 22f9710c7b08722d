import { useSyncExternalStore } from 'react';

const ITEM = 'paretune.apiKey';

interface SessionState {
  /** Null: requests carry none. */
  readonly apiKey: string | null;
  /** The service has refused a request for the want of a (valid) key. */
  readonly asked: boolean;
}

let state: SessionState = { apiKey: sessionStorage.getItem(ITEM), asked: false };
const listeners = new Set<() => void>();

function change(next: SessionState): void {
  state = next;
  for (const listener of listeners) listener();
}

/** The service wants a key, or another one than it was sent. */
export function askForKey(): void {
  if (state.asked) return;
  sessionStorage.removeItem(ITEM);
  change({ apiKey: null, asked: true });
}

function signIn(apiKey: string): void {
  sessionStorage.setItem(ITEM, apiKey);
  change({ apiKey, asked: false });
}

function signOut(): void {
  sessionStorage.removeItem(ITEM);
  change({ apiKey: null, asked: true });
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** The API key of this tab. It is never part of a URL and does not outlive the tab. */
export function useSession() {
  return { ...useSyncExternalStore(subscribe, () => state), signIn, signOut };
}
