// biome-ignore-all lint/a11y/useSemanticElements: a grid that is a tree is no table of the browser's
// biome-ignore-all lint/a11y/useFocusableInteractive: the rows take the focus, one at a time
import { Badge, Button, Text } from '@mantine/core';
import { Loading } from '../../components/loading.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { type LineageNode, useChildren, useRefusalsOf } from '../../data/search.ts';
import classes from './lineage.module.css';
import { NodeRow, type TreeParts } from './node-row.tsx';
import type { Place } from './rails.tsx';

/** What came of a candidate and led nowhere: its children beside the way, and the proposals that were refused. */
export function Branch({
  parent,
  level,
  place,
  ...shared
}: TreeParts & { readonly parent: LineageNode; readonly level: number; readonly place: Place }) {
  const children = useChildren(shared.job, parent.id);
  const refusals = useRefusalsOf(shared.job, parent.id);
  const beside: Place = place === 'last' || place === 'after' ? 'after' : 'beside';
  if (children.isPending || refusals.isPending) return <Loading what={`what came of ${parent.id}`} height={80} />;
  if (children.isError) return <ProblemAlert error={children.error} onRetry={children.refetch} />;
  if (refusals.isError) return <ProblemAlert error={refusals.error} onRetry={refusals.refetch} />;
  const nodes = children.data.pages.flatMap(({ items }) => items).filter(({ onPath }) => !onPath);
  return (
    <>
      {nodes.flatMap((node) => [
        <NodeRow key={node.id} node={node} level={level} place={beside} {...shared} />,
        ...(shared.opened.has(node.id)
          ? [<Branch key={`${node.id} beside`} parent={node} level={level + 1} place={beside} {...shared} />]
          : []),
      ])}
      {children.hasNextPage && (
        <div role="row" aria-level={level} tabIndex={-1} className={classes.note}>
          <div role="gridcell">
            <Button
              variant="default"
              loading={children.isFetchingNextPage}
              onClick={() => void children.fetchNextPage()}
            >
              More of what came of {parent.id}
            </Button>
          </div>
        </div>
      )}
      {refusals.data.items.map(({ seq, operator, refusal, detail }) => (
        <div key={seq} role="row" aria-level={level} tabIndex={-1} className={classes.note}>
          <div role="gridcell">
            <Badge color="gray" leftSection={<span aria-hidden>⊘</span>}>
              refused
            </Badge>
            <Text span size="sm" ml="xs">
              {operator}: {refusal}
            </Text>
            <Text span size="sm" c="dimmed" ml="xs" style={{ overflowWrap: 'anywhere' }}>
              {detail}
            </Text>
          </div>
        </div>
      ))}
    </>
  );
}
