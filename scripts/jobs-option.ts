import { Option } from 'commander';
import { argumentsInvalid } from './faults.ts';

/** How many images are worked on at a time. */
export function jobsOption(): Option {
  return new Option('--jobs <number>', 'how many images are worked on at a time').default(16).argParser((text) => {
    const jobs = Number(text);
    if (Number.isInteger(jobs) && jobs > 0 && jobs <= 256) return jobs;
    throw argumentsInvalid(`"${text}" is no number of images.`, 'Write a number from 1 to 256.');
  });
}
