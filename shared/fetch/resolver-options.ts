/**
 * RES_OPTIONS for name look-ups: 1 s for an answer, asked twice. With glibc's own 5 s, names cost 10 s and more where no name
 * server answers, also after everybody has given up on them: a process does not end before its look-ups do.
 */
export const RESOLVER_OPTIONS = 'timeout:1 attempts:2';
