/** Stands for Node's `stream`, which the TOML library loads for a function that the launcher does not call. */
export {};
