const folder = (scriptArgs[0] ?? '').replace(/\/[^/]*$/, '');

/** The private shell beside the launcher. */
export const BUSYBOX = `${folder}/busybox`;

/** The descriptor by which the stub hands on the container's own output; standard output leads to the stub. */
export const CONTAINER_OUTPUT = 3;
