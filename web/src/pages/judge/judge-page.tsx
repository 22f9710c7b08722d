import { Stack, Table, Text, Title } from '@mantine/core';
import { useParams } from 'react-router';
import type { JudgeCardAnswer } from '../../../../src/client/index.ts';
import { formatCount, formatUsd } from '../../../../src/domain/figures.ts';
import { Facts } from '../../components/facts.tsx';
import { jsonText } from '../../components/json-text.ts';
import { Kappa } from '../../components/kappa.tsx';
import { Loading } from '../../components/loading.tsx';
import { Moment } from '../../components/moment.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { TextBlock } from '../../components/text-block.tsx';
import { VersionLink } from '../../components/version-link.tsx';
import { Warnings } from '../../components/warnings.tsx';
import { useJudgeCard } from '../../data/judges.ts';

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** What one calibration found: how far a judge's verdicts can be trusted. */
export function Component() {
  const { id = '' } = useParams();
  const card = useJudgeCard(id);
  return (
    <>
      <PageHead title={card.data ? `Judge of ${card.data.evaluator.type}` : 'Judge card'} />
      {card.isError && <ProblemAlert error={card.error} onRetry={card.refetch} />}
      {card.isPending && <Loading what="the card" />}
      {card.data && <Card card={card.data} />}
    </>
  );
}

function Card({ card }: { readonly card: JudgeCardAnswer }) {
  const { evaluator, judges, kappa, weightedKappa, consistency, positionBias, spent } = card;
  return (
    <Stack gap="md">
      <Warnings title="What speaks against relying on it" warnings={card.warnings} />
      <Facts
        facts={[
          ['Judges', judges.map(({ config }) => config.model).join(', ')],
          ['Answered as', [...new Set(judges.flatMap(({ answeredAs }) => answeredAs))].join(', ')],
          ['Grader prompt', evaluator.grader],
          ['Passes from', evaluator.threshold],
          ['Verdicts of each judge', evaluator.repeats],
          [
            'Labelled rows',
            <VersionLink key="rows" of="datasets" reference={card.dataset.ref}>
              {formatCount(card.rows)} of {card.dataset.ref}
            </VersionLink>,
          ],
          ['Agreement, pass or fail', <Kappa key="kappa" kappa={kappa} />],
          ['Same verdict as people', kappa && percent(kappa.observed)],
          ['Agreement, graded', weightedKappa && <Kappa key="weighted" kappa={weightedKappa} />],
          [
            'Says the same when asked again',
            consistency ? `${percent(consistency.value)} of pairs, on ${consistency.rows} rows` : 'not measured',
          ],
          [
            'Position bias',
            positionBias
              ? `${positionBias.flipped} of ${positionBias.rows} verdicts changed with the order (first preferred ${positionBias.first}, second ${positionBias.second})`
              : null,
          ],
          ['Cost', spent.usd === null ? 'no price' : formatUsd(spent.usd)],
          ['Calls', `${formatCount(spent.calls)}, ${formatCount(spent.tokens)} tokens`],
          ['Calibrated', <Moment key="at" at={card.calibratedAt} />],
        ]}
      />
      <Confusion card={card} />
      <Missing missing={card.missing} />
      {Object.keys(evaluator.options).length > 0 && <TextBlock label="Options" text={jsonText(evaluator.options)} />}
    </Stack>
  );
}

function Confusion({ card: { confusion } }: { readonly card: JudgeCardAnswer }) {
  const { bothPass, onlyJudgePasses, onlyHumanPasses, bothFail } = confusion;
  return (
    <Stack gap="xs">
      <Title order={2}>Judge and people</Title>
      <Table withTableBorder withColumnBorders maw={480} fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Td />
            <Table.Th scope="col">People pass</Table.Th>
            <Table.Th scope="col">People fail</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          <Table.Tr>
            <Table.Th scope="row">Judge passes</Table.Th>
            <Table.Td>{bothPass}</Table.Td>
            <Table.Td>{onlyJudgePasses} let through</Table.Td>
          </Table.Tr>
          <Table.Tr>
            <Table.Th scope="row">Judge fails</Table.Th>
            <Table.Td>{onlyHumanPasses} turned away</Table.Td>
            <Table.Td>{bothFail}</Table.Td>
          </Table.Tr>
        </Table.Tbody>
      </Table>
    </Stack>
  );
}

function Missing({ missing }: { readonly missing: JudgeCardAnswer['missing'] }) {
  const causes = Object.entries(missing);
  if (causes.length === 0) return null;
  return <Text size="sm">Rows without a verdict: {causes.map(([cause, rows]) => `${cause} ${rows}`).join(', ')}.</Text>;
}
