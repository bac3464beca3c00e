/** `127.0.0.1`, `::1`, also as IPv4 in IPv6. */
export function isLoopbackAddress(address: string | undefined): boolean {
  return address !== undefined && /^(::ffff:)?127\.|^::1$/.test(address);
}
