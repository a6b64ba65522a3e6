/** What is left of some bytes. */
export interface Reader {
  readonly bytes: Buffer;
  at: number;
}
/** Passes over one value, or throws the rule of docs/protocol.md that its bytes break. */
export type Read = (reader: Reader) => void;

export function fail(rule: string): never {
  throw new Error(rule);
}

export function must(holds: boolean, rule: string): asserts holds {
  if (!holds) fail(rule);
}

export const fixed =
  (length: number): Read =>
  (reader) => {
    must(reader.at + length <= reader.bytes.length, 'N1');
    reader.at += length;
  };

/** What `read` passes over. */
export function slice(reader: Reader, read: Read): Buffer {
  const start = reader.at;
  read(reader);
  return reader.bytes.subarray(start, reader.at);
}

export function uleb(reader: Reader): number {
  let value = 0;
  for (let i = 0; i < 5; i++) {
    const byte = slice(reader, fixed(1))[0] as number;
    value += (byte & 0x7f) * 2 ** (7 * i);
    must(i === 0 || byte !== 0, 'N2');
    if (byte < 0x80) {
      must(value < 2 ** 32, 'N2');
      return value;
    }
  }
  return fail('N2');
}

function count(reader: Reader, most: number): number {
  const length = uleb(reader);
  must(length <= most && length <= reader.bytes.length - reader.at, 'N4');
  return length;
}

const bytes =
  (most: number): Read =>
  (reader) =>
    fixed(count(reader, most))(reader);

export const text =
  (most: number): Read =>
  (reader) => {
    const content = slice(reader, fixed(count(reader, most)));
    const decoded = new TextDecoder('utf-8', { ignoreBOM: true }).decode(content);
    must(Buffer.from(decoded, 'utf8').equals(content), 'N5');
  };

export function items(reader: Reader, read: Read, most: number): readonly Buffer[] {
  return Array.from({ length: count(reader, most) }, () => slice(reader, read));
}

export const list =
  (read: Read, most: number): Read =>
  (reader) => {
    items(reader, read, most);
  };

export const struct =
  (...fields: readonly Read[]): Read =>
  (reader) => {
    for (const field of fields) field(reader);
  };

export const union =
  (...variants: readonly (readonly Read[])[]): Read =>
  (reader) =>
    struct(...(variants[uleb(reader)] ?? fail('N3')))(reader);

export const option = (read: Read): Read => union([], [read]);
export const bool: Read = union([], []);

export function whole(content: Uint8Array): Reader {
  return { bytes: Buffer.from(content), at: 0 };
}

export function end({ bytes: all, at }: Reader): void {
  must(at === all.length, 'N1');
}

export const [u8, u16, u32, u64, u128, hash] = [1, 2, 4, 8, 16, 32].map(fixed) as [
  Read,
  Read,
  Read,
  Read,
  Read,
  Read,
];

const sized =
  (lengths: readonly (readonly [number, number])[]): Read =>
  (reader) => {
    const [least, most] = lengths[slice(reader, u8)[0] as number] ?? fail('N3');
    const length = count(reader, most);
    must(length >= least, 'N6');
    fixed(length)(reader);
  };

export const publicKey = sized([
  [32, 32],
  [33, 33],
  [33, 33],
  [1952, 1952],
]);
export const signature = sized([
  [64, 64],
  [65, 65],
  [64, 2048],
  [3309, 3309],
]);

const owner = union([], [hash], [fixed(20)], [hash]);
const account = struct(hash, owner);
const cursor = struct(u64, u32);
const stream = union([bytes(64)], [hash, bytes(64)]);
const module = struct(hash, hash, u32, option(hash));
export const round = union([], [u32], [u32], [u32]);

export const signer: Read = (reader) => {
  const content = slice(reader, fixed(33));
  const length = [0, 0, 32, 20, 32][content[0] as number] ?? fail('N6');
  must(
    content.subarray(1, 33 - length).every((byte) => byte === 0),
    'N6',
  );
};

const timeouts = struct(option(u64), u64, u64, option(u64));
const ownership = struct(
  list(owner, 256),
  list(struct(owner, u64), 256),
  option(owner),
  u32,
  bool,
  timeouts,
);
const apps = list(hash, 64);
const permissions = struct(option(apps), apps, apps, option(apps), option(apps));
export const config = struct(ownership, u32, owner, u128, permissions);

const operation = union(
  [owner, account, u128],
  [account, account, u128],
  [config],
  [],
  [ownership],
  [permissions],
  [module],
  [hash],
  [hash],
  [module, bytes(65_536), bytes(65_536), list(hash, 64)],
  [hash],
  [u32, hash],
  [u32],
  [u32],
  [hash, stream, u32, u32],
  [],
  [owner, owner, u128],
  [owner, owner, account, u128],
  [hash, bytes(2 ** 20)],
);

const body = union([owner, u128, owner], [owner, u128, account], [cursor], [hash, bytes(2 ** 20)]);
const contents = struct(option(owner), u128, option(account), union([], [], [], []), body);
const posted = struct(u32, contents);
const bundle = struct(u64, u32, hash, u32, u64, option(cursor), list(posted, 1_024));
export const transaction = union([operation], [hash, union([], []), bundle]);

/** The lists of an outcome, in their order, with the names of their tags. */
export const parts: readonly (readonly [name: string, item: Read])[] = [
  ['messages', struct(u32, hash, contents)],
  ['previous-messages', struct(hash, option(u64), option(cursor))],
  ['previous-events', struct(stream, option(u64))],
  ['oracle-responses', struct(u32, bytes(65_536))],
  ['events', struct(u32, stream, u32, bytes(65_536))],
  ['blobs', struct(u32, hash)],
  ['operation-results', struct(u32, bytes(65_536))],
];
