import { CfnOutput, Duration, Fn, Stack, type StackProps } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { fusesOf } from '../config/fuses.ts';
import { type FunctionName, sweepMinutes } from '../config/sizes.ts';
import { parametersOf, type ValidatorConfig } from '../config/validator-config.ts';
import { acknowledged } from '../constructs/acknowledged.ts';
import { emulatedParts } from '../constructs/emulated-parts.ts';
import { type Entry, HttpEntry } from '../constructs/http-entry.ts';
import { liveAlias } from '../constructs/live-alias.ts';
import { MessageQueue } from '../constructs/message-queue.ts';
import { permit } from '../constructs/permissions.ts';
import { maySeeStreams, PushEntry, tellOfHeads } from '../constructs/push-entry.ts';
import { RestEntry } from '../constructs/rest-entry.ts';
import { WeftFunction } from '../constructs/weft-function.ts';
import { exportsOf, type StateStack } from './state-stack.ts';

export interface ComputeStackProps extends StackProps {
  readonly config: ValidatorConfig;
  readonly state: StateStack;
}

/** Everything that may be deleted and made again: it keeps nothing. */
export class ComputeStack extends Stack {
  readonly messages: MessageQueue;
  readonly http: Entry;
  /** None where an emulator has no WebSocket API. */
  readonly push: PushEntry | undefined;
  /** Where alarms are told, if anybody is to be told. */
  readonly alarms: Topic | undefined;
  /** By the name of each, such as `Worker0`. */
  readonly functions: ReadonlyMap<string, WeftFunction>;

  constructor(scope: Construct, id: string, { config, state, ...props }: ComputeStackProps) {
    super(scope, id, props);
    const fuses = fusesOf(config);
    const environment = environmentOf(config, state);
    const made = (code: FunctionName, name: string, dead?: Queue) =>
      new WeftFunction(this, name, { config, code, environment, ...(dead && { dead }) });
    this.messages = new MessageQueue(this, 'Messages');
    const workers = Array.from({ length: config.shards.functions }, (_, shard) =>
      made('worker', `Worker${shard}`),
    );
    const reader = made('reader', 'Reader');
    const messenger = made('messenger', 'Messenger');
    const driver = made('driver', 'Driver', this.messages.dead);
    const { isRest, isPushed } = emulatedParts(this, config);
    const notifier = isPushed ? made('notifier', 'Notifier') : undefined;
    const rehearsal = config.canary && made('rehearsal', 'Rehearsal');
    const all = [
      ...[...workers, reader, messenger, driver],
      ...[notifier, rehearsal].flatMap((each) => each ?? []),
    ];
    this.functions = new Map(all.map((each) => [each.node.id, each]));
    this.push = notifier && new PushEntry(this, 'Push', { config, fuses, notifier });
    for (const each of all) {
      permit(each, { config, state, messages: this.messages, push: this.push, driver });
      each.addEnvironment('WEFT_QUEUE_URL', this.messages.queue.queueUrl);
      if (this.push) each.addEnvironment('WEFT_SOCKET_URL', this.push.stage.callbackUrl);
    }
    for (const each of [messenger, notifier]) {
      if (this.push) each?.addEnvironment('WEFT_LISTENERS_TABLE', this.push.listeners.tableName);
    }
    messenger.addEnvironment('WEFT_DRIVER', driver.functionName);
    const live = workers.map((each) => liveAlias(this, each, { config, rehearsal }));
    const Way = isRest ? RestEntry : HttpEntry;
    this.http = new Way(this, 'Http', { config, fuses, workers: live, reader });
    this.messages.deliveredBy(messenger);
    if (notifier) {
      maySeeStreams(notifier, Fn.importValue(exportsOf(config).heads));
      tellOfHeads(state, notifier, this.messages.dead);
    }
    const schedule = Schedule.rate(Duration.minutes(sweepMinutes));
    const target = new LambdaFunction(driver, { deadLetterQueue: this.messages.dead });
    new Rule(this, 'Sweep', { schedule, targets: [target] });
    this.alarms = config.alarmEmail === undefined ? undefined : this.topicTo(config.alarmEmail);
    this.addStackDependency(state);
    acknowledgeBounds(this, config);
    this.tell(config);
  }

  /** Beside the queue, where mail ends that cannot be delivered. */
  private topicTo(address: string): Topic {
    const topic = new Topic(this, 'Alarms', { enforceSSL: true });
    const deadLetterQueue = this.messages.dead;
    topic.addSubscription(new EmailSubscription(address, { deadLetterQueue }));
    return topic;
  }

  private tell(config: ValidatorConfig): void {
    const at = parametersOf(config);
    const told = {
      Url: [at.url, this.http.url],
      ...(this.push && { Socket: [at.socket, this.push.stage.url] }),
      Queue: [at.queue, this.messages.queue.queueUrl],
      Dead: [at.dead, this.messages.dead.queueUrl],
    };
    for (const [name, [parameterName = '', stringValue = '']] of Object.entries(told)) {
      new StringParameter(this, `${name}Parameter`, { parameterName, stringValue });
      new CfnOutput(this, name, { value: stringValue });
    }
    const { name, publicKey } = config;
    const { url } = this.http;
    const init = `run npx weft validator init ${name}, then deploy again`;
    new CfnOutput(this, 'PublicKey', { value: publicKey ?? init });
    new CfnOutput(this, 'Stanza', {
      description: 'what whoever makes the genesis needs to know',
      value: publicKey ? this.toJsonString({ name, publicKey, url, votes: 1 }) : init,
    });
  }
}

/** The only findings of the policy checks that are not fixed here. */
function acknowledgeBounds(stack: ComputeStack, config: ValidatorConfig): void {
  const { blobs, heads } = exportsOf(config);
  const within = (id: string, reason: string) =>
    acknowledged(stack, `AwsSolutions-IAM5[Resource::${id}]`, reason);
  within(`${blobs}/blobs/*`, 'Objects are named by hashes that nobody knows beforehand.');
  within(`${blobs}/pending/*`, 'Uploads are named by the hashes of what is to come.');
  if (stack.push) {
    within(stack.push.connectionsFinding(), 'Connections are named by the gateway when they open.');
    within(`${heads}/stream/*`, 'Lambda lists the streams of this one table by this form alone.');
  }
  acknowledged(
    stack,
    'AwsSolutions-APIG4',
    'Public by design: what a request may do follows from the signatures in its body.',
  );
  acknowledged(
    stack,
    'Serverless-LambdaTracing',
    'A correlation id in every log line follows a request across validators; traces end at one.',
  );
  acknowledged(
    stack,
    'Serverless-LambdaDLQ',
    'Callers wait for replies, failed records have a queue; only the driver is called by nobody who waits, and it has one.',
  );
  acknowledged(
    stack,
    'Serverless-LambdaEventSourceMappingDestination',
    'An SQS source has no destination: the queue itself sets failed records aside.',
  );
}

function environmentOf(config: ValidatorConfig, state: StateStack) {
  const at = parametersOf(config);
  const { version, functions } = config.shards.map;
  return {
    WEFT_VALIDATOR: config.name,
    WEFT_HEADS_TABLE: state.heads.tableName,
    WEFT_DATA_TABLE: state.data.tableName,
    WEFT_BUCKET: state.bucket.bucketName,
    WEFT_KEY_MODE: config.key,
    WEFT_KEY_ID: state.key.keyArn,
    WEFT_KEY_PARAMETER: at.key,
    WEFT_BINDING_PARAMETER: at.binding,
    WEFT_SHARD_MAP: `${version};bits=${Math.log2(functions)}`,
  };
}
