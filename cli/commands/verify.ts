import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { installNativeHash } from '#adapters/node-crypto/native-hash.ts';
import { signatureVerifier } from '#adapters/node-crypto/verifier.ts';
import { verifyProofFile } from '#client/proof-file.ts';
import { roundText } from '#protocol/block/round.ts';
import { hashFromHex } from '#protocol/crypto/hash.ts';
import { ok } from '#protocol/primitives/result.ts';
import { type Builder, command, perform } from '../command.ts';
import { fail } from '../failure.ts';
import { columns, object } from '../report.ts';

/** `weft verify`: checks a proof with nothing but the id of the network. */
export function verify(builder: Builder): Command {
  return command('verify', 'check offline that a block is final')
    .argument('<file>', 'what `weft block show HASH --certificate` wrote')
    .requiredOption('--genesis <hash>', 'id of the network, from a source you trust')
    .action(
      perform<[string], { genesis: string }>(builder, async (_, [file], { genesis }) => {
        const network = hashFromHex(genesis);
        if (network === undefined) {
          return fail('invalid-argument', genesis, '64 digits of hexadecimal');
        }
        installNativeHash();
        const bytes = Uint8Array.from(readFileSync(file));
        const verifier = signatureVerifier({ policy: { kind: 'clients' } });
        const proven = await verifyProofFile(bytes, network, verifier);
        if (!proven.ok) return proven;
        const { block, certificate, votes } = proven.value;
        const { chain, height } = block.header;
        const round = roundText(certificate.round);
        const shown = { chain, height, hash: block.hash, round };
        const text = columns([
          ['final', `block ${block.hash}`],
          ['chain', chain],
          ['height', `${height}`],
          ['votes', `${votes.weight} of ${votes.total}, quorum ${votes.quorum}`],
          ['network', network],
        ]);
        return ok(object('verify', { genesis: network, block: shown, votes }, text));
      }),
    );
}
