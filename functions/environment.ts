import * as z from 'zod/mini';
import { type ShardMap, shardMapFromText } from '#wire/shard-map.ts';

const text = z.string().check(z.minLength(1));
const shardMap = z.pipe(
  text,
  z.transform((value: string): ShardMap => {
    const map = shardMapFromText(value);
    if (!map.ok) throw new Error(`WEFT_SHARD_MAP: ${value} is not VERSION;bits=N`);
    return map.value;
  }),
);

const shared = {
  WEFT_VALIDATOR: text,
  AWS_REGION: text,
  WEFT_HEADS_TABLE: text,
  WEFT_DATA_TABLE: text,
  /** Holds `network/genesis`, `network/peers.json` and `blobs/…`. */
  WEFT_BUCKET: text,
  /** Where emulators answer; on AWS there is none. */
  AWS_ENDPOINT_URL: z.optional(text),
};

/** Of functions that answer for the validator. */
const serving = {
  WEFT_SHARD_MAP: shardMap,
  /** Names the store that the key signs over. */
  WEFT_BINDING_PARAMETER: text,
  WEFT_SOFTWARE: z._default(text, 'weft'),
  /** As below: clients are told where to listen. */
  WEFT_SOCKET_URL: z.optional(text),
};

/** Of functions that sign, or that let others do so. */
const signing = {
  WEFT_KEY_MODE: z.literal(['envelope', 'kms-sign']),
  WEFT_KEY_ID: text,
  /** Holds the sealed seed; in mode `envelope` only. */
  WEFT_KEY_PARAMETER: z.optional(text),
};

const ringing = { WEFT_QUEUE_URL: text };
const pushing = {
  /** `https://ID.execute-api.REGION.amazonaws.com/STAGE` of the WebSocket API. */
  WEFT_SOCKET_URL: text,
  /** Who listens over it. */
  WEFT_LISTENERS_TABLE: text,
};

const workerSchema = z.object({ ...shared, ...serving, ...signing, ...ringing });
const readerSchema = z.object({ ...shared, ...serving });
const messengerSchema = z.object({
  ...shared,
  ...ringing,
  /** The function that looks after what nobody asks for. */
  WEFT_DRIVER: text,
  WEFT_SOCKET_URL: z.optional(text),
  WEFT_LISTENERS_TABLE: z.optional(text),
});
const driverSchema = z.object({ ...shared, ...serving, ...signing, ...ringing });
const notifierSchema = z.object({ ...shared, ...pushing });
const rehearsalSchema = z.object(shared);

export type SharedEnvironment = z.infer<z.ZodMiniObject<typeof shared>>;
export type SigningEnvironment = z.infer<z.ZodMiniObject<typeof shared & typeof signing>> &
  Pick<WorkerEnvironment, 'WEFT_BINDING_PARAMETER'>;
export type WorkerEnvironment = z.infer<typeof workerSchema>;
export type ReaderEnvironment = z.infer<typeof readerSchema>;
export type MessengerEnvironment = z.infer<typeof messengerSchema>;
export type DriverEnvironment = z.infer<typeof driverSchema>;
export type NotifierEnvironment = z.infer<typeof notifierSchema>;

type Variables = Readonly<Record<string, string | undefined>>;

/** What each function is told by its environment; a missing variable is named. */
export const environmentOf = {
  worker: (variables: Variables): WorkerEnvironment => workerSchema.parse(variables),
  reader: (variables: Variables): ReaderEnvironment => readerSchema.parse(variables),
  messenger: (variables: Variables): MessengerEnvironment => messengerSchema.parse(variables),
  driver: (variables: Variables): DriverEnvironment => driverSchema.parse(variables),
  notifier: (variables: Variables): NotifierEnvironment => notifierSchema.parse(variables),
  rehearsal: (variables: Variables): SharedEnvironment => rehearsalSchema.parse(variables),
} as const;
