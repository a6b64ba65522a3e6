import { carrierTo } from './carrier.ts';
import { type HintOptions, hintStreams } from './hints.ts';
import { sendUpload } from './send-upload.ts';
import { type HttpValidator, type Reached, validatorOver } from './validator-over.ts';

export interface HttpValidatorOptions extends Omit<Reached, 'carrier' | 'hints'> {
  readonly connections?: number;
  /** How its hints are listened to. */
  readonly hints?: Omit<HintOptions, 'url'>;
}

/** A validator behind an address, over kept connections. */
export function httpValidator(options: HttpValidatorOptions): HttpValidator {
  const { url, connections = 16, hints } = options;
  const socketUrl = async () => (await node.network()).socketUrl;
  const node: HttpValidator = validatorOver({
    ...options,
    carrier: carrierTo(url, connections),
    sendUpload,
    hints: hintStreams({ url, socketUrl, ...hints }),
  });
  return node;
}
