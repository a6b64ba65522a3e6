import { hashCodec } from '../crypto/hash.ts';
import type { Codec, Reader } from '../encoding/codec.ts';
import { readByte, refuse } from '../encoding/reader.ts';
import { advance, type Writer, writeByte } from '../encoding/writer.ts';
import { type AccountOwner, applicationIdCodec, evmAddressCodec } from './owner.ts';

const idLength = 32;

/**
 * The owner in whose name a block acts, in 33 bytes whatever its kind: 0 for none, else the
 * owner's tag + 1, then its id behind leading zeros.
 */
export const signerCodec: Codec<AccountOwner | undefined> = {
  write(writer, signer) {
    switch (signer?.kind) {
      case undefined:
        writeByte(writer, 0);
        return writeZeros(writer, idLength);
      case 'chain':
        writeByte(writer, 1);
        return writeZeros(writer, idLength);
      case 'key':
        writeByte(writer, 2);
        return hashCodec.write(writer, signer.hash);
      case 'evm':
        writeByte(writer, 3);
        writeZeros(writer, idLength - evmLength);
        return evmAddressCodec.write(writer, signer.address);
      case 'application':
        writeByte(writer, 4);
        return applicationIdCodec.write(writer, signer.id);
    }
  },
  read(reader) {
    const kind = readByte(reader);
    switch (kind) {
      case 0:
        return readZeros(reader, idLength);
      case 1:
        readZeros(reader, idLength);
        return { kind: 'chain' };
      case 2:
        return { kind: 'key', hash: hashCodec.read(reader) };
      case 3:
        readZeros(reader, idLength - evmLength);
        return { kind: 'evm', address: evmAddressCodec.read(reader) };
      case 4:
        return { kind: 'application', id: applicationIdCodec.read(reader) };
      default:
        return refuse(reader.offset - 1, `signer kind ${kind}`, '0 to 4');
    }
  },
};

const evmLength = 20;

function writeZeros(writer: Writer, count: number): void {
  const at = advance(writer, count);
  writer.bytes.fill(0, at, at + count);
}

function readZeros(reader: Reader, count: number): undefined {
  for (let i = 0; i < count; i++) {
    if (readByte(reader) !== 0) {
      refuse(reader.offset - 1, 'bytes before a shorter id', 'zeros');
    }
  }
}
