import { tableBoundSigner } from '#adapters/dynamodb/bound-signer.ts';
import { kmsSigner } from '#adapters/kms/kms-signer.ts';
import { openSeed } from '#adapters/kms/sealed-seed.ts';
import { ed25519Signer } from '#adapters/node-crypto/signer.ts';
import type { Parameters } from '#adapters/ssm/parameters.ts';
import { loadStoreBinding } from '#adapters/ssm/store-binding.ts';
import type { BoundSigner, Signer } from '#ports/signer.ts';
import type { AwsClients } from './aws-clients.ts';
import { parametersFrom } from './build-parameters.ts';
import type { ValidatorStore } from './build-ports.ts';
import type { SigningEnvironment } from './environment.ts';

/** The validator's key, which signs only over the table that it was once bound to. */
export async function openSigner(
  environment: SigningEnvironment,
  clients: AwsClients,
  { client, tables }: ValidatorStore,
): Promise<BoundSigner> {
  const parameters = parametersFrom(clients);
  const signer = await openKey(environment, clients, parameters);
  return tableBoundSigner({
    signer,
    client,
    tables,
    loadBinding: () => loadStoreBinding(parameters, environment.WEFT_BINDING_PARAMETER),
  });
}

async function openKey(
  environment: SigningEnvironment,
  clients: AwsClients,
  parameters: Parameters,
): Promise<Signer> {
  const { WEFT_KEY_MODE: mode, WEFT_KEY_ID: keyId, WEFT_KEY_PARAMETER: at } = environment;
  const client = clients.kms();
  if (mode === 'kms-sign') return await kmsSigner({ client, keyId });
  const sealed = at === undefined ? undefined : await parameters.read(at);
  if (sealed === undefined) throw new Error(`parameter ${at} holds no sealed seed`);
  const validator = environment.WEFT_VALIDATOR;
  return ed25519Signer(await openSeed({ client, keyId, validator }, sealed));
}
