/** The HTTP client under the names that are used of it, so that a bundler can put it into a file that is loaded only when something is fetched. */
export { Agent, ProxyAgent, request } from 'undici';
