import type { Clock } from '#ports/clock.ts';
import { StoreFault } from '#ports/store-fault.ts';
import type { WebAnswer, WebCall, WebRequest } from '#ports/web-call.ts';
import { duration } from '#protocol/primitives/numbers.ts';
import { exchange } from './exchange.ts';
import { type Credentials, type Link, signedHeaders, signedLink } from './sign.ts';

export interface SignedCallOptions {
  readonly service: string;
  readonly region: string;
  /** Asked before each request: they may change. */
  readonly credentials: () => Promise<Credentials>;
  readonly clock: Clock;
  /** Milliseconds until a whole answer must be there. */
  readonly deadlineMs?: number;
  /** How often a request is sent that failed in a way that may pass. */
  readonly attemptsMax?: number;
}

const deadlineMsDefault = 3_000;
const attemptsMaxDefault = 3;
const firstPauseUs = 50_000;
const textBytesMax = 1_024;
/** How services with JSON say that there were too many requests: with status 400. */
const throttled = /"__type"\s*:\s*"[^"]*(Throttl|TooManyRequests|RateExceeded)/;

/** Sends requests to one AWS service in the name of these credentials. */
export function signedCall(options: SignedCallOptions): WebCall {
  const { clock, attemptsMax = attemptsMaxDefault } = options;
  return async (request) => {
    for (let attempt = 1; ; attempt++) {
      const answer = await sendOnce(request, options).catch((error: unknown) => {
        if (attempt < attemptsMax) return undefined;
        throw new StoreFault(`${options.service}: no answer`, { cause: error });
      });
      if (answer && (!mayPass(answer) || attempt >= attemptsMax)) return answer;
      // Those who were refused together do not all come back together.
      const pauseUs = firstPauseUs * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
      await clock.sleep(duration(BigInt(Math.ceil(pauseUs))));
    }
  };
}

/** Too many requests, and faults of the service. */
function mayPass({ status, body }: WebAnswer): boolean {
  if (status !== 400) return status === 429 || status >= 500;
  return throttled.test(new TextDecoder().decode(body.subarray(0, textBytesMax)));
}

/** Makes links in the name of these credentials. */
export function linkMaker(options: SignedCallOptions): (link: Link) => Promise<string> {
  const { service, region, credentials, clock } = options;
  return async (link) =>
    signedLink(link, { service, region, credentials: await credentials(), now: clock.now() });
}

async function sendOnce(request: WebRequest, options: SignedCallOptions): Promise<WebAnswer> {
  const { service, region, credentials, clock, deadlineMs = deadlineMsDefault } = options;
  const signing = { service, region, credentials: await credentials(), now: clock.now() };
  return await exchange({ ...request, headers: signedHeaders(request, signing) }, deadlineMs);
}
