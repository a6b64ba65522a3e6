import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Template } from 'aws-cdk-lib/assertions';
import { resources, synthesised } from './synthesised.ts';

const stage = 'test';
const real = synthesised({ stage }).compute;

function typesOf(template: Template): ReadonlySet<string> {
  const all: readonly { readonly Type: string }[] = Object.values(template.toJSON().Resources);
  return new Set(all.map(({ Type }) => Type));
}

const isOf = (service: string) => (type: string) => type.startsWith(`AWS::${service}::`);

/** Rates of the HTTP API by method and path, as a REST API calls them behind its stage. */
function httpRates(): ReadonlyMap<string, number> {
  const stages = [...resources(real, 'AWS::ApiGatewayV2::Stage').values()];
  const { RouteSettings = {} } = stages.find(
    ({ Properties }) => Properties.RouteSettings,
  )!.Properties;
  return new Map(
    Object.entries<{ ThrottlingRateLimit: number }>(RouteSettings).map(([route, settings]) => {
      const [method, path = ''] = route.split(' ');
      return [`${method} ${path.replace(/^\/v1(?=\/)/, '')}`, settings.ThrottlingRateLimit];
    }),
  );
}

test('told nothing, a validator has an HTTP API and a WebSocket API, and no REST API', () => {
  assert.deepEqual([...typesOf(real)].filter(isOf('ApiGateway')), []);
});

test('a REST API has every route of the HTTP API at the same rate, and takes binaries', () => {
  const { compute } = synthesised({ stage }, { api: 'rest', push: 'off' });
  assert.deepEqual([...typesOf(compute)].filter(isOf('ApiGatewayV2')), []);
  const [api] = [...resources(compute, 'AWS::ApiGateway::RestApi').values()];
  assert.deepEqual(api?.Properties.BinaryMediaTypes, ['*/*']);
  const [made] = [...resources(compute, 'AWS::ApiGateway::Stage').values()];
  const { StageName, MethodSettings } = made!.Properties;
  assert.equal(StageName, 'v1');
  const rates = (MethodSettings as readonly Record<string, string | number>[])
    .filter(({ ResourcePath }) => ResourcePath !== '/*')
    .map(({ HttpMethod, ResourcePath, ThrottlingRateLimit }) => {
      const path = `${ResourcePath}`.slice(1).replaceAll('~1', '/');
      return [`${HttpMethod} ${path === '' ? '/' : path}`, ThrottlingRateLimit] as const;
    });
  assert.deepEqual(new Map(rates), httpRates());
  const methods = resources(compute, 'AWS::ApiGateway::Method');
  assert.equal(methods.size, httpRates().size);
});

test('without push there is no notifier, no table of listeners, and nobody is told of them', () => {
  const { compute } = synthesised({ stage }, { push: 'off' });
  const functions = [...resources(compute, 'AWS::Lambda::Function')];
  assert.ok(functions.every(([id]) => !id.startsWith('Notifier')));
  for (const [id, { Properties }] of functions) {
    const told = Object.keys(Properties.Environment.Variables);
    assert.ok(!told.includes('WEFT_SOCKET_URL') && !told.includes('WEFT_LISTENERS_TABLE'), id);
  }
  assert.equal(resources(compute, 'AWS::DynamoDB::Table').size, 0);
  assert.doesNotMatch(JSON.stringify(compute.toJSON()), /ManageConnections|Listeners/);
});

test('what emulators lack, no validator in production may lack, and nothing else is understood', () => {
  for (const said of [{ api: 'rest' }, { push: 'off' }]) {
    assert.throws(() => synthesised({ stage: 'production' }, said), /stage must be test/);
  }
  assert.throws(() => synthesised({ stage }, { api: 'http' }), /only rest/);
  assert.throws(() => synthesised({ stage }, { push: 'on' }), /only off/);
});
