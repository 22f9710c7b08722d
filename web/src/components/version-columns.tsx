import { Anchor, Text } from '@mantine/core';
import { Link } from 'react-router';
import { Moment } from './moment.tsx';
import { VersionLink } from './version-link.tsx';
import type { Column } from './virtual-table.tsx';

type Registry = 'prompts' | 'datasets';

/** What a version of anything in the registry has. */
interface Version {
  readonly name: string;
  readonly version: number;
  readonly ref: string;
  readonly createdAt: string;
}

/** In a list of things by name, each with its newest version: which one it is. */
export const nameColumn = (of: Registry | 'suites', head: string): Column<{ readonly name: string }> => ({
  id: 'name',
  head,
  width: 'minmax(12rem, 2fr)',
  cell: ({ name }) => (
    <Anchor component={Link} to={`/${of}/${name}`} size="sm" fw={550} truncate display="block">
      {name}
    </Anchor>
  ),
});

export const newestColumn = (of: Registry | 'suites'): Column<Pick<Version, 'ref'>> => ({
  id: 'newest',
  head: 'Newest version',
  width: 'minmax(9rem, 1fr)',
  cell: ({ ref }) => (
    <Text size="sm" truncate title={ref}>
      <VersionLink of={of} reference={ref} />
    </Text>
  ),
});

/** In the history of one thing: which version it is. */
export const versionColumn = (of: Registry): Column<Pick<Version, 'ref' | 'version'>> => ({
  id: 'version',
  head: 'Version',
  width: '7rem',
  cell: ({ ref, version }) => (
    <b>
      <VersionLink of={of} reference={ref}>
        Version {version}
      </VersionLink>
    </b>
  ),
});

export const changeColumn = (of: Registry): Column<Pick<Version, 'name' | 'version'>> => ({
  id: 'diff',
  head: 'Change',
  width: '9rem',
  cell: ({ name, version }) =>
    version > 1 ? (
      <Anchor component={Link} to={`/${of}/${name}/compare?from=${version - 1}&to=${version}`} size="sm">
        from version {version - 1}
      </Anchor>
    ) : null,
});

export const createdColumn = (head: string): Column<Pick<Version, 'createdAt'>> => ({
  id: 'created',
  head,
  width: '9rem',
  align: 'end',
  cell: ({ createdAt }) => <Moment at={createdAt} />,
});
