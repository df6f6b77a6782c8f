export { type ExecOptions, type ExecResult, exec, type OutputStream } from './exec.ts';
export { onSignals } from './on-signals.ts';
