import { ROOT, readRepository } from './repository.ts';
import { RULES } from './rules.ts';

/** Prints what the rules of the house have against the repository, as `path:line: problem`. */
const repository = readRepository(ROOT);
const findings = RULES.flatMap((rule) => rule.find(repository).map((finding) => ({ rule, finding })));
for (const { rule, finding } of findings) {
  const place = finding.line === undefined ? finding.path : `${finding.path}:${finding.line}`;
  process.stdout.write(`${place}: ${finding.problem} (${rule.name})\n`);
}
process.exitCode = findings.length === 0 ? 0 : 1;
