import { Skeleton } from '@mantine/core';

/** Stands where something is on its way, in about its size. */
export function Loading({ what, height = 240 }: { readonly what: string; readonly height?: number }) {
  return <Skeleton height={height} role="status" aria-label={`Loading ${what}`} />;
}
