import type { Fault } from '@dema/errors';
import type { Wanted } from './faults.ts';
import { openRequests, type RequestOptions } from './open-requests.ts';
import { findUnreachable } from './request.ts';

/**
 * Why hosts cannot be reached, each FETCH_HOST_UNREACHABLE, or none as soon as one of them says anything at all. For programs
 * that would find out in minutes rather than in seconds.
 */
export async function findAllUnreachable(wanted: Wanted[], options: RequestOptions): Promise<Fault[]> {
  const { context, retries } = openRequests(options);
  const alive = wanted.map(async (one) => {
    const fault = await findUnreachable(context, one, retries());
    if (fault) throw fault;
  });
  try {
    await Promise.any(alive);
    return [];
  } catch (error) {
    return (error as AggregateError).errors;
  } finally {
    await context.connections.close();
  }
}
