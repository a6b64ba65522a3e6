import { bindStore, loadStoreBinding } from '#adapters/ssm/store-binding.ts';
import { parametersOf, type ValidatorConfig } from '#infra/config/validator-config.ts';
import type { StoreBinding } from '#ports/store-binding.ts';
import type { PublicKey } from '#protocol/crypto/signature.ts';
import { hexFromBytes } from '#protocol/primitives/hex.ts';
import { keyMaker } from '../keys.ts';
import type { AwsAccount } from './aws-account.ts';
import { failed, type Line, pass, warn } from './card.ts';
import type { Stanza } from './stanza.ts';

const seedBytes = 32;

export interface Initialised {
  readonly lines: readonly Line[];
  /** In hexadecimal, once there is a key that may sign here: deployments tell it from then on. */
  readonly publicKey?: string;
  /** What the others need to know, once there is a key and an address. */
  readonly stanza?: Stanza;
}

/** Gives a validator its key and binds it to its store. Each is done once; again changes nothing. */
export async function initialise(config: ValidatorConfig, aws: AwsAccount): Promise<Initialised> {
  const { name } = config;
  const { account } = await aws.identity();
  if (account !== config.account) {
    const fix = `use credentials of account ${config.account}, or correct the configuration`;
    return { lines: [failed('credentials', `of account ${account}`, fix)] };
  }
  const lines: Line[] = [pass('credentials', `of account ${account}`)];
  const at = parametersOf(config);
  const [heads, keyId, url] = await Promise.all(
    [at.heads, at.keyArn, at.url].map((each) => aws.parameters.read(each)),
  );
  if (heads === undefined || keyId === undefined) {
    lines.push(failed('state', 'not deployed', `run npx cdk deploy '${name}/*', then this again`));
    return { lines };
  }
  lines.push(pass('state', `deployed, with the table ${heads}`));
  const publicKey = await keyOf(config, aws, keyId);
  const hex = hexFromBytes(publicKey.bytes);
  lines.push(pass('key', hex));
  const wanted = await aws.binding(heads, publicKey);
  const bound = await bindStore(aws.parameters, at.binding, wanted);
  const binding = bindingLine(bound, wanted);
  lines.push(binding);
  const known = binding.state === 'pass' ? { publicKey: hex } : {};
  if (url === undefined) {
    lines.push(warn('address', 'none', `run npx cdk deploy '${name}/*', then this again`));
    return { lines, ...known };
  }
  lines.push(pass('address', url));
  return { lines, ...known, stanza: { name, publicKey: hex, url, votes: 1 } };
}

/** The key that is there already, or a new one; of two made at once, one is kept. */
async function keyOf(config: ValidatorConfig, aws: AwsAccount, keyId: string): Promise<PublicKey> {
  if (config.key === 'kms-sign') return await aws.votingKey(keyId);
  const { key: at } = parametersOf(config);
  const before = await aws.parameters.read(at);
  if (before === undefined) {
    await aws.parameters.writeOnce(at, await aws.seal(keyId, keyMaker.random(seedBytes)));
  }
  const sealed = before ?? (await aws.parameters.read(at));
  if (sealed === undefined) throw new Error(`parameter ${at} was written and is not there`);
  return keyMaker.signer(await aws.open(keyId, sealed), 'ed25519').publicKey;
}

/** Whether the key is bound to the store that is deployed. */
export function bindingLine(bound: StoreBinding, here: StoreBinding): Line {
  const other = (['publicKey', 'tableId', 'account', 'region'] as const).filter(
    (field) => bound[field] !== here[field],
  );
  if (other.length === 0) return pass('binding', `to the table with the id ${here.tableId}`);
  const fix =
    'it never signs over this store: see docs/operators.md, "A restored table cannot sign"';
  return failed('binding', `to another store: ${other.join(', ')} differ`, fix);
}

/** The binding as it is, for those who only look. */
export async function bindingState(config: ValidatorConfig, aws: AwsAccount): Promise<Line> {
  const at = parametersOf(config);
  const fix = `run weft validator init ${config.name}`;
  const [bound, heads] = await Promise.all([
    loadStoreBinding(aws.parameters, at.binding),
    aws.parameters.read(at.heads),
  ]);
  if (bound === undefined || heads === undefined) return failed('binding', 'none', fix);
  const bytes = Uint8Array.from(Buffer.from(bound.publicKey, 'hex'));
  return bindingLine(bound, await aws.binding(heads, { scheme: 'ed25519', bytes }));
}
