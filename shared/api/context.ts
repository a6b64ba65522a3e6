import type { Clock } from '#ports/clock.ts';
import type { ValidatorNode } from '#ports/validator-node.ts';
import type { NetworkDescription } from '#wire/network-description.ts';
import type { UploadPorts } from '#worker/upload-blobs.ts';
import type { Admission } from './admission.ts';
import type { Metrics } from './metrics.ts';
import type { Streams } from './streams.ts';

/** What the routes need. Whatever answers as a validator can be served. */
export interface ApiContext {
  readonly node: ValidatorNode;
  /** What is said of this validator now; its shard map may change while requests come. */
  describe(): NetworkDescription;
  /** What contents of blobs that are put elsewhere take. */
  readonly uploads: UploadPorts;
  /** The genesis in its own bytes. */
  genesis(): Uint8Array;
  /** Whether the validator can vote, in one word: `ok` or what is wrong. */
  health(): Promise<string>;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly admission: Admission;
  /** Notifications as they are streamed to whoever listens. */
  readonly streams: Streams;
  /** Hears of what cut a request short, a bug or a store that failed; and the operation's name. */
  onFault(error: unknown, correlation?: string): void;
  /** Hears of every reply, for logs. */
  onAnswered?(answered: Answered): void;
}

/** A reply as it is logged. */
export interface Answered {
  readonly route: string;
  readonly status: number;
  /** The kind of the refusal, if it is one. */
  readonly refusal: string | undefined;
  readonly correlation: string | undefined;
}
