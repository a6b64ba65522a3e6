/**
 * Immutable bytes by a name that is used once. Whoever names them has a record elsewhere that says
 * what is there. All methods throw `StoreFault` when the outcome is unknown, and repeating any of
 * them changes nothing.
 */
export interface ObjectStore {
  put(name: string, bytes: Uint8Array): Promise<void>;
  load(name: string): Promise<Uint8Array | undefined>;
  remove(name: string): Promise<void>;
}
