import { type Command, Option } from 'commander';
import { billOf, expectedBlocks, type Profile, profiles } from '#infra/config/bill.ts';
import { ok } from '#protocol/primitives/result.ts';
import { type Builder, command, perform } from '../command.ts';
import { configFolder, readConfig } from '../operator/config-files.ts';
import { synthesise } from '../operator/synthesise.ts';
import { wholeNumber } from '../options.ts';
import { columns, object } from '../report.ts';

interface EstimateOptions {
  readonly profile?: Profile;
  readonly blocks: number;
}

/** `weft validator estimate`: the monthly bill of what would be deployed. */
export function validatorEstimate(builder: Builder): Command {
  return command('estimate', 'say what a validator on AWS costs a month, at list prices')
    .argument('<name>', 'of the file in validators/')
    .addOption(
      new Option('--profile <traffic>', 'of the month; all of them unless one is named').choices(
        profiles,
      ),
    )
    .option(
      '--blocks <number>',
      'a month, in the expected profile',
      wholeNumber(1, 4_000_000_000),
      expectedBlocks,
    )
    .action(
      perform<[string], EstimateOptions>(builder, (call, [name], { profile, blocks }) => {
        const config = readConfig(call, name);
        if (!config.ok) return config;
        call.progress.step('synthesising');
        const templates = synthesise(name, configFolder(call));
        if (!templates.ok) return templates;
        const wanted = profile === undefined ? profiles : [profile];
        const bills = wanted.map((each) => billOf(templates.value, each, blocks));
        const text = bills.map(({ lines, totalUsd, ...bill }) => {
          const total = [bill.profile, totalUsd.toFixed(2)];
          return columns([total, ...lines.map(({ what, usd }) => [`  ${what}`, usd.toFixed(2)])]);
        });
        const { maxMonthlyUsd } = config.value;
        const prices = `USD a month, list prices of ${bills[0]?.pricesAsOf}, no free tier; at most ${maxMonthlyUsd} by its fuses`;
        const [only] = bills;
        const fields = profile === undefined ? { bills } : { ...only };
        return ok(
          object('estimate', { name, maxMonthlyUsd, ...fields }, [...text, prices].join('\n\n')),
        );
      }),
    );
}
