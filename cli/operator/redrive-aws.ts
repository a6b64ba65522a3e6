import { type RedriveOptions, redrive } from '#adapters/sqs/redrive.ts';
import { parametersOf, type ValidatorConfig } from '#infra/config/validator-config.ts';
import type { AwsAccount } from './aws-account.ts';
import { failed, type Line, pass, warn } from './card.ts';

/** Of the records that stay, so many are shown, and so much of each. */
const shownMax = 5;
const shownLengthMax = 60;

/** Has doorbells ring again that were set aside. */
export async function redriveOnAws(
  config: ValidatorConfig,
  aws: AwsAccount,
  others: RedriveOptions['others'],
): Promise<readonly Line[]> {
  const { name } = config;
  const at = parametersOf(config);
  const [queueUrl, deadUrl] = await Promise.all([
    aws.parameters.read(at.queue),
    aws.parameters.read(at.dead),
  ]);
  if (queueUrl === undefined || deadUrl === undefined) {
    return [failed('queue', 'not deployed', `run npx cdk deploy '${name}/*'`)];
  }
  const client = aws.queues();
  const done = await redrive({ client, deadUrl, queueUrl, others });
  const lines = [pass('moved', `${done.moved} doorbells`)];
  const count = done.others.length;
  if (count > 0) {
    const found = `${count} records that are no doorbells: ${shown(done.others)}`;
    const fix = `read them, then run weft validator redrive ${name} --discard`;
    lines.push(others === 'kept' ? warn('left', found, fix) : pass('discarded', found));
  }
  if (done.isCut) lines.push(warn('more', 'there may be more', 'run the command again'));
  return lines;
}

/** Nobody knows who wrote them: a terminal gets plain characters only. */
function shown(bodies: readonly string[]): string {
  const some = bodies
    .slice(0, shownMax)
    .map((body) => body.slice(0, shownLengthMax).replaceAll(/[^ -~]/g, '.'));
  return [...some, ...(bodies.length > shownMax ? ['…'] : [])].join(' | ');
}
