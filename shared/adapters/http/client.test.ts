import { validatorNodeContract } from '#test/contracts/validator-node.ts';
import { servedOverHttp } from '#test/support/http-node.ts';

validatorNodeContract('a validator behind HTTP', servedOverHttp);
