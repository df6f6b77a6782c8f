import { type Fault, fault } from '@dema/errors';

export function packageIncomplete(file: string, missing: string[]): Fault {
  return fault('LAUNCHER_PACKAGE_INCOMPLETE', {
    problem: `The Debian package ${file} lacks ${missing.join(', ')}, of which the launcher is made.`,
    fix: 'Take the newest release of Dema, whose lock names packages that have them.',
    blame: 'bug',
  });
}
