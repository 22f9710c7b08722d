import { AppShell, Burger, Group, NavLink, Text, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Suspense, useEffect, useRef, useState } from 'react';
import { Link, Outlet, useLocation } from 'react-router';
import { BASE } from '../data/base.ts';
import { useSession } from '../data/session.ts';
import { ColorSchemeSwitch } from './color-scheme-switch.tsx';
import { PAGES } from './pages.ts';
import classes from './shell.module.css';
import { SignIn } from './sign-in.tsx';

export function Shell() {
  const [opened, { toggle, close }] = useDisclosure(false);
  const main = useRef<HTMLElement>(null);
  const session = useSession();
  const { pathname } = useLocation();
  return (
    <AppShell
      header={{ height: 48 }}
      navbar={{ width: 184, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding={{ base: 'sm', sm: 'lg' }}
    >
      <button type="button" className="skip-link" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <AppShell.Header className={classes.header}>
        <Group gap="xs" wrap="nowrap">
          <Burger
            opened={opened}
            onClick={toggle}
            hiddenFrom="sm"
            size="sm"
            aria-label="Navigation"
            aria-expanded={opened}
          />
          <Link to="/jobs" className={classes.brand} onClick={close}>
            Paretune
          </Link>
        </Group>
        <Group gap="sm" wrap="nowrap">
          {session.apiKey !== null && (
            <UnstyledButton className={classes.quiet} onClick={session.signOut}>
              Sign out
            </UnstyledButton>
          )}
          <ColorSchemeSwitch />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Pages">
        <AppShell.Section grow>
          {PAGES.flatMap(({ nav, path }) =>
            nav === undefined
              ? []
              : [
                  <NavLink
                    key={path}
                    component={Link}
                    to={`/${path}`}
                    label={nav}
                    active={isWithin(pathname, path)}
                    {...(isWithin(pathname, path) && { 'aria-current': 'page' as const })}
                    className={classes.link}
                    onClick={close}
                  />,
                ],
          )}
        </AppShell.Section>
        <AppShell.Section>
          <Text component="a" href={new URL('docs/', BASE).href} className={classes.quiet}>
            API reference
          </Text>
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main ref={main} tabIndex={-1} className={classes.main}>
        {session.asked ? (
          <SignIn />
        ) : (
          <Suspense>
            <Outlet />
          </Suspense>
        )}
      </AppShell.Main>
      <Announcer />
    </AppShell>
  );
}

const isWithin = (pathname: string, path: string): boolean =>
  pathname === `/${path}` || pathname.startsWith(`/${path}/`);

/** Tells who listens instead of looking that another page is shown: the title changes once that page is there. */
function Announcer() {
  const [title, setTitle] = useState('');
  useEffect(() => {
    const observer = new MutationObserver(() => setTitle(document.title));
    observer.observe(document.head, { subtree: true, childList: true, characterData: true });
    return () => observer.disconnect();
  }, []);
  return (
    <div className="only-read-aloud" role="status">
      {title}
    </div>
  );
}
