/** JSON whose keys are sorted at every depth, with a newline at the end: equal content gives equal files. */
export function stableJson(value: unknown): string {
  return `${JSON.stringify(
    value,
    (_key, member: unknown) =>
      member !== null && typeof member === 'object' && !Array.isArray(member)
        ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
        : member,
    2,
  )}\n`;
}
