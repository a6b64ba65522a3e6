import { type BlobId, blobIdFromText } from '#protocol/block/blob.ts';
import { blobRows } from './blob-rows.ts';
import { type DynamoOptions, tableCalls } from './table-calls.ts';

/** `BLOB/UUID`, as the blob store names its objects, each of which it uses once. */
const nameShape = /^([0-9a-f]{64})\/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Those among the objects of the blob store that no row names. An object is put before its row and
 * removed after it, so a crash between leaves one; whoever puts an old one's row is long gone. Names
 * of any other shape are somebody else's.
 */
export async function unnamedObjects(
  options: DynamoOptions,
  names: readonly string[],
): Promise<readonly string[]> {
  const ours = names.flatMap((name): readonly (readonly [string, BlobId])[] => {
    const id = blobIdFromText(nameShape.exec(name)?.[1] ?? '');
    return id ? [[name, id]] : [];
  });
  const rows = await blobRows(tableCalls(options)).load([...new Set(ours.map(([, id]) => id))]);
  return ours.flatMap(([name, id]) => (rows.get(id)?.object === name ? [] : [name]));
}
