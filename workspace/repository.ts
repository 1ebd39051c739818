/** The door for those who ask about a working tree and its history: it loads without installs and sandboxes, which counts in a command that takes less than a second. */
export { LAY_METHODS, type LayMethod } from './host.ts';
