/** The door for those who ask what a path says of a file, and nothing else: it loads in no time, which counts in a process that lives for one question. */
export { isTestFile } from './tests/test-files.ts';
