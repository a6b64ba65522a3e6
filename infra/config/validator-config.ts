import * as z from 'zod/mini';
import { ok, type Result, reject } from '#protocol/primitives/result.ts';
import { type WrongField, wrongField } from './wrong-field.ts';

const name = z.string().check(z.regex(/^[a-z][a-z0-9-]{0,23}$/, 'lowercase words, 24 at most'));
const wholeFrom = (least: number, most: number) =>
  z.int().check(z.gte(least, `at least ${least}`), z.lte(most, `at most ${most}`));
const powerOfTwo = z.literal([1, 2, 4, 8, 16], 'one of 1, 2, 4, 8, 16');

/** Which part of the validator serves which chains: `map` is what it tells its clients. */
const shards = z.strictObject({
  functions: powerOfTwo,
  map: z.strictObject({ version: wholeFrom(0, 4_294_967_295), functions: powerOfTwo }),
});

const provisioned = z.strictObject({
  least: wholeFrom(0, 1_000),
  most: wholeFrom(1, 1_000),
  /** Times at which the bounds change, in UTC; between them capacity follows utilization. */
  schedules: z.array(
    z.strictObject({
      name,
      cron: z
        .string()
        .check(z.regex(/^cron\([^()]{9,60}\)$/, 'cron(minute hour day month day year)')),
      least: wholeFrom(0, 1_000),
      most: wholeFrom(0, 1_000),
    }),
  ),
});

const concurrency = z.strictObject({
  /** Of each worker function; a bound on its cost, if the account's quota has 100 left beside. */
  reserved: z.optional(wholeFrom(1, 1_000)),
  provisioned: z.optional(provisioned),
});

const domain = z.strictObject({
  name: z.string().check(z.regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'a host name')),
  /** Of a certificate in us-east-1, where CloudFront looks. */
  certificateArn: z
    .string()
    .check(
      z.regex(
        /^arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate\/[a-f0-9-]+$/,
        'a certificate in us-east-1',
      ),
    ),
  webAclArn: z
    .string()
    .check(
      z.regex(/^arn:aws[a-z-]*:wafv2:us-east-1:\d{12}:global\/webacl\/.+$/, 'a global web ACL'),
    ),
});

export const validatorConfigSchema = z.strictObject({
  $schema: z.optional(z.string()),
  name,
  /** A label for tags and bills; the genesis says which network it is. */
  network: name,
  account: z.string().check(z.regex(/^\d{12}$/, '12 digits')),
  region: z.string().check(z.regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a region such as eu-central-1')),
  stage: z.literal(['production', 'test'], 'production or test'),
  /** From it follow all fuses: at every cap for a whole month, the bill is at most this. */
  maxMonthlyUsd: wholeFrom(10, 1_000_000),
  architecture: z.literal(['arm64', 'x86-64'], 'arm64 or x86-64'),
  key: z.literal(['envelope', 'kms-sign'], 'envelope or kms-sign'),
  /** Written by `weft validator init` when the key is made, and told by deployments after that. */
  publicKey: z.optional(
    z.string().check(z.regex(/^[0-9a-f]{64}$/, '64 lowercase hexadecimal digits')),
  ),
  shards,
  concurrency,
  /** Percent of requests that a new version gets first, and for how long. */
  canary: z.optional(z.strictObject({ percent: wholeFrom(1, 50), minutes: wholeFrom(1, 60) })),
  dashboard: z.boolean(),
  logDays: z.literal([1, 3, 5, 7, 14, 30, 60, 90, 180, 365], 'a retention that CloudWatch has'),
  alarmEmail: z.optional(z.email('an address')),
  domain: z.optional(domain),
});
/** What an operator decides about one validator: the content of validators/<name>.json. */
export type ValidatorConfig = z.infer<typeof validatorConfigSchema>;

/** The configuration in the text of a file, or the first field that is wrong. */
export function validatorConfigFromText(text: string): Result<ValidatorConfig, WrongField> {
  const json = jsonFrom(text);
  if (json === undefined) return reject({ path: '(the file)', expected: 'JSON' });
  const parsed = validatorConfigSchema.safeParse(json);
  if (parsed.success) return contradiction(parsed.data);
  const { path, expected } = wrongField(parsed.error.issues);
  return reject({ path: path || '(the file)', expected });
}

/** What single fields cannot say. */
function contradiction(config: ValidatorConfig): Result<ValidatorConfig, WrongField> {
  const { shards: parts, canary, concurrency: capacity } = config;
  if (parts.map.functions > parts.functions) {
    return reject({ path: 'shards.map.functions', expected: 'at most shards.functions' });
  }
  if (canary && capacity.provisioned) {
    return reject({ path: 'canary', expected: 'absent beside concurrency.provisioned' });
  }
  for (const [index, { least, most }] of (capacity.provisioned?.schedules ?? []).entries()) {
    if (least > most) {
      return reject({
        path: `concurrency.provisioned.schedules.${index}.least`,
        expected: 'at most its most',
      });
    }
  }
  if (capacity.provisioned && capacity.provisioned.least > capacity.provisioned.most) {
    return reject({ path: 'concurrency.provisioned.least', expected: 'at most its most' });
  }
  return ok(config);
}

function jsonFrom(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What `weft validator init` writes unless it is told otherwise. */
export const defaultConfig: Omit<ValidatorConfig, 'name' | 'network' | 'account' | 'region'> = {
  stage: 'production',
  maxMonthlyUsd: 1_000,
  architecture: 'arm64',
  key: 'envelope',
  shards: { functions: 1, map: { version: 0, functions: 1 } },
  concurrency: {},
  dashboard: false,
  logDays: 30,
};

/** Where the parts of a validator keep what they tell each other. */
export function parametersOf({ name: validator }: Pick<ValidatorConfig, 'name'>) {
  const at = (leaf: string) => `/weft/${validator}/${leaf}`;
  return {
    key: at('key'),
    binding: at('binding'),
    heads: at('state/heads'),
    data: at('state/data'),
    bucket: at('state/bucket'),
    keyArn: at('state/key-arn'),
    url: at('compute/url'),
    socket: at('compute/socket'),
    queue: at('compute/queue'),
    dead: at('compute/dead'),
  } as const;
}
