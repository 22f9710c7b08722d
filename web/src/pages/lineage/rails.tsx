import classes from './lineage.module.css';

const STEP = 18;
/** Deeper levels are drawn like this one: the row says its level to who listens. */
const DEEPEST = 8;

/** Where a row stands to the trunk: on it, at its end, beside it, or after it. */
export type Place = 'trunk' | 'last' | 'beside' | 'after';

/** The line from the row above, and the point of this row: filled where it was accepted, hollow where not. */
export function Rails({
  level,
  place,
  onPath,
  accepted,
  isFirst,
}: {
  readonly level: number;
  readonly place: Place;
  readonly onPath: boolean;
  readonly accepted: boolean;
  readonly isFirst: boolean;
}) {
  const x = (Math.min(level, DEEPEST) - 1) * STEP + 10;
  const isTrunk = level === 1;
  return (
    <span className={classes.rails} style={{ width: x + 14 }}>
      <svg width={x + 14} height="100%" aria-hidden="true">
        {isTrunk && (
          <line
            x1={10}
            x2={10}
            y1={isFirst ? '50%' : '0'}
            y2={place === 'last' ? '50%' : '100%'}
            className={classes.rail}
          />
        )}
        {!isTrunk && (
          <>
            {place !== 'after' && <line x1={10} x2={10} y1="0" y2="100%" className={classes.rail} />}
            <line x1={x - STEP} x2={x - STEP} y1="0" y2="50%" className={classes.twig} />
            <line x1={x - STEP} x2={x} y1="50%" y2="50%" className={classes.twig} />
          </>
        )}
        <circle
          cx={x}
          cy="50%"
          r={onPath ? 5.5 : 4}
          className={onPath ? classes.way : accepted ? classes.kept : classes.gone}
        />
      </svg>
    </span>
  );
}
