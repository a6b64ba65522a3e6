import type { ValidatorConfig } from '#infra/config/validator-config.ts';
import { decode } from '#protocol/encoding/codec.ts';
import { valueMediaType } from '#wire/exchange.ts';
import { networkDescriptionCodec } from '#wire/network-description.ts';
import { requestPath } from '#wire/routes.ts';
import type { Ask } from './ask.ts';
import { failed, type Line, pass } from './card.ts';
import { type ShardCount, shardSteps } from './shard-steps.ts';

export interface ShardTools {
  /** Keeps the configuration, so that a run that was cut short goes on from where it was. */
  save(config: ValidatorConfig): void;
  /** Deploys what is configured; false if that failed. */
  deploy(config: ValidatorConfig): Promise<boolean>;
  readonly ask: Ask;
  /** Waits until requests under the older map have come to an end. */
  drain(): Promise<void>;
  /** Waits until a busy validator may be less so. */
  pause(): Promise<void>;
  note(text: string): void;
}

/** Deploy, smoke, publish the map, drain, remove: each step only after the one before it holds. */
export async function setShards(
  config: ValidatorConfig,
  wanted: ShardCount,
  tools: ShardTools,
): Promise<readonly Line[]> {
  const lines: Line[] = [];
  const again = `run weft validator shards set ${wanted} ${config.name} again`;
  for (const { what, shards } of shardSteps(config.shards, wanted)) {
    if (what === 'remove') {
      tools.note('waiting for requests under the older map');
      await tools.drain();
      lines.push(pass('drain', 'no request is older than its client waits for'));
    }
    const next = { ...config, shards };
    tools.save(next);
    tools.note(`${what}: ${shards.functions} functions, map of ${shards.map.functions}`);
    if (!(await tools.deploy(next))) return [...lines, failed(what, 'not deployed', again)];
    lines.push(pass(what, `${shards.functions} functions, map of ${shards.map.functions}`));
    const smoke = await smokeLine(patient(tools), shards, again);
    lines.push(smoke);
    if (smoke.state === 'fail') return lines;
  }
  return lines.length > 0 ? lines : [pass('shards', `${wanted} already`)];
}

const attemptsMax = 20;
/** Of whoever answers for a validator that has no time now. */
const busyStatuses: ReadonlySet<number> = new Set([429, 503]);

/** Shards change when there is much traffic: that a validator is busy says nothing about the step. */
function patient({ ask, pause }: ShardTools): Ask {
  return async (path, question) => {
    for (let attempt = 1; ; attempt++) {
      const answer = await ask(path, question);
      if (!busyStatuses.has(answer.status) || attempt === attemptsMax) return answer;
      await pause();
    }
  };
}

/** Every shard's route, and that of none, is answered by a worker, and the map is the one that is configured. */
async function smokeLine(
  ask: Ask,
  { functions, map }: ValidatorConfig['shards'],
  fix: string,
): Promise<Line> {
  for (const shard of ['any', ...Array(functions).keys()] as const) {
    const { status, body } = await ask(requestPath('propose', shard), {
      method: 'POST',
      headers: { 'content-type': valueMediaType, accept: 'application/json' },
      body: Uint8Array.of(0xff),
    });
    const isRefused =
      status >= 400 && status < 500 && new TextDecoder().decode(body).includes('kind');
    if (!isRefused) return failed('smoke', `shard ${shard}: status ${status}`, fix);
  }
  const described = decode(
    networkDescriptionCodec,
    (await ask('/v1/network', { headers: { accept: valueMediaType } })).body,
  );
  if (!described.ok) return failed('smoke', 'no description of the network', fix);
  const { version, bits } = described.value.shardMap;
  if (version !== map.version || 1 << bits !== map.functions) {
    return failed('smoke', `map ${version} of ${1 << bits} is published`, fix);
  }
  return pass('smoke', `${functions} shards answer, map ${version} is published`);
}
