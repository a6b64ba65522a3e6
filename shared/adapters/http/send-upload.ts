import { request } from 'undici';
import type { SendUpload } from './upload-detour.ts';

const deadlineMs = 60_000;
/** Of what comes back, which nobody reads. */
const answerBytesMax = 65_536;

/** Puts bytes by one request that follows no redirection. */
export const sendUpload: SendUpload = async (url, headers, bytes) => {
  const signal = AbortSignal.timeout(deadlineMs);
  const { statusCode, body } = await request(url, { method: 'PUT', headers, body: bytes, signal });
  await body.dump({ limit: answerBytesMax });
  return statusCode === 200;
};
