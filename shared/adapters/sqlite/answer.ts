import { StoreFault } from '#ports/store-fault.ts';

/** What a read gives; whatever is thrown becomes a fault of the store. */
export async function answer<T>(read: () => T): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof StoreFault) throw error;
    throw new StoreFault('the store does not answer', { cause: error });
  }
}
