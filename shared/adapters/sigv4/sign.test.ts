import assert from 'node:assert/strict';
import { test } from 'node:test';
import { timestamp } from '#protocol/primitives/numbers.ts';
import { type Signing, signedHeaders, signedLink } from './sign.ts';

const at = (text: string) => timestamp(BigInt(Date.parse(text)) * 1000n);
const empty = new Uint8Array(0);

/** Source: `get-vanilla` and its siblings of AWS's Signature Version 4 test suite. */
const suite: Signing = {
  credentials: {
    accessKeyId: 'AKIDEXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  },
  region: 'us-east-1',
  service: 'service',
  now: at('2015-08-30T12:36:00Z'),
};

function signatureFor(method: 'GET' | 'POST', target: string): string | undefined {
  const request = {
    method,
    url: `https://example.amazonaws.com${target}`,
    headers: {},
    body: empty,
  };
  return signedHeaders(request, suite).authorization?.split('Signature=')[1];
}

test("AWS's own examples are signed as AWS signs them", () => {
  assert.equal(
    signatureFor('GET', '/'),
    '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  );
  assert.equal(
    signatureFor('POST', '/'),
    '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
  );
  assert.equal(
    signatureFor('GET', '/?Param2=value2&Param1=value1'),
    'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  );
});

test("AWS's own example of a link is signed as AWS signs it", () => {
  const signing: Signing = {
    credentials: {
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    },
    region: 'us-east-1',
    service: 's3',
    now: at('2013-05-24T00:00:00Z'),
  };
  const link = signedLink(
    {
      method: 'GET',
      url: 'https://examplebucket.s3.amazonaws.com/test.txt',
      headers: {},
      secondsMax: 86_400,
    },
    signing,
  );
  assert.equal(
    new URL(link).searchParams.get('X-Amz-Signature'),
    'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
  );
});

test('what is signed is the host, the token and the content', () => {
  const request = { method: 'PUT', url: 'https://b.example/k', headers: {}, body: empty } as const;
  const credentials = { ...suite.credentials, sessionToken: 'token' };
  const headers = signedHeaders(request, { ...suite, credentials, service: 's3' });
  assert.match(
    headers.authorization ?? '',
    /SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,/,
  );
});
