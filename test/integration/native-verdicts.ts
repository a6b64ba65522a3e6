import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { newNativeVerify } from '#adapters/node-crypto/native-ed25519.ts';

/** Bytes of one case: public key, message and signature. */
export const caseLength = 128;

/** What the platform that runs this says of each case: 1 for accepted, 0 for refused. */
export function nativeVerdicts(cases: Uint8Array): Uint8Array {
  const verify = newNativeVerify();
  const verdicts = new Uint8Array(cases.length / caseLength);
  for (let i = 0; i < verdicts.length; i++) {
    const one = cases.subarray(i * caseLength, (i + 1) * caseLength);
    const accepts = verify(one.subarray(0, 32), one.subarray(32, 64), one.subarray(64));
    verdicts[i] = accepts ? 1 : 0;
  }
  return verdicts;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(nativeVerdicts(readFileSync(0)));
}
