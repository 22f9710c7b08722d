/** A time of the service, in the reader's own time zone; the exact one is in its title. */
export function Moment({ at }: { readonly at: string }) {
  const date = new Date(at);
  const sameYear = date.getFullYear() === new Date().getFullYear();
  const text = date.toLocaleString(undefined, {
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    ...(!sameYear && { year: 'numeric' }),
  });
  return (
    <time dateTime={at} title={at} style={{ whiteSpace: 'nowrap' }}>
      {text}
    </time>
  );
}
