import assert from 'node:assert/strict';
import { serviceUrl, targetCall } from './target.ts';

/** Deletes a parameter that is there. */
export async function deleteParameter(Name: string): Promise<void> {
  const { status } = await targetCall('ssm')({
    method: 'POST',
    url: `${serviceUrl('ssm')}/`,
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AmazonSSM.DeleteParameter',
    },
    body: new TextEncoder().encode(JSON.stringify({ Name })),
  });
  assert.equal(status, 200, Name);
}
