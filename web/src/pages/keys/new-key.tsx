import { Alert, Button, Group, Modal, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { KEY_ROLES, type KeyRole } from '../../../../src/domain/access.ts';
import type { NewKeyView } from '../../../../src/domain/views/key-view.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { useCreateKey } from '../../data/keys.ts';
import { useSession } from '../../data/session.ts';

/** Makes a key and shows its secret, this once. */
export function NewKey({ first }: { readonly first: boolean }) {
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Button onClick={() => setOpened(true)}>New key</Button>
      {opened && <Dialog first={first} onClose={() => setOpened(false)} />}
    </>
  );
}

function Dialog({ first, onClose }: { readonly first: boolean; readonly onClose: () => void }) {
  const [name, setName] = useState('');
  const [role, setRole] = useState<KeyRole>(first ? 'admin' : 'editor');
  // Known when the dialog opens: the list says otherwise as soon as the key exists.
  const [isFirst] = useState(first);
  const [made, setMade] = useState<NewKeyView | null>(null);
  const { create, refresh } = useCreateKey();
  const { signIn } = useSession();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate(
      { name: name.trim(), role },
      {
        onSuccess: (key) => {
          setMade(key);
          // From the first key on every request needs one: this tab goes on with the one that it has just made.
          if (isFirst) signIn(key.key);
          else void refresh();
        },
      },
    );
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={made ? 'The key, this once' : 'New key'}
      closeOnClickOutside={!made}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {made ? (
        <Stack gap="sm">
          <Alert color="yellow" variant="light" role="note">
            Keep it now: it is not stored and cannot be shown again. Whoever has it is {made.role} of the project{' '}
            {made.project}.
          </Alert>
          <Text size="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }} data-testid="secret">
            {made.key}
          </Text>
          <Group>
            <CopyButton text={made.key} label="Copy the key" />
            <Button onClick={onClose}>I have kept it</Button>
          </Group>
        </Stack>
      ) : (
        <form onSubmit={submit}>
          <Stack gap="sm">
            <TextInput
              label="Name"
              description="Who or what uses it."
              required
              maxLength={100}
              value={name}
              onChange={({ currentTarget }) => setName(currentTarget.value)}
            />
            <NativeSelect
              size="xs"
              label="Role"
              description={isFirst ? 'The first key is an admin’s: only an admin can make more.' : undefined}
              disabled={isFirst}
              data={[...KEY_ROLES]}
              value={role}
              onChange={({ currentTarget }) =>
                setRole(KEY_ROLES.find((each) => each === currentTarget.value) ?? 'viewer')
              }
            />
            {create.isError && <ProblemAlert error={create.error} />}
            <Group>
              <Button type="submit" loading={create.isPending} disabled={name.trim() === ''}>
                Make the key
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  );
}
