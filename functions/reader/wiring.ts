import { loadStoreBinding } from '#adapters/ssm/store-binding.ts';
import { validatorApi } from '#api/validator-api.ts';
import { bytesFromHex } from '#protocol/primitives/hex.ts';
import { duration } from '#protocol/primitives/numbers.ts';
import { awsClients } from '../aws-clients.ts';
import { socketUrlOf } from '../build-notifier.ts';
import { parametersFrom } from '../build-parameters.ts';
import { openValidatorStore, silentBus, silentHub } from '../build-ports.ts';
import { environmentOf } from '../environment.ts';
import type { Served } from '../gateway/serve-gateway.ts';
import { observedApi } from '../observe/observed-api.ts';
import { newObserver } from '../observe/observer.ts';
import { isRead } from './reader-routes.ts';

/** Of the 20 s that the function has. */
const budget = duration(15_000_000n);

/** The part of the API that only reads: it has no key, and may write nothing. */
export async function readerWiring(variables: NodeJS.ProcessEnv): Promise<Served> {
  const environment = environmentOf.reader(variables);
  const { WEFT_VALIDATOR: name, WEFT_BINDING_PARAMETER: at } = environment;
  const socket = environment.WEFT_SOCKET_URL;
  const observer = newObserver({ validator: name, functionName: 'reader' });
  const clients = awsClients(environment);
  const store = await openValidatorStore(environment, clients);
  const binding = await loadStoreBinding(parametersFrom(clients), at);
  if (!binding) throw new Error(`parameter ${at}: the validator's key was never bound`);
  const publicKey = { scheme: 'ed25519', bytes: bytesFromHex(binding.publicKey) } as const;
  const context = validatorApi(
    { ...store.ports, bus: silentBus, notifier: silentHub, signer: undefined },
    {
      identity: { name, publicKey },
      software: environment.WEFT_SOFTWARE,
      shardMap: () => environment.WEFT_SHARD_MAP,
      onFault: observer.onFault,
      deadline: budget,
      ...(socket !== undefined && { socketUrl: socketUrlOf(socket, clients.emulator) }),
    },
  );
  return { context: observedApi(context, observer), observer, serves: isRead };
}
