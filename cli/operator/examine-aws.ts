import * as z from 'zod/mini';
import { parametersOf, type ValidatorConfig } from '#infra/config/validator-config.ts';
import type { AwsAccount } from './aws-account.ts';
import { failed, type Line, pass, warn } from './card.ts';
import { bindingState } from './initialise.ts';

/** Source: the bootstrap stack's own version, which CDK compares when it deploys. */
const bootstrapParameter = '/cdk-bootstrap/hnb659fds/version';
const bootstrapLeast = 21;
/** Ten requests a second of each environment. */
const concurrencyLeast = 100;
const skewMsWarned = 1_000;
const skewMsMax = 30_000;
/** With a third of the votes in one region, its outage stops the network. */
const regionShareMax = 1 / 3;

const peersSchema = z.array(z.object({ name: z.string(), url: z.string() }));

/** Looks at everything that keeps a validator on AWS from voting. */
export async function examineOnAws(
  config: ValidatorConfig,
  aws: AwsAccount,
): Promise<readonly Line[]> {
  const identity = await attempt('credentials', 'aws sts get-caller-identity must work here', () =>
    aws.identity(),
  );
  if ('check' in identity) return [identity];
  const lines = [accountLine(config, identity.account), clockLine(identity.skewMs)];
  if (identity.account !== config.account) return lines;
  const { name, account, region } = config;
  const at = parametersOf(config);
  const version = Number(await aws.parameters.read(bootstrapParameter));
  lines.push(
    version >= bootstrapLeast
      ? pass('bootstrap', `version ${version}`)
      : failed(
          'bootstrap',
          version ? `version ${version}` : 'none',
          `run npx cdk bootstrap aws://${account}/${region}`,
        ),
  );
  const quota = await attempt('quota', 'ask for a higher quota in Service Quotas', () =>
    aws.concurrency(),
  );
  lines.push(typeof quota === 'number' ? quotaLine(config, quota) : quota);
  const bucket = await aws.parameters.read(at.bucket);
  if (bucket === undefined) {
    lines.push(failed('state', 'not deployed', `run npx cdk deploy '${name}/*'`));
    return lines;
  }
  lines.push(pass('state', 'deployed'), await bindingState(config, aws));
  const files = aws.files(bucket);
  const join = `run weft validator join ${name} GENESIS STANZAS`;
  const genesis = await files.load('genesis');
  lines.push(
    genesis ? pass('genesis', `${genesis.length} bytes`) : failed('genesis', 'none', join),
  );
  const peers = await files.load('peers.json');
  lines.push(
    peers ? placesLine(config, peers) : warn('co-location', 'no addresses of others', join),
  );
  return lines;
}

function accountLine(config: ValidatorConfig, account: string): Line {
  if (account === config.account) return pass('credentials', `of account ${account}`);
  const fix = `use credentials of account ${config.account}, or correct the configuration`;
  return failed('credentials', `of account ${account}`, fix);
}

function clockLine(skewMs: number): Line {
  const found = `${Math.round(Math.abs(skewMs) / 1_000)} s from AWS's`;
  const fix = 'synchronise the clock of this machine';
  if (Math.abs(skewMs) > skewMsMax) return failed('clock', found, fix);
  return Math.abs(skewMs) > skewMsWarned ? warn('clock', found, fix) : pass('clock', found);
}

function quotaLine({ concurrency, shards }: ValidatorConfig, most: number): Line {
  const found = `${most} functions at a time`;
  const ask = `request "Concurrent executions" of Lambda in Service Quotas`;
  const reserved = (concurrency.reserved ?? 0) * shards.functions;
  if (reserved > 0 && most - reserved < concurrencyLeast) {
    const fix = `${ask}: at least ${reserved + concurrencyLeast}, or reserve less`;
    return failed('quota', `${found}, ${reserved} of them reserved`, fix);
  }
  if (most >= concurrencyLeast) return pass('quota', found);
  return warn('quota', found, `${ask}: ${concurrencyLeast} serve 1,000 blocks a second`);
}

function placesLine({ region }: ValidatorConfig, bytes: Uint8Array): Line {
  const peers = peersSchema.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
  if (!peers.success) return failed('co-location', 'peers.json is malformed', 'join again');
  const near = peers.data.filter(({ url }) => new URL(url).hostname.includes(`.${region}.`));
  const found = `${near.length} of ${peers.data.length} members in ${region}`;
  if (near.length <= 1 || near.length / peers.data.length < regionShareMax) {
    return pass('co-location', found);
  }
  const fix =
    'put new validators elsewhere: an outage of one region must not stop a third of the votes';
  return warn('co-location', found, fix);
}

/** What was asked, or the line that says why it was not answered. */
async function attempt<T>(check: string, fix: string, ask: () => Promise<T>): Promise<T | Line> {
  try {
    return await ask();
  } catch (error) {
    return failed(check, error instanceof Error ? error.message : String(error), fix);
  }
}
