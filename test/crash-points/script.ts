import type { StoredChains } from '#adapters/memory/stored-chains.ts';
import { localValidator } from '#api/local-validator.ts';
import type { BoundSigner } from '#ports/signer.ts';
import type { ValidatorNode } from '#ports/validator-node.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { ChainRequest } from '#protocol/chain/requests.ts';
import type { Timestamp } from '#protocol/primitives/numbers.ts';
import type { TestCommittee, TestValidator } from '#test/support/committee.ts';
import { restarted } from '#test/support/restarts.ts';
import { driveOnce } from '#worker/drive-once.ts';
import { takeBlob } from '#worker/serve-blobs.ts';

/** Something that a validator is asked, or does by itself. */
export type Input =
  | { readonly kind: 'request'; readonly request: ChainRequest }
  | { readonly kind: 'upload'; readonly chain: ChainId; readonly content: Uint8Array }
  /** Its driver runs; its peers hold what is stored with them. */
  | { readonly kind: 'drive'; readonly peers: readonly TestValidator[] };

export interface TimedInput {
  readonly at: Timestamp;
  readonly input: Input;
}

/** All that one validator of a committee is asked in one flow, from what it had stored before. */
export interface Script {
  readonly name: string;
  readonly committee: TestCommittee;
  readonly signer: BoundSigner;
  readonly start: StoredChains;
  readonly inputs: readonly TimedInput[];
  /** Whether the queue loses all that rings. */
  readonly bells: Bells;
}

export type Bells = 'delivered' | 'lost';

/** What happens in a network, of which one validator's part is written down. */
export interface Flow {
  readonly name: string;
  readonly bells?: Bells;
  play(recording: Recording): Promise<void>;
}

export interface Recording {
  /** From here on what this validator is asked belongs to the flow. */
  begin(committee: TestCommittee, validator: TestValidator): void;
  /** The validator gets the content of a blob. */
  upload(chain: ChainId, content: Uint8Array): Promise<void>;
  /** The validator's driver runs. */
  drive(): Promise<void>;
}

interface Begun {
  readonly committee: TestCommittee;
  readonly validator: TestValidator;
  readonly start: StoredChains;
}

/** Lets a flow happen with nothing going wrong. */
export async function scriptOf({ name, bells = 'delivered', play }: Flow): Promise<Script> {
  let begun: Begun | undefined;
  const inputs: TimedInput[] = [];
  const known = (): Begun => {
    if (!begun) throw new Error(`${name} has not begun`);
    return begun;
  };
  const record = (input: Input) => void inputs.push({ at: known().committee.clock.now(), input });

  await play({
    begin(committee, validator) {
      begun = { committee, validator, start: validator.store.snapshot() };
      validator.heard = (request) => record({ kind: 'request', request });
    },
    async upload(chain, content) {
      record({ kind: 'upload', chain, content });
      await takeBlob(known().validator.ports, chain, content);
    },
    async drive() {
      const { committee, validator } = known();
      const peers = committee.validators.filter((one) => one !== validator);
      record({ kind: 'drive', peers: peers.map((one) => restarted(committee, one)) });
      await driveOnce(validator.ports, new Map(), async () => peers.map(nodeOf));
    },
  });
  const { committee, validator, start } = known();
  validator.heard = undefined;
  const { signer } = validator.ports;
  if (!signer) throw new Error('a validator has a key');
  return { name, committee, signer, start, inputs, bells };
}

/** A validator of a test as its peers see it. */
export function nodeOf({ ports, seat }: TestValidator): ValidatorNode {
  if (!ports.signer) throw new Error('a validator has a key');
  return localValidator(ports, { name: `seat ${seat}`, publicKey: ports.signer.publicKey });
}
