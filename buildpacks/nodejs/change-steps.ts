import type { LaunchStep, StepGroup, Word } from './launch-steps.ts';
import { quoteWord } from './shell-command.ts';

export function groupSteps(steps: LaunchStep[]): StepGroup {
  return { variables: {}, path: [], assignments: {}, steps };
}

/** Arguments given to the image are not for these commands. */
export function withoutArguments(step: LaunchStep): LaunchStep {
  if (!('steps' in step)) return { ...step, takesArguments: false };
  return { ...step, steps: step.steps.map(withoutArguments) };
}

/** Adds words to the command that takes arguments. */
export function addArguments(step: LaunchStep, args: Word[]): LaunchStep {
  if ('steps' in step) return { ...step, steps: step.steps.map((inner) => addArguments(inner, args)) };
  if (!step.takesArguments || args.length === 0) return step;
  if ('shell' in step) return { ...step, shell: [step.shell, ...args.map(quoteWord)].join(' ') };
  return { ...step, words: [...step.words, ...args] };
}

export function addVariables(step: LaunchStep, variables: Record<string, string>): LaunchStep {
  if (Object.keys(variables).length === 0) return step;
  if ('steps' in step) return { ...step, variables: { ...step.variables, ...variables } };
  return { ...groupSteps([step]), variables };
}
