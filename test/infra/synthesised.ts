import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { ValidatorConfig } from '#infra/config/validator-config.ts';
import { ValidatorStage } from '#infra/validator-stage.ts';
import { sampleConfig } from './sample-config.ts';

/** Of a shape of its own for each type of resource: a test that is wrong about it fails. */
type Json = ReturnType<typeof JSON.parse>;

export interface Resource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly Properties: Readonly<Record<string, Json>>;
}

export interface Synthesised {
  readonly stage: ValidatorStage;
  readonly state: Template;
  readonly compute: Template;
  readonly observe: Template;
}

/** The templates of one validator; its functions are not bundled. */
export function synthesised(
  changes: Partial<ValidatorConfig> = {},
  said: Readonly<Record<string, string>> = {},
): Synthesised {
  const context = { 'aws:cdk:bundling-stacks': [], ...said };
  const app = new App({ context, analyticsReporting: false });
  const stage = new ValidatorStage(app, { ...sampleConfig, ...changes });
  const { state, compute, observe } = stage;
  const [one, two, three] = [state, compute, observe].map((stack: Stack) =>
    Template.fromStack(stack),
  );
  return { stage, state: one!, compute: two!, observe: three! };
}

/** The resources of one type, by logical id. */
export function resources(template: Template, type: string): ReadonlyMap<string, Resource> {
  return new Map(Object.entries(template.findResources(type)) as [string, Resource][]);
}

export interface Statement {
  readonly role: string;
  readonly actions: readonly string[];
  /** As the template has it, in one line. */
  readonly resources: readonly string[];
}

/** All that the roles of a template may do. Role ids lose their hash: `Worker0Role`. */
export function statements(template: Template): readonly Statement[] {
  return [...resources(template, 'AWS::IAM::Policy').values()].flatMap(({ Properties }) =>
    Properties.PolicyDocument.Statement.map(
      (statement: Readonly<Record<string, unknown>>): Statement => ({
        role: String(Properties.Roles[0].Ref).slice(0, -8),
        actions: [statement.Action].flat().map(String),
        resources: listOf(statement.Resource).map((each) => JSON.stringify(each)),
      }),
    ),
  );
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}
