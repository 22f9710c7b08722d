/** The scheme decides what they are; see app.css. */
export const COLORS = {
  best: 'var(--chart-best)',
  candidate: 'var(--chart-candidate)',
  winner: 'var(--chart-winner)',
  broken: 'var(--chart-broken)',
  grid: 'var(--mantine-color-default-border)',
} as const;
