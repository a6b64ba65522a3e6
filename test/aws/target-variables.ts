/** Where an emulator listens; unset, the suites run on AWS itself. */
export const endpointVariable = 'WEFT_AWS_ENDPOINT';

/** What the suites run on, as `suites.ts` names it. */
export const targetVariable = 'WEFT_AWS_TARGET';

/** Names what one run makes, in an account that may hold more. */
export const runVariable = 'WEFT_AWS_RUN';

/** What the CDK is told besides, such as `api=rest push=off`. */
export const contextVariable = 'WEFT_CDK_CONTEXT';

/** Of whom emulators let do everything. */
export const emulatorCredentials = { accessKeyId: 'test', secretAccessKey: 'test' } as const;
