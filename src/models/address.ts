import dns from 'node:dns';
import net from 'node:net';
import ipaddr from 'ipaddr.js';
import { Agent, type Dispatcher } from 'undici';
import { ParetuneError } from '../domain/errors.ts';

/** Which addresses of its own network the service may call for its users. Public addresses are always allowed. */
export interface AddressPolicy {
  /** 127.0.0.0/8 and ::1. */
  readonly allowLoopback: boolean;
  /** `host`, `host:port`, an address, or a range such as `10.0.0.0/8`. */
  readonly allowedHosts: readonly string[];
}

type Ip = ipaddr.IPv4 | ipaddr.IPv6;

interface Allowed {
  readonly hosts: ReadonlySet<string>;
  readonly ranges: readonly [Ip, number][];
}

function parsed(policy: AddressPolicy): Allowed {
  const hosts = new Set<string>();
  const ranges: [Ip, number][] = [];
  for (const entry of policy.allowedHosts) {
    if (ipaddr.isValidCIDR(entry)) ranges.push(ipaddr.parseCIDR(entry));
    else hosts.add(entry.toLowerCase());
  }
  return { hosts, ranges };
}

/** What IPv6 has given out as global unicast. What lies beyond may be routed to IPv4 addresses inside: `::7f00:1` is 127.0.0.1. */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');
/** Azure answers machines from within here, with their credentials. */
const AZURE_PLATFORM = '168.63.129.16';

/** An address is public when it is global unicast; everything else (private, link-local with the cloud's metadata, …) is inside. */
function isPublic(ip: Ip): boolean {
  if (ip.range() !== 'unicast') return false;
  return ip.kind() === 'ipv6' ? ip.match(...GLOBAL_IPV6) : ip.toString() !== AZURE_PLATFORM;
}

function addressAllowed(address: string, policy: AddressPolicy, allowed: Allowed): boolean {
  if (!ipaddr.isValid(address)) return false;
  const ip = ipaddr.process(address);
  if (isPublic(ip) || (ip.range() === 'loopback' && policy.allowLoopback)) return true;
  return (
    allowed.hosts.has(ip.toString()) ||
    allowed.ranges.some(([base, bits]) => base.kind() === ip.kind() && ip.match(base, bits))
  );
}

function hostAllowed({ hostname, port, protocol }: URL, allowed: Allowed): boolean {
  const host = hostname.toLowerCase();
  return allowed.hosts.has(host) || allowed.hosts.has(`${host}:${port || (protocol === 'https:' ? '443' : '80')}`);
}

const unbracketed = (hostname: string) => hostname.replace(/^\[|\]$/g, '');

function refused(host: string, path?: string): ParetuneError {
  const message = `the address ${host} is inside the service's own network and not allowed; the operator can allow it (PARETUNE_ALLOWED_HOSTS)`;
  return new ParetuneError('address_refused', message, path === undefined ? [] : [{ path, message }]);
}

/** Whether the operator has listed the host, or it is a loopback address where those are allowed. */
export function isListed(url: URL, policy: AddressPolicy): boolean {
  const host = unbracketed(url.hostname);
  if (hostAllowed(url, parsed(policy))) return true;
  if (
    policy.allowLoopback &&
    (host === 'localhost' || (ipaddr.isValid(host) && ipaddr.process(host).range() === 'loopback'))
  )
    return true;
  return ipaddr.isValid(host) && !isPublic(ipaddr.process(host)) && addressAllowed(host, policy, parsed(policy));
}

/**
 * Refuses what can be seen in the URL itself: a protocol that is not HTTP, a key in the URL, a literal address inside the network. Names
 * are checked where they resolve, at the connection.
 */
export function checkBaseUrl(baseUrl: string, policy: AddressPolicy, path = 'baseUrl'): void {
  const url = new URL(baseUrl);
  const invalid = (message: string) => new ParetuneError('address_refused', `${path}: ${message}`, [{ path, message }]);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw invalid('must be http or https');
  if (url.username !== '' || url.password !== '') {
    throw invalid('must not hold a user name or password: it would be kept in the record; use apiKeyRef');
  }
  const host = unbracketed(url.hostname);
  const allowed = parsed(policy);
  if (net.isIP(host) !== 0 && !hostAllowed(url, allowed) && !addressAllowed(host, policy, allowed)) {
    throw refused(host, path);
  }
}

/**
 * A dispatcher for fetch that connects to allowed addresses only. It resolves a name once, checks all its addresses and connects to one of
 * those (so a name cannot change between check and connection), and sees every redirect. Connections are kept alive and shared.
 */
function createDispatcher(policy: AddressPolicy): Dispatcher {
  const allowed = parsed(policy);
  const lookup: net.LookupFunction = (host, options, answer) => {
    dns.lookup(host, { ...options, all: true }, (error, addresses) => {
      if (error) return answer(error, '', 4);
      const first = addresses[0];
      const bad = addresses.find(({ address }) => !addressAllowed(address, policy, allowed));
      if (bad !== undefined || first === undefined) return answer(refused(host), '', 4);
      return options.all ? answer(null, addresses) : answer(null, first.address, first.family);
    });
  };
  // One socket per call in flight: the limiter decides how many, not the pool of connections.
  const common = { connections: null, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 } as const;
  const guarded = new Agent({ ...common, connect: { lookup, timeout: CONNECT_TIMEOUT_MS } });
  const open = new Agent({ ...common, connect: { timeout: CONNECT_TIMEOUT_MS } });
  return guarded.compose((dispatch) => (options, handler) => {
    const url = new URL(String(options.origin));
    if (hostAllowed(url, allowed)) return open.dispatch(options, handler);
    const host = unbracketed(url.hostname);
    // No look-up is made for a literal.
    if (net.isIP(host) !== 0 && !addressAllowed(host, policy, allowed)) throw refused(host);
    return dispatch(options, handler);
  });
}

const CONNECT_TIMEOUT_MS = 10_000;

const dispatchers = new WeakMap<AddressPolicy, Dispatcher>();

/** The dispatcher of a policy: one for the process, so that all jobs share its connections. */
export function dispatcherOf(policy: AddressPolicy): Dispatcher {
  let dispatcher = dispatchers.get(policy);
  if (dispatcher === undefined) {
    dispatcher = createDispatcher(policy);
    dispatchers.set(policy, dispatcher);
  }
  return dispatcher;
}
