/**
 * Whether a host is this machine's loopback: what listens there is called from this machine alone, and what is sent there
 * does not leave it.
 * @param host - an address or a name, an IPv6 address with or without brackets: `127.0.0.1`, `localhost`, `[::1]`
 */
export function isLoopback(host: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|::1|\[::1\])$/.test(host);
}
