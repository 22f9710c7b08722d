import { Table, Text } from '@mantine/core';
import { Described } from '../../components/described.tsx';
import { type OptionRow, optionRows } from './option-rows.ts';
import classes from './options-table.module.css';

/** The options of an evaluator. */
export function OptionsTable({ schema }: { readonly schema: Readonly<Record<string, unknown>> }) {
  const rows = optionRows(schema);
  if (rows.length === 0)
    return (
      <Text size="sm" c="dimmed">
        No options.
      </Text>
    );
  return (
    <Table fz="sm" verticalSpacing={4} className={classes.table}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">Option</Table.Th>
          <Table.Th scope="col">Values</Table.Th>
          <Table.Th scope="col">Default</Table.Th>
          <Table.Th scope="col">Meaning</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((row) => (
          <Option key={row.name} row={row} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

const Option = ({ row: { name, values, byDefault, required, meaning } }: { readonly row: OptionRow }) => (
  <Table.Tr>
    <Table.Th scope="row" fw={400}>
      <code>{name}</code>
    </Table.Th>
    <Table.Td>{values}</Table.Td>
    <Table.Td>
      {required ? (
        <b>required</b>
      ) : (
        (byDefault ?? (
          <Text span size="sm" c="dimmed">
            none
          </Text>
        ))
      )}
    </Table.Td>
    <Table.Td>
      <Described text={meaning} />
    </Table.Td>
  </Table.Tr>
);
