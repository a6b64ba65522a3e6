import * as z from 'zod/mini';
import type { StoreBinding } from '#ports/store-binding.ts';
import { StoreFault } from '#ports/store-fault.ts';
import type { Parameters } from './parameters.ts';

const bindingSchema = z.object({
  publicKey: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  tableId: z.string().check(z.minLength(1)),
  account: z.string().check(z.regex(/^\d{12}$/)),
  region: z.string().check(z.minLength(1)),
});

/** The binding as it was once written; undefined if this validator was never bound. */
export async function loadStoreBinding(
  parameters: Parameters,
  name: string,
): Promise<StoreBinding | undefined> {
  const text = await parameters.read(name);
  if (text === undefined) return undefined;
  const binding = bindingFrom(text);
  if (!binding) throw new StoreFault(`parameter ${name} holds no store binding`);
  return binding;
}

/**
 * Binds a key to its store, once for both: whoever comes second learns what is bound.
 *
 * @returns the binding that holds from now on.
 */
export async function bindStore(
  parameters: Parameters,
  name: string,
  binding: StoreBinding,
): Promise<StoreBinding> {
  const { publicKey, tableId, account, region } = binding;
  await parameters.writeOnce(name, JSON.stringify({ publicKey, tableId, account, region }));
  const bound = await loadStoreBinding(parameters, name);
  if (!bound) throw new StoreFault(`parameter ${name} was written and is not there`);
  return bound;
}

function bindingFrom(text: string): StoreBinding | undefined {
  try {
    const parsed = bindingSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
