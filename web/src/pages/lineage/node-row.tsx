// biome-ignore-all lint/a11y/useSemanticElements: a grid that is a tree is no table of the browser's
// biome-ignore-all lint/a11y/useFocusableInteractive: the rows take the focus, one at a time
import { Anchor, Badge, Text, UnstyledButton } from '@mantine/core';
import { Link } from 'react-router';
import type { Job } from '../../../../src/client/index.ts';
import { formatCount } from '../../../../src/domain/figures.ts';
import { candidatePath } from '../../components/candidate-links.tsx';
import { Fate } from '../../components/fate.tsx';
import { Score } from '../../components/score.tsx';
import type { LineageNode } from '../../data/search.ts';
import classes from './lineage.module.css';
import { type Place, Rails } from './rails.tsx';

export interface TreeParts {
  readonly job: Job;
  readonly headline: { readonly metric: string };
  readonly opened: ReadonlySet<string>;
  readonly toggle: (id: string) => void;
}

export function NodeRow({
  node,
  level,
  place,
  isFirst = false,
  job,
  headline,
  opened,
  toggle,
}: TreeParts & {
  readonly node: LineageNode;
  readonly level: number;
  readonly place: Place;
  /** The row that Tab comes to. */
  readonly isFirst?: boolean;
}) {
  const { id, operator, parents, fate, standing, isBest, onPath } = node;
  const beside = besideOf(node);
  const isOpen = opened.has(id);
  return (
    <div
      role="row"
      aria-level={level}
      tabIndex={isFirst ? 0 : -1}
      className={classes.row}
      data-on-path={onPath}
      {...(beside !== null && { 'aria-expanded': isOpen })}
    >
      <div role="gridcell" className={classes.tree}>
        <Rails level={level} place={place} onPath={onPath} accepted={fate?.fate === 'accepted'} isFirst={isFirst} />
        <Anchor component={Link} to={candidatePath(job.id, id)} size="sm" fw={onPath ? 600 : 400}>
          {id}
        </Anchor>
        {isBest && <Badge color="blue">best</Badge>}
      </div>
      <div role="gridcell" className={classes.cell}>
        {operator}
        {parents.length > 1 && (
          <Text size="xs" c="dimmed">
            of {parents.join(' and ')}
          </Text>
        )}
      </div>
      <div role="gridcell" className={classes.cell}>
        {standing ? (
          <Score metric={headline.metric} value={standing.score} interval={standing.interval} on={standing.kind} />
        ) : (
          <Text span size="sm" c="dimmed">
            not ranked
          </Text>
        )}
      </div>
      <div role="gridcell" className={classes.cell}>
        {id === 'c0' ? 'the baseline' : <Fate fate={fate} reason />}
      </div>
      <div role="gridcell" className={classes.cell}>
        {beside === null ? (
          <Text span size="sm" c="dimmed">
            nothing
          </Text>
        ) : (
          <UnstyledButton data-toggle className={classes.toggle} onClick={() => toggle(id)} aria-expanded={isOpen}>
            <span aria-hidden>{isOpen ? '▾ ' : '▸ '}</span>
            {beside}
          </UnstyledButton>
        )}
      </div>
    </div>
  );
}

/** What came of a candidate and is not on the way to the best one; null when nothing is. */
function besideOf({ fates, refused }: LineageNode): string | null {
  const count = fates.reduce((sum, each) => sum + each.count, 0);
  const named = fates.map((each) => `${formatCount(each.count)} ${each.name}`).join(', ');
  const parts = [
    ...(count > 0 ? [fates.length === 1 ? named : `${formatCount(count)}: ${named}`] : []),
    ...(refused > 0 ? [`${formatCount(refused)} refused`] : []),
  ];
  return parts.length === 0 ? null : parts.join('; ');
}
