import { genesisCodec } from '#protocol/block/genesis.ts';
import { encode } from '#protocol/encoding/codec.ts';
import { type Duration, duration } from '#protocol/primitives/numbers.ts';
import type { ShardMap } from '#wire/shard-map.ts';
import { memoryOf } from '#worker/memory.ts';
import type { WorkerPorts } from '#worker/ports.ts';
import { newAdmission } from './admission.ts';
import type { ApiContext } from './context.ts';
import { localValidator, type ServedPorts, type ValidatorIdentity } from './local-validator.ts';
import { type Metrics, newMetrics } from './metrics.ts';
import { newStreams } from './streams.ts';

export interface ValidatorApiOptions {
  readonly identity: ValidatorIdentity;
  /** Name and version of the software. */
  readonly software: string;
  /** Read for each request, so that it may change under way. */
  shardMap(): ShardMap;
  /** Where others tell of notifications for it, over WebSocket. */
  readonly socketUrl?: string;
  onFault(error: unknown, correlation?: string): void;
  readonly onAnswered?: ApiContext['onAnswered'];
  /** Requests about chains that are worked on at once; more are told `busy`. */
  readonly inFlightMax?: number;
  /** How long a request is waited for before it is told `busy`. */
  readonly deadline?: Duration;
}

const inFlightMaxDefault = 512;
const deadlineDefault = duration(10_000_000n);

/** Everything that serving the validator of these ports takes. */
export function validatorApi(ports: ServedPorts, options: ValidatorApiOptions): ApiContext {
  const { identity, software, socketUrl, inFlightMax = inFlightMaxDefault } = options;
  const { network, clock, signer } = ports;
  const admission = newAdmission(clock, inFlightMax, options.deadline ?? deadlineDefault);
  const metrics = newMetrics();
  showCounters(metrics, ports);
  metrics.show({
    name: 'weft_requests_in_flight',
    help: 'Requests about chains that are worked on.',
    type: 'gauge',
    read: admission.inFlight,
  });
  const streams = newStreams({ clock, feed: ports.notifier });
  metrics.show({
    name: 'weft_streams_open',
    help: 'Streams of notifications that are open.',
    type: 'gauge',
    read: streams.count,
  });
  let genesis: Uint8Array | undefined;
  const { id, genesis: header } = network;
  const about = { network: id, genesis: header, validator: identity, software, socketUrl };
  return {
    node: localValidator(ports, identity),
    uploads: { network, uploads: ports.uploads },
    describe: () => ({ ...about, shardMap: options.shardMap() }),
    genesis() {
      const { genesis: header, rootConfigs: rootChains } = network;
      genesis ??= encode(genesisCodec, { header, rootChains });
      return genesis;
    },
    health: async () => (!signer || (await signer.isBound()) ? 'ok' : 'store-not-bound'),
    clock,
    metrics,
    admission,
    streams,
    onFault: options.onFault,
    ...(options.onAnswered && { onAnswered: options.onAnswered }),
  };
}

function showCounters(metrics: Metrics, ports: WorkerPorts): void {
  const { counters } = memoryOf(ports);
  const show = (name: string, help: string, read: () => number) =>
    metrics.show({ name, help, type: 'counter', read });
  show('weft_votes_total', 'Votes decided and recorded.', () => counters.votes);
  show('weft_blocks_total', 'Certified blocks stored.', () => counters.blocks);
  show('weft_head_conflicts_total', 'Saves that came second.', () => counters.conflicts);
  show('weft_quarantines_total', 'Chains put into quarantine.', () => counters.quarantines);
}
