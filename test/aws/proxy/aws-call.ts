/** A request to AWS as it is on the wire. */
export interface WireCall {
  readonly method: string;
  /** The path with its query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

/** What a request asks of AWS, as policies name it. */
export interface AwsCall {
  readonly service: string;
  /** Such as `PutItem`, or for objects the HTTP method. */
  readonly operation: string;
  /** The id of the access key that signed it. */
  readonly caller: string;
  readonly uses: readonly AwsUse[];
}

/** Something that a policy allows or not. */
export interface AwsUse {
  /** Such as `dynamodb:PutItem`. */
  readonly action: string;
  readonly resource: string;
}

/** What is asked, and of what; nothing of requests that are signed for no service we know. */
export function awsCallOf(wire: WireCall): AwsCall | undefined {
  // A link carries in its query what other requests have in a header.
  const { searchParams } = new URL(wire.target, 'http://localhost');
  const linked = searchParams.get('X-Amz-Credential');
  const scope = /Credential=([^/]+)\/\d+\/([^/]*)\/([^/]+)\/aws4_request/.exec(
    linked === null ? (wire.headers.authorization ?? '') : `Credential=${linked}`,
  );
  const [, caller, region, service] = scope ?? [];
  if (caller === undefined || region === undefined || service === undefined) return undefined;
  const operation = wire.headers['x-amz-target']?.split('.').at(-1) ?? wire.method;
  const readUses = readers[service];
  const account = '000000000000';
  const arn = (name: string) => `arn:aws:${service}:${region}:${account}:${name}`;
  return { service, operation, caller, uses: readUses?.({ wire, operation, arn }) ?? [] };
}

interface Asked {
  readonly wire: WireCall;
  readonly operation: string;
  arn(name: string): string;
}

const readers: Readonly<Record<string, (asked: Asked) => readonly AwsUse[]>> = {
  dynamodb: ({ wire, operation, arn }) => {
    const { TableName, RequestItems = {} } = inputOf(wire);
    const tables: string[] = TableName === undefined ? Object.keys(RequestItems) : [TableName];
    return tables.map((table) => {
      return { action: `dynamodb:${operation}`, resource: arn(`table/${table}`) };
    });
  },
  // A batch is allowed by the action for one.
  sqs: ({ wire, operation, arn }) => {
    const queue = String(inputOf(wire).QueueUrl).split('/').at(-1) ?? '';
    return [{ action: `sqs:${operation.replace(/Batch$/, '')}`, resource: arn(queue) }];
  },
  kms: ({ wire, operation }) => {
    return [{ action: `kms:${operation}`, resource: String(inputOf(wire).KeyId) }];
  },
  ssm: ({ wire, operation, arn }) => {
    return [{ action: `ssm:${operation}`, resource: arn(`parameter${inputOf(wire).Name}`) }];
  },
  s3: ({ wire }) => {
    const object = objectArn(pathOf(wire).slice(1));
    const source = wire.headers['x-amz-copy-source']?.slice(1);
    return [
      { action: objectActions[wire.method] ?? wire.method, resource: object },
      ...(source === undefined ? [] : [{ action: 's3:GetObject', resource: objectArn(source) }]),
    ];
  },
  lambda: ({ wire, arn }) => {
    const [, name] = /\/functions\/([^/]+)\/invocations/.exec(wire.target) ?? [];
    if (name === undefined) return [];
    const plain = decodeURIComponent(name);
    const resource = plain.startsWith('arn:') ? plain : arn(`function:${plain}`);
    return [{ action: 'lambda:InvokeFunction', resource }];
  },
  'execute-api': ({ wire, arn }) => {
    const api = wire.headers.host?.split('.')[0];
    const resource = arn(`${api}${pathOf(wire).replace('/@', `/${wire.method}/@`)}`);
    return [{ action: 'execute-api:ManageConnections', resource }];
  },
};

const objectActions: Readonly<Record<string, string>> = {
  GET: 's3:GetObject',
  HEAD: 's3:GetObject',
  PUT: 's3:PutObject',
  DELETE: 's3:DeleteObject',
};

/** Without this action AWS says of an object that is not there that it is forbidden. */
export function useOfMissing({ method, target }: Pick<WireCall, 'method' | 'target'>): AwsUse[] {
  if (method !== 'GET' && method !== 'HEAD') return [];
  const bucket = target.split('?')[0]?.split('/')[1] ?? '';
  return [{ action: 's3:ListBucket', resource: objectArn(bucket) }];
}

function objectArn(name: string): string {
  return `arn:aws:s3:::${name}`;
}

function pathOf({ target }: WireCall): string {
  return target.split('?')[0] ?? '';
}

type Json = ReturnType<typeof JSON.parse>;

function inputOf({ body }: WireCall): Json {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return {};
  }
}
