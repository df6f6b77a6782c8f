export { type ExecOptions, type ExecResult, exec, type OutputStream } from './exec.ts';
