import { emulatorCall, emulatorConfig } from './emulator-clients.ts';

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

/** What a stack is made of. */
export async function stackResources(stack: string): Promise<readonly StackResource[]> {
  const answer = await ask('DescribeStackResources', stack);
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

async function ask(action: string, stack: string): Promise<string> {
  const answer = await emulatorCall('cloudformation')({
    method: 'POST',
    url: `${emulatorConfig().endpoint}/`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new TextEncoder().encode(
      `${new URLSearchParams({ Action: action, Version: '2010-05-15', StackName: stack })}`,
    ),
  });
  const text = new TextDecoder().decode(answer.body);
  if (answer.status !== 200) throw new Error(`${action} ${stack}: ${answer.status}, ${text}`);
  return text;
}

const entities: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
  '&#39;': "'",
  '&#x27;': "'",
  '&#34;': '"',
  '&#10;': '\n',
  '&amp;': '&',
};

function fields(xml: string, name: string): readonly string[] {
  const found = xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'));
  return [...found].map(([, text = '']) =>
    text.replaceAll(/&[#\w]+;/g, (entity) => entities[entity] ?? entity),
  );
}
