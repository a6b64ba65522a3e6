/** How we may speak with an address, in the open and over TLS. */
export interface Schemes {
  readonly open: string;
  readonly secure: string;
}

export const socketSchemes: Schemes = { open: 'ws:', secure: 'wss:' };
export const uploadSchemes: Schemes = { open: 'http:', secure: 'https:' };

/**
 * An address that the validator at `own` told, if it may send us there: not to this machine unless
 * it is here itself, not to a bare number, and not into the open from behind TLS.
 */
export function toldAddress(told: string, own: string, schemes: Schemes): string | undefined {
  if (!URL.canParse(told)) return undefined;
  const [there, here] = [new URL(told), new URL(own)];
  const isSecure = there.protocol === schemes.secure;
  if (!isSecure && (there.protocol !== schemes.open || here.protocol === 'https:')) {
    return undefined;
  }
  if (there.username !== '' || there.password !== '' || there.hash !== '') return undefined;
  return mayName(there.hostname, here.hostname) ? there.href : undefined;
}

function mayName(there: string, here: string): boolean {
  if (there === here) return true;
  if (isThisMachine(there)) return isThisMachine(here);
  return !there.startsWith('[') && !/^[\d.]+$/.test(there);
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || /^127[\d.]*$|^\[::1\]$/.test(host);
}
