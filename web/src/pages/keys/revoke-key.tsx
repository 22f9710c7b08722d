import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { KeyView } from '../../../../src/domain/views/key-view.ts';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { useRevokeKey } from '../../data/keys.ts';

/** Asks before it revokes; of the key that this page uses, in words of its own. */
export function RevokeKey({ apiKey }: { readonly apiKey: KeyView }) {
  const [opened, setOpened] = useState(false);
  const revoke = useRevokeKey();
  const confirm = () => revoke.mutate({ id: apiKey.id, self: apiKey.current }, { onSuccess: () => setOpened(false) });
  return (
    <>
      <Button
        variant="subtle"
        color="red"
        size="compact-xs"
        aria-label={`Revoke ${apiKey.name}`}
        onClick={() => setOpened(true)}
      >
        Revoke
      </Button>
      {opened && (
        <Modal
          opened
          onClose={() => setOpened(false)}
          title={`Revoke ${apiKey.name}?`}
          closeButtonProps={{ 'aria-label': 'Close' }}
        >
          <Stack gap="sm">
            <Text size="sm">
              {apiKey.current
                ? 'This is the key that you are signed in with: you are signed out, and it never works again.'
                : 'Whoever uses it is refused within a second. It never works again.'}
            </Text>
            {revoke.isError && <ProblemAlert error={revoke.error} />}
            <Group>
              <Button color="red" onClick={confirm} loading={revoke.isPending}>
                {apiKey.current ? 'Revoke my own key' : 'Revoke it'}
              </Button>
              <Button variant="default" onClick={() => setOpened(false)}>
                Keep it
              </Button>
            </Group>
          </Stack>
        </Modal>
      )}
    </>
  );
}
