import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { installNativeHash } from '#adapters/node-crypto/native-hash.ts';
import { signatureVerifier } from '#adapters/node-crypto/verifier.ts';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { type Judgement, judgeConflict } from '#client/evidence/judge-conflict.ts';
import type { Conviction } from '#protocol/block/find-evidence.ts';
import { networkFrom } from '#protocol/chain/network.ts';
import { hexFromBytes } from '#protocol/primitives/hex.ts';
import { refuse } from '#protocol/primitives/rejection.ts';
import { ok } from '#protocol/primitives/result.ts';
import { type Builder, command, perform } from '../command.ts';
import { readingAs } from '../decode/readings.ts';
import { type NetworkNotes, requireNetwork } from '../network-files.ts';
import { columns, object, type Report } from '../report.ts';

/** Nobody floods a command with signatures, and each one that is left undecided acquits. */
const limits = { perSignerPerSecond: 1_000_000, totalPerSecond: 1_000_000 };

const offences: Readonly<Record<Conviction['evidence']['kind'], string>> = {
  'double-vote': 'voted for two blocks in one round',
  'broken-lock': 'left the block it had confirmed without a newer quorum',
  'invalid-opening': 'signed over a quorum that is none',
};

/** `weft evidence`: whom two conflicting certificates convict. */
export function evidence(builder: Builder): Command {
  return command('evidence', 'name the validators that two conflicting certificates convict')
    .argument('<first>', 'what `weft block show HASH --full` wrote')
    .argument('<second>', 'the same of another block of that chain and height')
    .action(
      perform<[string, string], object>(builder, async ({ home }, [first, second]) => {
        const stored = requireNetwork(home);
        if (!stored.ok) return stored;
        const network = networkFrom(stored.value.genesis);
        if (!network.ok) return network;
        installNativeHash();
        const policy = { kind: 'validators', clock: systemClock, limits } as const;
        const files = [read(first), read(second)] as const;
        if (files.some(isProof)) {
          const found = 'a proof, which lacks what its votes were signed over';
          return refuse('malformed-certificate', found, 'what `weft block show HASH --full` wrote');
        }
        const judged = await judgeConflict(network.value, files, signatureVerifier({ policy }));
        return judged.ok ? ok(reportOf(judged.value, stored.value.notes)) : judged;
      }),
    );
}

function read(path: string): Uint8Array {
  return Uint8Array.from(readFileSync(path));
}

function isProof(file: Uint8Array): boolean {
  return readingAs(file, 'proof-file')?.ok === true;
}

function reportOf({ committee, convictions, weight }: Judgement, notes: NetworkNotes): Report {
  const named = convictions.map(({ seat, evidence: { kind } }) => {
    const key = hexFromBytes(committee.seats[seat]?.publicKey.bytes ?? new Uint8Array());
    const name = notes.validators.find(({ publicKey }) => publicKey === key)?.name ?? key;
    return { name, kind };
  });
  const of = `${committee.totalVotes}, more than the ${committee.validity - 1n} that may fail`;
  const rows = named.map(({ name, kind }) => [name, offences[kind]]);
  const text = columns([...rows, ['weight', `${weight} of ${of}`]]);
  return object('evidence', { convicted: named.map(({ name }) => name), weight }, text);
}
