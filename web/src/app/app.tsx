import { MantineProvider } from '@mantine/core';
import { RouterProvider } from 'react-router';
import { ClientProvider } from '../data/client.tsx';
import { router } from './routes.tsx';
import { theme, variables } from './theme.ts';

export function App() {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" cssVariablesResolver={variables}>
      <ClientProvider>
        <RouterProvider router={router} />
      </ClientProvider>
    </MantineProvider>
  );
}
