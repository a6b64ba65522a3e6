import { askQuery, fields } from './query-calls.ts';

/** A resource as it was deployed. */
export interface StackResource {
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
  readonly status: string;
}

export interface StackTemplate {
  readonly Resources: Readonly<Record<string, { readonly Type: string }>>;
}

/** The template that a stack was deployed from, as CloudFormation has it. */
export async function deployedTemplate(stack: string): Promise<StackTemplate> {
  const [text = ''] = fields(await ask('GetTemplate', stack), 'TemplateBody');
  return JSON.parse(text) as StackTemplate;
}

/** What a stack is made of, a page of a hundred after the other. */
export async function stackResources(stack: string): Promise<readonly StackResource[]> {
  const found: StackResource[] = [];
  let next: string | undefined;
  do {
    const answer = await ask('ListStackResources', stack, next);
    found.push(...resourcesIn(answer));
    [next] = fields(answer, 'NextToken');
  } while (next !== undefined);
  return found;
}

function resourcesIn(answer: string): readonly StackResource[] {
  const all = (name: string) => fields(answer, name);
  const physical = all('PhysicalResourceId');
  const types = all('ResourceType');
  const states = all('ResourceStatus');
  return all('LogicalResourceId').map((logicalId, index) => ({
    logicalId,
    physicalId: physical[index] ?? '',
    type: types[index] ?? '',
    status: states[index] ?? '',
  }));
}

function ask(Action: string, StackName: string, NextToken?: string): Promise<string> {
  const asked = { Action, Version: '2010-05-15', StackName };
  return askQuery('cloudformation', NextToken === undefined ? asked : { ...asked, NextToken });
}
