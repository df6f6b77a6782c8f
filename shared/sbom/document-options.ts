import type { Subject } from './component.ts';

export interface DocumentOptions {
  subject: Subject;
}
