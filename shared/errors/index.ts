export { counted } from './counted.ts';
export { type Blame, Fault, type FaultDetails, fault, isFault } from './fault.ts';
export { findSystemReason } from './find-system-reason.ts';
export { asFault, formatFault } from './format-fault.ts';
export { redact, redactJson, registerSecret } from './redact.ts';
