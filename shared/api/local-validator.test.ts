import { validatorNodeContract } from '#test/contracts/validator-node.ts';
import { loneValidator, servedBy } from '#test/support/opened-node.ts';

validatorNodeContract('a validator in the same process', () => {
  const lone = loneValidator();
  const { node } = servedBy(lone.validator);
  return Promise.resolve({ ...lone, node, close: () => Promise.resolve() });
});
