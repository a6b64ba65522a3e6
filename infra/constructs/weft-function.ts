import { join } from 'node:path';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { bundleOptions } from '#functions/bundle-options.ts';
import { type FunctionName, functionSizes } from '../config/sizes.ts';
import type { ValidatorConfig } from '../config/validator-config.ts';

const root = join(import.meta.dirname, '../..');
const architectures = {
  arm64: lambda.Architecture.ARM_64,
  'x86-64': lambda.Architecture.X86_64,
} as const;
/** They ring for each other: our hop budget ends what AWS's own cut-off would end blindly. */
const looping: ReadonlySet<FunctionName> = new Set(['messenger', 'driver']);

export interface WeftFunctionProps {
  readonly config: ValidatorConfig;
  readonly code: FunctionName;
  readonly environment: Readonly<Record<string, string>>;
  /** Where events end that nobody waits for and that fail again and again. */
  readonly dead?: IQueue;
}

/** One of the validator's functions, with a role that may do nothing but write its log. */
export class WeftFunction extends NodejsFunction {
  readonly code: FunctionName;

  constructor(scope: Construct, id: string, props: WeftFunctionProps) {
    const { config, code, environment, dead } = props;
    const { reserved } = config.concurrency;
    const { memoryMb, timeoutSeconds } = functionSizes[code];
    const logGroup = new LogGroup(scope, `${id}Log`, {
      retention: config.logDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new iam.Role(scope, `${id}Role`, {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    });
    super(scope, id, {
      entry: join(root, 'functions', code, 'handler.ts'),
      projectRoot: root,
      depsLockFilePath: join(root, 'package-lock.json'),
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: architectures[config.architecture],
      memorySize: memoryMb,
      timeout: Duration.seconds(timeoutSeconds),
      role,
      logGroup,
      environment: { NODE_OPTIONS: '--enable-source-maps', ...environment },
      ...(code === 'worker' && reserved && { reservedConcurrentExecutions: reserved }),
      ...(dead && { deadLetterQueue: dead }),
      ...(looping.has(code) && { recursiveLoop: lambda.RecursiveLoop.ALLOW }),
      awsSdkConnectionReuse: false,
      bundling: {
        format: OutputFormat.ESM,
        target: bundleOptions.target,
        mainFields: [...bundleOptions.mainFields],
        banner: bundleOptions.banner,
        minify: true,
        sourceMap: true,
        sourcesContent: false,
        externalModules: [],
        esbuildArgs: Object.fromEntries(
          Object.entries(bundleOptions.alias).map(([from, to]) => [`--alias:${from}`, to]),
        ),
      },
    });
    this.code = code;
    role.addToPrincipalPolicy(
      new iam.PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
  }

  /** Allows exactly these actions on exactly these resources. */
  may(actions: readonly string[], ...resources: readonly string[]): void {
    this.addToRolePolicy(
      new iam.PolicyStatement({ actions: [...actions], resources: [...resources] }),
    );
  }
}
