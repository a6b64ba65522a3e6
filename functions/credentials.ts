import type { Credentials } from '#adapters/sigv4/sign.ts';

/**
 * What Lambda gives an environment, for as long as it lives. Bundles have this in place of the
 * SDK's chain of providers, which is half of its size and looks in places that Lambda has not.
 */
export function environmentCredentials(): Promise<Credentials> {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  if (!(AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY)) {
    return Promise.reject(new Error('the environment holds no AWS credentials'));
  }
  return Promise.resolve({
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
  });
}
