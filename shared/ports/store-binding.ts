/**
 * The one store over which a key may sign. It is written once, where no worker can write: a table
 * that is restored, recreated or copied has another id, or is elsewhere.
 */
export interface StoreBinding {
  /** In lowercase hexadecimal. */
  readonly publicKey: string;
  readonly tableId: string;
  readonly account: string;
  readonly region: string;
}

/** The binding of this validator's key; undefined if it never was bound. */
export type LoadBinding = () => Promise<StoreBinding | undefined>;
