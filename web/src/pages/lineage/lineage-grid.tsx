// biome-ignore-all lint/a11y/useSemanticElements: a grid that is a tree is no table of the browser's
// biome-ignore-all lint/a11y/useFocusableInteractive: the rows take the focus, one at a time
import { useSearchParams } from 'react-router';
import type { Job, Lineage } from '../../../../src/client/index.ts';
import { objectivesOf } from '../../data/objectives.ts';
import type { LineageNode } from '../../data/search.ts';
import { Branch } from './branch.tsx';
import { moveByKey } from './keys.ts';
import classes from './lineage.module.css';
import { NodeRow } from './node-row.tsx';

/**
 * The way from the baseline to the best candidate as a trunk, one row each, and beside every row what can be opened. A candidate stands under its first
 * parent; where the way has a second parent, its own ancestors hang from the trunk and stay open.
 */
export function LineageGrid({ job, lineage }: { readonly job: Job; readonly lineage: Lineage }) {
  const [search, setSearch] = useSearchParams();
  const opened = new Set((search.get('open') ?? '').split(',').filter((id) => id !== ''));
  const toggle = (id: string) => {
    const next = new Set(opened);
    if (!next.delete(id)) next.add(id);
    setSearch(next.size === 0 ? {} : { open: [...next].join(',') }, { replace: true });
  };
  const trunk = trunkOf(lineage);
  const onTrunk = new Set(trunk.map(({ id }) => id));
  const offshoots = (parent: string) =>
    lineage.items.filter(({ id, parents }) => parents[0] === parent && !onTrunk.has(id));
  const { headline } = objectivesOf(job);
  const shared = { job, headline, opened, toggle };
  const rows = (node: LineageNode, level: number, place: 'trunk' | 'last' | 'beside') => [
    <NodeRow key={node.id} node={node} level={level} place={place} {...shared} isFirst={node.id === trunk[0]?.id} />,
    ...(opened.has(node.id)
      ? [<Branch key={`${node.id} beside`} parent={node} level={level + 1} place={place} {...shared} />]
      : []),
  ];
  const withOffshoots = (node: LineageNode, level: number): React.ReactNode[] =>
    offshoots(node.id).flatMap((each) => [...rows(each, level, 'beside'), ...withOffshoots(each, level + 1)]);
  return (
    <div className={classes.frame}>
      <div role="treegrid" aria-label="Lineage" className={classes.grid} onKeyDown={moveByKey}>
        <div role="row" className={`${classes.row} ${classes.head}`}>
          {['Candidate', 'Operator', headline.metric, 'Fate', 'Beside it'].map((head) => (
            <div key={head} role="columnheader" className={classes.cell}>
              {head}
            </div>
          ))}
        </div>
        {trunk.flatMap((node, place) => [
          ...rows(node, 1, place === trunk.length - 1 ? 'last' : 'trunk'),
          ...withOffshoots(node, 2),
        ])}
      </div>
    </div>
  );
}

/** The best candidate and its first parents, from the baseline on. */
function trunkOf({ items, bestId }: Lineage): LineageNode[] {
  const byId = new Map(items.map((node) => [node.id, node]));
  const trunk: LineageNode[] = [];
  for (let node = byId.get(bestId); node; node = byId.get(node.parents[0] ?? '')) trunk.unshift(node);
  return trunk;
}
