/** Which hosts an install may reach: all that have a name, but this machine. */

/**
 * Addresses are refused in every spelling, because the library judges them only where a name leads to them: it would take a client
 * to 127.1 and to ::ffff:127.0.0.1. A last label that begins with a letter makes a name (WHATWG URL, "ends in a number").
 * A name that leads to this machine or to a link-local address is refused by the library.
 */
export function mayBeReached(host: string): boolean {
  const labels = host.toLowerCase().replace(/\.$/, '').split('.');
  const last = labels.at(-1) ?? '';
  return last !== 'localhost' && /^[a-z][a-z0-9-]*$/.test(last);
}
