import { networkIdOf } from '#protocol/block/genesis.ts';
import { decode } from '#protocol/encoding/codec.ts';
import { hexFromBytes } from '#protocol/primitives/hex.ts';
import { valueMediaType } from '#wire/exchange.ts';
import { networkDescriptionCodec } from '#wire/network-description.ts';
import { requestPath } from '#wire/routes.ts';
import { type Answer, type Ask, askAt } from './ask.ts';
import { failed, type Line, pass, warn } from './card.ts';

const samples = 30;
const together = 10;
const slowMs = 1_000;
const skewMsMax = 2_000;

/** A report card of a validator, from outside: it changes nothing there. */
export async function burnIn(url: string, ask: Ask = askAt(url)): Promise<readonly Line[]> {
  const tests = [transport(url), () => version(ask), () => identity(ask), () => health(ask)];
  tests.push(
    () => refusal(ask),
    () => latency(ask),
    () => load(ask),
    () => clock(ask),
  );
  const lines: Line[] = [];
  for (const test of tests) lines.push(await test());
  return lines;
}

function transport(url: string): () => Promise<Line> {
  const { protocol, hostname } = new URL(url);
  const line = (): Line => {
    if (protocol === 'https:') return pass('transport', 'https');
    const isHere = /^(?:127\.|(?:.+\.)?localhost$|\[::1\]$)/.test(hostname);
    if (isHere) return pass('transport', 'http, on this machine');
    return warn('transport', 'http', 'put it behind https: replies name who asks for which chain');
  };
  return () => Promise.resolve(line());
}

async function version(ask: Ask): Promise<Line> {
  const answer = await ask('/version');
  const { software, protocol } = fieldsOf(answer);
  if (answer.status === 200 && software !== undefined) {
    return pass('version', `${software}, protocol ${protocol}`);
  }
  return failed('version', `status ${answer.status}`, 'check that the address is of a validator');
}

/** Its network's id must be the hash of the genesis header that it shows. */
async function identity(ask: Ask): Promise<Line> {
  const answer = await ask('/v1/network', { headers: { accept: valueMediaType } });
  const described = decode(networkDescriptionCodec, answer.body);
  const fix = 'check that the whole address is of a validator, without a path';
  if (!described.ok) return failed('network', `status ${answer.status}, no description`, fix);
  const { network, genesis, validator } = described.value;
  const isTrue = networkIdOf(genesis) === network;
  if (!isTrue)
    return failed('network', `${network} is not its genesis`, 'do not use this validator');
  const key = hexFromBytes(validator.publicKey.bytes);
  const seat = genesis.committee.findIndex(
    ({ publicKey }) => hexFromBytes(publicKey.bytes) === key,
  );
  const found = `${network}, ${validator.name} with the key ${key}`;
  if (seat >= 0) return pass('network', `${found} in seat ${seat}`);
  return warn('network', `${found} in no seat of the first committee`, 'expected of later members');
}

async function health(ask: Ask): Promise<Line> {
  const answer = await ask('/health');
  const { status = 'no status' } = fieldsOf(answer);
  if (answer.status === 200 && status === 'ok') return pass('votes', status);
  const fix = 'run weft validator doctor with its name; a store that is not bound cannot sign';
  return failed('votes', `status ${answer.status}: ${status}`, fix);
}

/** Of an object in JSON, cut to what fits on a line; nothing of anything else. */
function fieldsOf({ body }: Answer): Readonly<Record<string, string | undefined>> {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(body));
    if (typeof parsed !== 'object' || parsed === null) return {};
    const texts = Object.entries(parsed).map(([name, value]) => [name, `${value}`.slice(0, 64)]);
    return Object.fromEntries(texts);
  } catch {
    return {};
  }
}

/** Bytes that are no request are refused, by kind, and the same way each time. */
async function refusal(ask: Ask): Promise<Line> {
  const post = () =>
    ask(requestPath('propose', 0), {
      method: 'POST',
      headers: { 'content-type': valueMediaType, accept: 'application/json' },
      body: Uint8Array.of(0xff, 0xff, 0xff),
    });
  const [one, two] = [await post(), await post()];
  const text = new TextDecoder().decode(one.body);
  const isSame = one.status === two.status && text === new TextDecoder().decode(two.body);
  const isRefused = one.status >= 400 && one.status < 500 && text.includes('"kind"');
  if (isRefused && isSame) return pass('refusals', `status ${one.status}, the same again`);
  const found = `status ${one.status}, then ${two.status}`;
  return failed('refusals', found, 'see the log of the worker function');
}

async function latency(ask: Ask): Promise<Line> {
  const times: number[] = [];
  for (let sample = 0; sample < samples; sample++) {
    const { status, ms } = await ask('/version');
    if (status === 200) times.push(ms);
  }
  if (times.length < samples) {
    const found = `${samples - times.length} of ${samples} requests failed`;
    return failed('latency', found, 'raise maxMonthlyUsd, from which the throttles follow');
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(share * (samples - 1))] ?? 0;
  const found = `p50 ${at(0.5).toFixed(0)} ms, worst ${at(1).toFixed(0)} ms`;
  if (at(1) < slowMs) return pass('latency', found);
  return warn('latency', found, 'run it again: the first requests include a cold start');
}

/** Several at a time are all answered, if only with a plain *busy*. */
async function load(ask: Ask): Promise<Line> {
  const answers = await Promise.all(Array.from({ length: together }, () => ask('/v1/network')));
  const bad = answers.filter(({ status }) => status !== 200 && status !== 429 && status !== 503);
  const busy = answers.filter(({ status }) => status === 429 || status === 503).length;
  if (bad.length > 0) {
    const found = `${bad.length} of ${together} at a time failed`;
    return failed('together', found, 'see the alarms and the log of the functions');
  }
  if (busy === 0) return pass('together', `${together} at a time answered`);
  const fix = 'ask for more concurrency, or raise maxMonthlyUsd';
  return warn('together', `${busy} of ${together} at a time were told to come back`, fix);
}

async function clock(ask: Ask): Promise<Line> {
  const { headers } = await ask('/version');
  const told = Date.parse(`${headers.date}`);
  if (Number.isNaN(told)) return pass('clock', 'not told');
  const skew = Date.now() - (told + 500);
  const found = `${(Math.abs(skew) / 1_000).toFixed(1)} s from this machine's`;
  if (Math.abs(skew) <= skewMsMax) return pass('clock', found);
  return warn('clock', found, 'synchronise the clock of this machine, then run it again');
}
