/** The validators that are deployed, as `validators/` describes them. */
export const deployedNames = ['alpha', 'beta'] as const;

/**
 * Types of resources that the emulator refuses. They alone may be taken out of the templates that
 * are deployed there; a test compares them with the real ones. The stages of `validators/` use none;
 * one with every option has them.
 */
export const excludedTypes: readonly string[] = [
  'AWS::ApplicationAutoScaling::ScalableTarget',
  'AWS::ApplicationAutoScaling::ScalingPolicy',
  'AWS::Budgets::Budget',
];
