/** Order of the base point, L. Source: RFC 8032 section 5.1. */
export const groupOrder = 2n ** 252n + 27_742_317_777_372_353_535_851_937_790_883_648_493n;

const orderBytes = littleEndian(groupOrder);

/** Whether S, the second half of a signature, is below L; if not, it is invalid by ZIP-215. */
export function isBelowGroupOrder(signature: Uint8Array): boolean {
  for (let i = 31; i >= 0; i--) {
    const difference = (signature[32 + i] as number) - (orderBytes[i] as number);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/** The signature with `times` L added to its S, which means the same to a careless library. */
export function withGroupOrders(signature: Uint8Array, times: number): Uint8Array {
  const added = signature.slice();
  let carry = 0;
  for (let i = 0; i < 32; i++) {
    const sum = (added[32 + i] as number) + (orderBytes[i] as number) * times + carry;
    added[32 + i] = sum & 0xff;
    carry = sum >> 8;
  }
  return added;
}

export function littleEndian(value: bigint): Uint8Array {
  const bytes = new Uint8Array(32);
  for (let i = 0, rest = value; i < 32; i++, rest >>= 8n) bytes[i] = Number(rest & 0xffn);
  return bytes;
}
