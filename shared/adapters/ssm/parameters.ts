import * as z from 'zod/mini';
import { StoreFault } from '#ports/store-fault.ts';
import type { WebAnswer, WebCall } from '#ports/web-call.ts';

export interface ParametersOptions {
  readonly call: WebCall;
  /** Such as `https://ssm.eu-west-1.amazonaws.com`. */
  readonly endpoint: string;
}

/** Small named texts that operators keep beside a validator. */
export interface Parameters {
  read(name: string): Promise<string | undefined>;
  /** Writes a text where there is none; never replaces one. */
  writeOnce(name: string, value: string): Promise<'written' | 'taken'>;
}

const readSchema = z.object({ Parameter: z.object({ Value: z.string() }) });
const faultSchema = z.object({ __type: z.string() });

export function ssmParameters({ call, endpoint }: ParametersOptions): Parameters {
  async function ask(action: string, input: unknown): Promise<WebAnswer> {
    return await call({
      method: 'POST',
      url: `${endpoint}/`,
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AmazonSSM.${action}`,
      },
      body: new TextEncoder().encode(JSON.stringify(input)),
    });
  }
  return {
    async read(name) {
      const answer = await ask('GetParameter', { Name: name, WithDecryption: false });
      if (answer.status === 200) return readSchema.parse(jsonOf(answer)).Parameter.Value;
      if (faultOf(answer) === 'ParameterNotFound') return undefined;
      throw faultFrom(answer, name);
    },
    async writeOnce(name, value) {
      const input = { Name: name, Value: value, Type: 'String', Overwrite: false };
      const answer = await ask('PutParameter', input);
      if (answer.status === 200) return 'written';
      if (faultOf(answer) === 'ParameterAlreadyExists') return 'taken';
      throw faultFrom(answer, name);
    },
  };
}

function faultFrom(answer: WebAnswer, name: string): StoreFault {
  return new StoreFault(`parameter ${name}: status ${answer.status}, ${faultOf(answer)}`);
}

/** The name of what went wrong, which may come behind the name of its family. */
function faultOf(answer: WebAnswer): string {
  const parsed = faultSchema.safeParse(jsonOf(answer));
  return parsed.success ? (parsed.data.__type.split('#').at(-1) ?? '') : 'unknown';
}

function jsonOf({ body }: WebAnswer): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}
