import ipaddr from 'ipaddr.js';

/** Whether a `Host` header (`name`, `name:port`, `[::1]:8080`) names this machine. */
export function isLoopbackHost(host: string): boolean {
  const name = host.replace(/:\d{1,5}$/, '').replace(/^\[(.*)\]$/, '$1');
  if (/^(.+\.)?localhost$/i.test(name)) return true;
  // Only the usual spelling of an address: browsers send no other.
  return (ipaddr.IPv4.isValidFourPartDecimal(name) || ipaddr.IPv6.isValid(name)) && isLoopbackAddress(name);
}

/** Whether an `Origin` header (`http://localhost:3000`) is a page of this machine. */
export function isLoopbackOrigin(origin: string): boolean {
  return URL.canParse(origin) && isLoopbackHost(new URL(origin).host);
}

function isLoopbackAddress(address: string): boolean {
  return ipaddr.process(address).range() === 'loopback';
}
