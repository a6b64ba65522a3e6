import { assert } from '../primitives/assert.ts';
import { u128Max } from '../primitives/numbers.ts';
import type { Codec } from './codec.ts';
import { readByte, readUleb, refuse, take } from './reader.ts';
import { advance, writeByte, writeUleb } from './writer.ts';

export const u8: Codec<number> = {
  write(writer, value) {
    assert((value & 0xff) === value, 'a u8 is an integer of 8 bits');
    writeByte(writer, value);
  },
  read: readByte,
};

export const u16: Codec<number> = {
  write(writer, value) {
    assert((value & 0xffff) === value, 'a u16 is an integer of 16 bits');
    const at = advance(writer, 2);
    writer.view.setUint16(at, value, true);
  },
  read: (reader) => reader.view.getUint16(take(reader, 2), true),
};

export const u32: Codec<number> = {
  write(writer, value) {
    assert(value >>> 0 === value, 'a u32 is an integer of 32 bits');
    const at = advance(writer, 4);
    writer.view.setUint32(at, value, true);
  },
  read: (reader) => reader.view.getUint32(take(reader, 4), true),
};

export const u64: Codec<bigint> = {
  write(writer, value) {
    assert(BigInt.asUintN(64, value) === value, 'a u64 is an integer of 64 bits');
    const at = advance(writer, 8);
    writer.view.setBigUint64(at, value, true);
  },
  read: (reader) => reader.view.getBigUint64(take(reader, 8), true),
};

/** Little-endian like the others: the low half comes first. */
export const u128: Codec<bigint> = {
  write(writer, value) {
    assert(value >= 0n && value <= u128Max, 'a u128 is an integer of 128 bits');
    const at = advance(writer, 16);
    writer.view.setBigUint64(at, BigInt.asUintN(64, value), true);
    writer.view.setBigUint64(at + 8, value >> 64n, true);
  },
  read(reader) {
    const at = take(reader, 16);
    const high = reader.view.getBigUint64(at + 8, true);
    const low = reader.view.getBigUint64(at, true);
    return high === 0n ? low : (high << 64n) | low;
  },
};

export const bool: Codec<boolean> = {
  write: (writer, value) => writeByte(writer, value ? 1 : 0),
  read(reader) {
    const byte = readByte(reader);
    if (byte > 1) refuse(reader.offset - 1, `${byte}`, '0 or 1');
    return byte === 1;
  },
};

/** A u32 of variable length, in its shortest form only. */
export const uleb32: Codec<number> = { write: writeUleb, read: readUleb };
