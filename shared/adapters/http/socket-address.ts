/**
 * Where to listen, if a validator may send us there: not to this machine nor to a bare number,
 * unless it is there itself, and not into the open from behind TLS.
 */
export function socketAddress(told: string, own: string): string | undefined {
  if (!URL.canParse(told)) return undefined;
  const [there, here] = [new URL(told), new URL(own)];
  if (there.protocol !== 'wss:' && there.protocol !== 'ws:') return undefined;
  if (here.protocol === 'https:' && there.protocol !== 'wss:') return undefined;
  if (there.username !== '' || there.password !== '' || there.hash !== '') return undefined;
  return mayName(there.hostname, here.hostname) ? there.href : undefined;
}

function mayName(there: string, here: string): boolean {
  if (there === here) return true;
  if (isNumber(there)) return false;
  return !isLocal(there) || isLocal(here);
}

function isNumber(host: string): boolean {
  return host.startsWith('[') || /^[\d.]+$/.test(host);
}

function isLocal(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost');
}
