import { parametersOf, type ValidatorConfig } from '#infra/config/validator-config.ts';
import type { AwsAccount } from './aws-account.ts';
import { causes, failed, type Line, pass, warn } from './card.ts';
import { placesLines } from './examine-places.ts';
import { bindingState } from './initialise.ts';

/** Source: the bootstrap stack's own version, which CDK compares when it deploys. */
const bootstrapParameter = '/cdk-bootstrap/hnb659fds/version';
const bootstrapLeast = 21;
/** Ten requests a second of each environment. */
const concurrencyLeast = 100;
/** What AWS gives an account that is no longer new. */
const askedFor = 1_000;
/** "Concurrent executions". Source: the service's quotas as Service Quotas lists them. */
const concurrencyQuota = 'L-B99A9384';
const skewMsWarned = 1_000;
const skewMsMax = 30_000;

/** Looks at everything that keeps a validator on AWS from voting. */
export async function examineOnAws(
  config: ValidatorConfig,
  aws: AwsAccount,
  known: readonly ValidatorConfig[],
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
  const allowed = 'allow these credentials lambda:GetAccountSettings';
  const quota = await attempt('quota', allowed, () => aws.concurrency());
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
  if (!peers) lines.push(warn('co-location', 'no addresses of others', join));
  lines.push(...placesLines(config, peers, known));
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

function quotaLine({ region, concurrency, shards }: ValidatorConfig, most: number): Line {
  const found = `${most} functions at a time`;
  const ask = (wanted: number) =>
    `run aws service-quotas request-service-quota-increase --service-code lambda --quota-code ${concurrencyQuota} --desired-value ${wanted} --region ${region}`;
  const reserved = (concurrency.reserved ?? 0) * shards.functions;
  if (reserved > 0 && most - reserved < concurrencyLeast) {
    const fix = `${ask(reserved + concurrencyLeast)}, or reserve less`;
    return failed('quota', `${found}, ${reserved} of them reserved`, fix);
  }
  if (most >= concurrencyLeast) return pass('quota', found);
  return warn('quota', `${found}: ${concurrencyLeast} serve 1,000 blocks a second`, ask(askedFor));
}

/** What was asked, or the line that says why it was not answered. */
async function attempt<T>(check: string, fix: string, ask: () => Promise<T>): Promise<T | Line> {
  try {
    return await ask();
  } catch (error) {
    return failed(check, causes(error), fix);
  }
}
