import { hexFromBytes } from '#protocol/primitives/hex.ts';

/** The name by which the logs of all validators tell what one command asked of them. */
export interface Correlation {
  /** The name, for requests that are about to be sent. */
  use(): string;
  /** The name, once there may be something to look for. */
  used(): string | undefined;
}

export function newCorrelation(): Correlation {
  const name = randomName();
  let isUsed = false;
  return {
    use() {
      isUsed = true;
      return name;
    },
    used: () => (isUsed ? name : undefined),
  };
}

/** 128 random bits, in hexadecimal. */
export function randomName(): string {
  return hexFromBytes(crypto.getRandomValues(new Uint8Array(16)));
}
